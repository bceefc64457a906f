/** How often a task that finds nothing to do waits for its host, and how much it asks: what a playbook over a slow line is made of. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../src/core/module.ts';
import type { HostName, JsonObject } from '../../src/core/value.ts';
import { findModule } from '../../src/modules/index.ts';
import { createTransports } from '../../src/transports/index.ts';
import { argsOf } from './args.ts';
import { call, noFiles } from './call.ts';

const dir = mkdtempSync(join(tmpdir(), 'pb-trips-'));
const end = new AbortController();
const transports = createTransports({ home: '/nonexistent', env: process.env, signal: end.signal });

beforeAll(() => {
  mkdirSync(join(dir, 'folder'), { mode: 0o755 });
  writeFileSync(join(dir, 'text'), 'a\nb\n');
  chmodSync(join(dir, 'text'), 0o644);
  symlinkSync(join(dir, 'text'), join(dir, 'link'));
});
afterAll(async () => {
  await transports.close();
  rmSync(dir, { recursive: true });
});

/** Questions that are asked while another is not yet answered share its round trip. */
function counted(connection: HostConnection): { readonly connection: HostConnection; trips: number; questions: number } {
  const seen = { connection, trips: 0, questions: 0 };
  let open = 0;
  const count = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (open++ === 0) seen.trips++;
    seen.questions++;
    return ask().finally(() => open--);
  };
  const { reader } = connection;
  const ask: typeof reader.ask = (probe, args) => count(() => reader.ask(probe, args));
  const readFile: typeof reader.readFile = (path) => count(() => reader.readFile(path));
  return Object.assign(seen, { connection: { ...connection, reader: { ...reader, ask, readFile } } });
}

test.each<[string, JsonObject, number, number]>([
  ['file', { path: 'folder', state: 'directory', mode: '0755' }, 1, 1],
  ['file', { path: 'text', mode: '0644' }, 1, 1],
  ['file', { path: 'link', src: join(dir, 'text'), state: 'link' }, 2, 4],
  ['copy', { dest: 'text', content: 'a\nb\n', mode: '0644' }, 1, 2],
  ['copy', { dest: 'link', content: 'a\nb\n', follow: true }, 3, 5],
  ['lineinfile', { path: 'text', line: 'b' }, 2, 2],
  ['stat', { path: 'text', get_mime: false, get_attributes: false }, 1, 3],
  ['command', { cmd: 'false', creates: 'text' }, 1, 1],
])('%s %j: round trips %i, questions %i', async (name, given, trips, questions) => {
  const module = findModule(name);
  if (!module) throw new Error(`no module is called ${name}`);
  const connection = await transports.connect('n1' as HostName, { via: 'local' }, undefined, end.signal);
  const seen = counted(connection);
  const absolute = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, ['path', 'dest', 'creates'].includes(key) ? join(dir, String(value)) : value]),
  );
  const line = { to: 'host', connection: seen.connection, target: 'n1' } as const;
  const { result } = await call(module, argsOf(module, absolute), { line, mode: { is: 'check' }, files: noFiles });
  expect([result.status, seen.trips, seen.questions]).toEqual(['ok', trips, questions]);
});
