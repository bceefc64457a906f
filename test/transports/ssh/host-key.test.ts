import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failure } from '../failure.ts';
import { raw } from '../raw-probe.ts';
import { newEcdsaKey, newKey } from '../ssh-server.ts';
import { type SshWorld, sshWorld } from '../worlds.ts';

let world: SshWorld;
beforeEach(async () => {
  world = await sshWorld();
});
afterEach(() => world.close());
const knownHosts = () => join(world.home, '.ssh', 'known_hosts');
const strict = () => world.endpoint({ hostKeys: 'strict' });
const bare = (key: { public: string }) => key.public.split(' ').slice(0, 2).join(' ');
const name = () => `[127.0.0.1]:${world.server.port}`;

test('an unknown key is refused with its fingerprint and the line to add', async () => {
  const error = await failure(world.connectTo(strict()));
  expect(error).toMatchObject({
    code: 'host-key',
    message: expect.stringMatching(/^worker01: the host key of 127\.0\.0\.1 port \d+ is not known: ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/),
    details: { line: `${name()} ${bare(world.hostKey)}` },
  });
  expect(error.hint).toContain(`add to ${knownHosts()}: ${name()} ${bare(world.hostKey)}`);
  expect(error.hint).toContain('accept-new');
  expect([existsSync(knownHosts()), world.server.attempts]).toEqual([false, []]);
  writeFileSync(knownHosts(), `${error.details['line']}\n`);
  await world.controller().connect('again' as never, strict(), undefined, world.control.signal);
});

test('accept-new records a first key, once, and says so', async () => {
  writeFileSync(knownHosts(), 'other ssh-ed25519 AAAA', { mode: 0o600 });
  await world.connect();
  expect(readFileSync(knownHosts(), 'utf8')).toBe(`other ssh-ed25519 AAAA\n${name()} ${bare(world.hostKey)}\n`);
  expect(world.notices).toEqual([expect.stringContaining(`recorded the host key of ${name()} in ${knownHosts()}: ssh-ed25519 SHA256:`)]);
  await world.connectTo(strict());
  expect(readFileSync(knownHosts(), 'utf8').trim().split('\n')).toHaveLength(2);
});

test('accept-new creates the file for its owner only', async () => {
  await world.connect();
  expect(statSync(knownHosts()).mode & 0o777).toBe(0o600);
});

test.each(['strict', 'accept-new'] as const)(
  'a changed key is refused under %s, with both fingerprints and the place',
  async (hostKeys) => {
    const old = newKey();
    writeFileSync(knownHosts(), `# hosts\n${name()} ${bare(old)}\n`);
    const error = await failure(world.connectTo(world.endpoint({ hostKeys })));
    expect(error.code).toBe('host-key');
    const [shown, known] = [...error.message.matchAll(/SHA256:[A-Za-z0-9+/]{43}/g)].map(([text]) => text);
    expect(shown).not.toBe(known);
    expect(error.message).toContain(`(${knownHosts()}:2)`);
    expect(error.hint).toContain(`ssh-keygen -f ${knownHosts()} -R '${name()}'`);
    expect(readFileSync(knownHosts(), 'utf8')).toBe(`# hosts\n${name()} ${bare(old)}\n`);
    expect(world.server.attempts).toEqual([]);
  },
);

test('a known host that shows a key of another kind only is not new', async () => {
  writeFileSync(knownHosts(), `${name()} ${bare(newEcdsaKey())}\n`);
  expect(await failure(world.connect())).toMatchObject({ code: 'host-key', message: expect.stringContaining('is not the known one') });
});

test('of several keys the host has, the known kind is asked for', async () => {
  const ecdsa = newEcdsaKey();
  const server = await world.another({ hostKeys: [world.hostKey.private, ecdsa.private] });
  writeFileSync(knownHosts(), `[127.0.0.1]:${server.port} ${bare(ecdsa)}\n`);
  const host = await world.connectTo({ ...strict(), port: server.port });
  expect((await host.reader.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');
});

test('a revoked key is refused even where checking is off', async () => {
  writeFileSync(knownHosts(), `${name()} ${bare(world.hostKey)}\n@revoked * ${bare(world.hostKey)}\n`);
  for (const hostKeys of ['strict', 'accept-new', 'off'] as const) {
    const error = await failure(world.connectTo(world.endpoint({ hostKeys })));
    expect(error).toMatchObject({ code: 'host-key', message: expect.stringContaining(`revoked key: ssh-ed25519 SHA256:`) });
    expect(error.message).toContain(':2)');
  }
});

test('off takes any key and records none', async () => {
  await world.connectTo(world.endpoint({ hostKeys: 'off' }));
  expect(existsSync(knownHosts())).toBe(false);
});

test('the key of the inventory is the only one that counts', async () => {
  writeFileSync(knownHosts(), `${name()} ${bare(world.hostKey)}\n`);
  await world.connectTo({ ...strict(), hostKey: world.hostKey.public });
  const error = await failure(world.connectTo({ ...strict(), hostKey: newKey().public }));
  expect(error).toMatchObject({ code: 'host-key', message: expect.stringContaining('(ansible_host_key)') });
});

test('further files are looked at, and the bare name serves for any port', async () => {
  const fleet = join(world.dir, 'fleet_known_hosts');
  writeFileSync(fleet, `127.0.0.* ${bare(world.hostKey)}\n`);
  await world.connectTo({ ...strict(), knownHosts: [fleet] });
});
