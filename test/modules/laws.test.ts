/**
 * The five laws.
 *
 * Over every example of every module: decide is deterministic and leaves its input alone; the change of check mode is the change of apply
 * mode, and its steps are what runs; no secret appears in what is reported. There the state is the example's own, fed to the engine's real
 * task loop in place of `read`; nothing pretends that the steps worked.
 *
 * Over small real worlds (worlds.ts), for every module that changes a host with nothing but POSIX tools: check leaves the world equal, and
 * apply then check says ok. A state made up to follow the steps would only prove that it was made up well. What needs disks, a container
 * engine or a cluster is really run elsewhere and listed here.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Step } from '../../src/core/change.ts';
import type { RunEvent, TaskResult } from '../../src/core/event.ts';
import type { AnyModule, Example, Files, HostConnection } from '../../src/core/module.ts';
import { Redactor } from '../../src/core/secret.ts';
import type { HostName, Json, JsonObject, TaskId } from '../../src/core/value.ts';
import type { Line } from '../../src/engine/task.ts';
import { findModule, modules } from '../../src/modules/index.ts';
import { JsonReporter } from '../../src/report/json.ts';
import { LineReporter } from '../../src/report/lines.ts';
import { styleFor } from '../../src/report/style.ts';
import { createTransports, type Transports } from '../../src/transports/index.ts';
import { argsOf, variantsOf } from './args.ts';
import { call, noFiles } from './call.ts';
import { onHostsOnly } from './really.ts';
import { worlds as files, type World } from './worlds.ts';
import { machineWorlds } from './worlds-machine.ts';

/** Host modules that change what no temporary directory has: disks and what lies on them. test/real runs them on real ones. */
const ON_REAL_DISKS = new Set(['mkfs']);
/** raw runs what nobody can foretell; reboot ends the machine under test; uri has a server of its own in uri.test.ts; jobs are the engine's. */
const ELSEWHERE = new Set(['async_status', 'raw', 'reboot', 'uri']);

const worlds: readonly World[] = [...files, ...machineWorlds];

/** Modules, and those that serve some calls of another. */
const all = modules.flatMap((module) => [module, ...variantsOf(module)]);

const examples = all.flatMap((module) =>
  module.examples.map((example: Example<unknown>) => ({ name: `${module.name} (${module.target}): ${example.title}`, module, example })),
);

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) frozen(item);
  }
  return value;
}

