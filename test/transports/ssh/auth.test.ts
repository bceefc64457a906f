import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { failure } from '../failure.ts';
import { raw } from '../raw-probe.ts';
import { newKey, type ServerOptions } from '../ssh-server.ts';
import { HOST, type SshWorld, sshWorld } from '../worlds.ts';

let world: SshWorld;
afterEach(() => world.close());
const open = async (options?: Partial<ServerOptions>) => {
  world = await sshWorld(options);
  return world;
};
const password = Secret.of('open sesame');
const works = async (connecting: ReturnType<SshWorld['connectTo']>) =>
  expect((await (await connecting).reader.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');

describe('let in', () => {
  test('by a key in ~/.ssh, offered without asking first what the server takes', async () => {
    await open();
    await works(world.connect());
    expect(new Set(world.server.attempts)).toEqual(new Set(['publickey']));
  });

  test('by the key the inventory names, and no other is offered', async () => {
    const key = newKey();
    await open({ authorized: [key.public] });
    const keyFile = join(world.dir, 'fleet-key');
    writeFileSync(keyFile, key.private);
    await works(world.connectTo(world.endpoint({ keyFile })));
  });

  test('by a password', async () => {
    await open({ authorized: [], password: 'open sesame', passwordBy: 'password' });
    await works(world.connectTo(world.endpoint({ password })));
    expect(world.server.attempts).toEqual(['password']);
  });

  test('by a password that is asked for interactively', async () => {
    await open({ authorized: [], password: 'open sesame', passwordBy: 'keyboard-interactive' });
    await works(world.connectTo(world.endpoint({ password })));
    expect(world.server.attempts).toContain('keyboard-interactive');
  });
});

test('a wrong password does not stand for the right one that comes later', async () => {
  await open({ authorized: [], password: 'open sesame', passwordBy: 'password' });
  const wrong = world.endpoint({ password: Secret.of('wrong') });
  expect(await failure(world.connectTo(wrong))).toMatchObject({ code: 'auth' });
  await works(world.connectTo(world.endpoint({ password })));
});

describe('kept out', () => {
  test('the keys tried and what the server takes are named', async () => {
    await open({ authorized: [newKey().public] });
    const error = await failure(world.connect());
    expect(error).toMatchObject({
      code: 'auth',
      details: { serverMethods: ['publickey'] },
      hint: expect.stringContaining('authorized_keys'),
    });
    expect(error.message).toMatch(
      /^worker01: core@127\.0\.0\.1 was not let in \(tried: key \/.*\/\.ssh\/id_ed25519 \(SHA256:\S+\); the server takes: publickey\)$/,
    );
  });

  test('a wrong password is not repeated in the message', async () => {
    await open({ authorized: [], password: 'right' });
    const error = await failure(world.connectTo(world.endpoint({ password })));
    expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('tried: password; keyboard-interactive') });
    expect(JSON.stringify(error) + error.message + error.hint).not.toContain('sesame');
  });

  test('a key file that is not there', async () => {
    await open();
    const error = await failure(world.connectTo(world.endpoint({ keyFile: '/no/such/key' })));
    expect(error).toMatchObject({
      code: 'auth',
      message: expect.stringContaining('/no/such/key'),
      hint: expect.stringContaining('ansible_ssh_private_key_file'),
    });
    expect(world.server.attempts).toEqual([]);
  });

  test('a key locked by a passphrase', async () => {
    await open();
    const keyFile = join(world.dir, 'locked');
    writeFileSync(keyFile, newKey('secret').private);
    const error = await failure(world.connectTo(world.endpoint({ keyFile })));
    expect(error).toMatchObject({
      code: 'auth',
      message: expect.stringContaining(`key ${keyFile} is locked by a passphrase: load it into an agent`),
    });
  });

  test('an agent that does not answer is said, and the keys get their turn', async () => {
    await open({ authorized: [newKey().public] });
    const socket = join(world.dir, 'agent');
    const agent = createServer((client) => client.destroy()).listen(socket);
    const transports = world.controller({ env: { SSH_AUTH_SOCK: socket } });
    const error = await failure(transports.connect(HOST, world.endpoint(), undefined, world.control.signal));
    expect(error.message).toMatch(/tried: keys of the agent .*; key .*id_ed25519.*the agent did not answer/);
    agent.close();
  });

  test('nothing to try at all', async () => {
    await open();
    const home = join(world.dir, 'empty');
    mkdirSync(home);
    const transports = world.controller({ home });
    const error = await failure(transports.connect(HOST, world.endpoint(), undefined, world.control.signal));
    expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('nothing to try') });
  });
});
