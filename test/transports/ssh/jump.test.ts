/** Jump hosts and ~/.ssh/config, against real servers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/core/inventory.ts';
import type { HostName } from '../../../src/core/value.ts';
import { failure } from '../failure.ts';
import { raw } from '../raw-probe.ts';
import type { TestServer } from '../ssh-server.ts';
import { HOST, type SshWorld, sshWorld } from '../worlds.ts';

let world: SshWorld;
let bastion: TestServer;
beforeEach(async () => {
  world = await sshWorld();
  bastion = await world.another();
});
afterEach(() => world.close());
const echo = async (connecting: ReturnType<SshWorld['connectTo']>) => (await (await connecting).reader.ask(raw, ['echo', 'x'])).stdout;
const hop = (server: TestServer) => `jumper@127.0.0.1:${server.port}`;

describe('jump hosts', () => {
  test('one', async () => {
    expect(await echo(world.connectTo(world.endpoint({ jump: [hop(bastion)] })))).toBe('x\n');
    expect([bastion.logins, bastion.forwarded, bastion.commands, world.server.logins]).toEqual([['jumper'], 1, [], ['core']]);
  });

  test('several in a row', async () => {
    const second = await world.another();
    expect(await echo(world.connectTo(world.endpoint({ jump: [hop(bastion), hop(second)] })))).toBe('x\n');
    expect([bastion.forwarded, second.forwarded, world.server.logins]).toEqual([1, 1, ['core']]);
  });

  test('one connection to it serves every host behind it', async () => {
    const endpoint = world.endpoint({ jump: [hop(bastion)] });
    const names = ['w1', 'w2', 'w3'] as HostName[];
    await Promise.all(names.map((name) => world.transports.connect(name, endpoint, undefined, world.control.signal)));
    expect([bastion.logins.length, bastion.forwarded]).toEqual([1, 3]);
  });

  test('when it drops, both are made again', async () => {
    const host = await world.connectTo(world.endpoint({ jump: [hop(bastion)] }));
    bastion.drop();
    expect((await host.reader.ask(raw, ['echo', 'back'])).stdout).toBe('back\n');
    expect([bastion.logins.length, world.server.logins.length]).toEqual([2, 2]);
  });

  test('one that cannot reach the host, and one that is down', async () => {
    await world.server.close();
    const error = await failure(world.connectTo(world.endpoint({ jump: [hop(bastion)] })));
    expect(error).toMatchObject({ code: 'unreachable', message: expect.stringContaining('the jump host could not connect') });
    bastion.drop();
    await bastion.close();
    const down = await failure(
      world.transports.connect('other' as HostName, world.endpoint({ jump: [hop(bastion)] }), undefined, world.control.signal),
    );
    expect(down).toMatchObject({ code: 'unreachable', message: expect.stringContaining('other (jump host 127.0.0.1)') });
  });
});

describe('~/.ssh/config', () => {
  const configure = (text: string) => {
    writeFileSync(join(world.home, '.ssh', 'config'), text);
    return world.controller();
  };
  const plain: Endpoint = { via: 'ssh', address: 'worker', port: 0, user: '', jump: [], knownHosts: [] };

  test('name, port, user, known hosts and jump host come from it', async () => {
    const transports = configure(`
Host bastion
  HostName 127.0.0.1
  Port ${bastion.port}
  User jumper
Match exec "touch ${join(world.dir, 'executed')}"
  User nobody
Host work*
  hostname 127.0.0.1
  Port=${world.server.port}
  User core
  ProxyJump bastion
Host *
  UserKnownHostsFile ${join(world.dir, 'known')}
  StrictHostKeyChecking accept-new
`);
    expect(await echo(transports.connect(HOST, plain, undefined, world.control.signal))).toBe('x\n');
    expect([bastion.logins, bastion.forwarded, world.server.logins]).toEqual([['jumper'], 1, ['core']]);
    expect(world.notices.map((text) => text.includes(join(world.dir, 'known')))).toEqual([true, true]);
  });

  test('included files count, and what the inventory says wins', async () => {
    mkdirSync(join(world.home, '.ssh', 'conf.d'));
    writeFileSync(join(world.home, '.ssh', 'conf.d', 'fleet'), `Host worker\n  HostName 127.0.0.1\n  Port ${world.server.port}\n`);
    const transports = configure('Include conf.d/*\nInclude ~/.ssh/none\nUser deploy\nStrictHostKeyChecking accept-new\n');
    await transports.connect(HOST, plain, undefined, world.control.signal);
    await transports.connect(HOST, { ...plain, user: 'core' }, undefined, world.control.signal);
    expect(world.server.logins).toEqual(['deploy', 'core']);
  });

  test('what cannot be understood is left out, and said', async () => {
    const transports = configure('Host "unclosed\n');
    await transports.connect(HOST, world.endpoint(), undefined, world.control.signal);
    expect(world.notices[0]).toMatch(/\.ssh\/config is left out/);
  });

  test('ProxyCommand is refused by name', async () => {
    const transports = configure('Host worker\n  ProxyCommand nc %h %p\n');
    const error = await failure(transports.connect(HOST, plain, undefined, world.control.signal));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ProxyCommand'),
      hint: expect.stringContaining('ProxyJump'),
    });
  });
});