describe.each(examples)('$name', ({ module, example }) => {
  const args = (): JsonObject => argsOf(module, example.args);
  const given: AnyModule = { ...module, read: () => Promise.resolve(frozen(structuredClone(example.state))) };

  test('decide is deterministic and leaves its input alone', () => {
    const state = frozen(structuredClone(example.state));
    const first = module.decide(frozen(args()) as never, state as never);
    expect(first.is).toBe(example.expect);
    expect(module.decide(frozen(args()) as never, state as never)).toStrictEqual(first);
    expect(JSON.parse(JSON.stringify(first)), 'a decision is data').toStrictEqual(first);
  });

  test('the change shown is the change executed', async () => {
    const ran: Step[] = [];
    const line = fakeLine(module.target);
    const writer = {
      run: (step: Step) => {
        ran.push(step);
        return Promise.resolve({ code: 0, stdout: '', stderr: '' });
      },
    };
    const mode = {
      is: 'apply',
      hostWriter: () => writer,
      kubeWriter: () => writer,
      registryWriter: () => writer,
      storeWriter: () => writer,
    } as const;
    const checked = await call(given, args(), { line, mode: { is: 'check' }, files: noFiles });
    expect(ran).toEqual([]);
    if (example.expect !== 'change') {
      expect(['changed', 'would-change']).not.toContain(checked.result.status);
      return;
    }
    const applied = await call(given, args(), { line, mode, files: noFiles });
    expect(checked.change).toBeDefined();
    expect(applied.change).toStrictEqual(checked.change);
    expect(ran).toStrictEqual(checked.change?.steps);
  });

  test('no secret is reported', async () => {
    for (const { secret, changed } of poisoned(example.args)) {
      const redactor = new Redactor();
      redactor.add(secret);
      const shown = await reported(module, changed, example.state, redactor);
      expect(shown, JSON.stringify(changed)).not.toContain(secret);
      const decoded = [...shown.matchAll(/[A-Za-z0-9+/]{24,}={0,2}/g)].map(([text]) => Buffer.from(text, 'base64').toString());
      expect(decoded.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});

function fakeLine(target: AnyModule['target']): Line {
  const asked = (): never => {
    throw new Error('the state is given: nothing may be asked');
  };
  if (target === 'host')
    return { to: 'host', connection: { reader: { ask: asked, readFile: asked }, close: async () => undefined }, target: 'n1' };
  if (target === 'store')
    return {
      to: 'store',
      connection: { reader: { ask: asked, refusal: asked, hide: asked, newSecret: asked, made: asked } },
      target: 'store',
    };
  if (target === 'none') return { to: 'none', target: 'n1' };
  if (target === 'registry') {
    const reader = { digest: asked, manifest: asked, hasBlob: asked, blob: asked, free: asked, copied: asked, text: asked };
    return { to: 'registry', connection: { reader }, target: 'registry' };
  }
  const reader = {
    get: asked,
    list: asked,
    served: asked,
    dryRunApply: asked,
    dryRunPatch: asked,
    events: asked,
    log: asked,
    review: asked,
    clock: asked,
    probeExec: asked,
  };
  return { to: 'cluster', connection: { reader, changed: async () => undefined, close: async () => undefined }, target: 'cluster' };
}

/** The arguments again for each free text in them, with a secret at its end. */
function poisoned(args: JsonObject): readonly { readonly secret: string; readonly changed: JsonObject }[] {
  const secret = 'c4n4ry:S3cret/9+z=&%x';
  const found: { secret: string; changed: JsonObject }[] = [];
  const walk = (value: Json, rebuild: (value: Json) => JsonObject): void => {
    if (typeof value === 'string') found.push({ secret, changed: rebuild(value + secret) });
    else if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) walk(item, (changed) => rebuild(value.with(at, changed)));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, (changed) => rebuild({ ...value, [key]: changed }));
    }
  };
  for (const [name, value] of Object.entries(args)) walk(value, (changed) => ({ ...args, [name]: changed }));
  return found;
}

/** Everything the reporters say of the decision; '' where these arguments are not accepted at all. */
async function reported(module: AnyModule, given: JsonObject, state: unknown, redactor: Redactor): Promise<string> {
  const decision = (() => {
    try {
      return module.decide(argsOf(module, given) as never, structuredClone(state) as never);
    } catch {
      return undefined;
    }
  })();
  if (decision === undefined) return '';
  const where = { task: 'x/1' as TaskId, host: 'n1' as HostName };
  const at = { file: 'site.yml', line: 1, column: 1 };
  const head = { id: where.task, name: 'a task', module: module.name, at, handler: false };
  const change = decision.is === 'change' ? decision.change : decision.is === 'absent' ? decision.then : undefined;
  const error = { code: 'failed', message: 'why' in decision ? decision.why : '', retryable: false } as const;
  const output: Json = ('output' in decision ? decision.output : undefined) ?? null;
  const result: TaskResult =
    decision.is === 'ok' ? { status: 'ok', output } : { status: 'failed', error, output, ...(change ? { change } : {}) };
  const events: readonly RunEvent[] = [
    { at: 0, type: 'task.start', task: head, hosts: [where.host] },
    ...(change ? [{ at: 0, type: 'task.change' as const, where, change }] : []),
    { at: 0, type: 'host.end', where, result, module: module.name },
    { at: 0, type: 'task.end', task: where.task, hosts: [where.host] },
    { at: 0, type: 'run.end', exitCode: 2, stats: {} },
  ];
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  const style = styleFor({}, { NO_COLOR: '1' });
  for (const reporter of [
    new LineReporter({ write, style, verbosity: 4, diff: true, readLine: () => undefined }),
    new JsonReporter(write),
  ]) {
    for (const event of events) reporter.on(redactor.json(event));
    await reporter.close();
  }
  return said;
}

describe('real worlds', () => {
  const end = new AbortController();
  let shared: Transports;
  beforeAll(() => {
    shared = createTransports({ home: '/nonexistent', env: process.env, signal: end.signal });
  });
  afterAll(async () => {
    await shared.close();
  });

  test('every host module that changes something has one, or needs disks', () => {
    const changing = modules.filter((module) => module.target === 'host' && module.examples.some(({ expect }) => expect === 'change'));
    const without = changing.filter(
      ({ name }) => !worlds.some((world) => world.module === name) && !ON_REAL_DISKS.has(name) && !ELSEWHERE.has(name),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test.each(worlds.map((world) => [`${world.module}: ${world.title}`, world] as const))('%s', async (_, world) => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'pb-law-')));
    try {
      await obeys(world, dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  async function obeys(world: World, dir: string): Promise<void> {
    const module = findModule(world.module);
    if (!module) throw new Error(`no module is called ${world.module}`);
    world.prepare?.(dir);
    const args = argsOf(module, world.args(dir));
    const own = world.tools === undefined ? undefined : withTools(dir, world.tools);
    const transports = own ?? shared;
    const connection: HostConnection = await transports.connect('n1' as HostName, { via: 'local' }, undefined, end.signal);
    const line: Line = { to: 'host', connection, target: 'n1' };
    const apply = onHostsOnly(transports);
    const io = filesIn(join(dir, 'controller'));

    const before = snapshot(dir);
    const checked = await call(module, args, { line, mode: { is: 'check' }, files: io });
    expect(snapshot(dir), 'check leaves the world equal').toStrictEqual(before);
    expect(checked.result.status).toBe('would-change');

    const applied = await call(module, args, { line, mode: apply, files: io });
    expect(applied.result).toMatchObject({ status: 'changed' });
    expect(unsalted(applied.change), 'the change in check is the change in apply').toStrictEqual(unsalted(checked.change));
    const after = snapshot(dir);
    expect(after).not.toStrictEqual(before);

    world.later?.(dir);
    const again = await call(module, args, { line, mode: { is: 'check' }, files: io });
    expect(world.later ? ['would-change'] : ['ok', 'skipped'], 'apply, then check').toContain(again.result.status);
    if (world.later) return;
    const second = await call(module, args, { line, mode: apply, files: io });
    expect(['ok', 'skipped'], 'a second apply').toContain(second.result.status);
    expect(snapshot(dir)).toStrictEqual(after);
    await own?.close();
  }

  /** A new bcrypt hash has a salt of its own at every look; nothing else may differ. */
  const unsalted = (what: unknown): unknown => JSON.parse(JSON.stringify(what).replaceAll(/\$2y\$\d\d\$.{53}/g, '$hash'));

  function withTools(dir: string, tools: { readonly [name: string]: string }): Transports {
    mkdirSync(join(dir, 'tools'));
    for (const [name, script] of Object.entries(tools)) writeFileSync(join(dir, 'tools', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${dir}/tools:${process.env['PATH']}`, WORLD: dir, REAL: process.env['PATH'] };
    return createTransports({ home: '/nonexistent', env, signal: end.signal });
  }
});

/** Everything below, with all that a write could change. */
function snapshot(dir: string): { readonly [path: string]: readonly (string | number)[] } {
  const entries = readdirSync(dir, { recursive: true }).map(String).sort();
  return Object.fromEntries(
    ['', ...entries].map((path) => {
      const found = lstatSync(join(dir, path));
      const content = found.isFile()
        ? createHash('sha256')
            .update(readFileSync(join(dir, path)))
            .digest('hex')
        : found.isSymbolicLink()
          ? readlinkSync(join(dir, path))
          : '';
      return [path, [found.mode, found.uid, found.gid, found.ino, found.nlink, found.mtimeMs, content]];
    }),
  );
}

/** The controller's files, all of them in one directory; templates come out as they are. */
function filesIn(dir: string): Files {
  return {
    find: async (_, name) => join(dir, name),
    read: (path) => readFile(path),
    async stat(path) {
      const found = await stat(path).catch(() => undefined);
      return found && { kind: found.isDirectory() ? 'directory' : 'file', size: found.size, mode: `0${(found.mode & 0o777).toString(8)}` };
    },
    list: (path) => readdir(path),
    render: (path) => readFile(path, 'utf8'),
  };
}
