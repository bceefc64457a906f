/** What happens to connections: shared, cut, refused, silent, closed. */

import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HostName } from '../../../src/core/value.ts';
import { failure, isRunning } from '../failure.ts';
import { raw } from '../raw-probe.ts';
import { HOST, type SshWorld, sshWorld } from '../worlds.ts';

const unending = new AbortController().signal;
let world: SshWorld;
beforeEach(async () => {
  world = await sshWorld();
});
afterEach(() => world.close());
const at = (name: string) => join(world.dir, name);
const lines = (name: string) => readFileSync(at(name), 'utf8').trim().split('\n').length;
const appears = (name: string) => vi.waitFor(() => expect(existsSync(at(name))).toBe(true), { timeout: 80_000 });

describe('sharing', () => {
  test('whoever asks for a host at the same time gets the one connection', async () => {
    const hosts = await Promise.all(Array.from({ length: 10 }, () => world.connect()));
    const answers = await Promise.all(hosts.map((host) => host.reader.ask(raw, ['echo', 'x'])));
    expect(answers.map(({ stdout }) => stdout)).toEqual(Array(10).fill('x\n'));
    expect([world.server.logins, world.server.commands.length]).toEqual([['core'], 1]);
  });

  test('closing one’s connection leaves it to the others', async () => {
    const [one, two] = await Promise.all([world.connect(), world.connect()]);
    await one.close();
    expect((await two.reader.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');
    expect(world.server.logins).toHaveLength(1);
  });

  test('no more handshakes at once than allowed', async () => {
    const transports = world.controller({ handshakes: 2 });
    const names = Array.from({ length: 8 }, (_, i) => `host${i}` as HostName);
    await Promise.all(names.map((name) => transports.connect(name, world.endpoint(), undefined, unending)));
    expect([world.server.logins.length, world.server.handshakesAtOnce]).toEqual([8, 2]);
  });
});

describe('a link that is cut', () => {
  test('in the middle of a step: the step is not repeated, and the error says that it may have run', async () => {
    const writer = world.transports.hostWriter(await world.connect());
    const step = { do: 'exec', argv: ['sh', '-c', `echo ran >>${at('step')}; sleep 600`] } as const;
    const ended = failure(writer.run(step, unending));
    await appears('step');
    world.server.drop();
    expect(await ended).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^worker01: the connection was lost: .*; sh may have run, in part or whole$/),
      details: { mayHaveRun: true },
      retryable: false,
    });
    expect((await writer.run({ do: 'exec', argv: ['echo', 'back'] }, unending)).stdout).toBe('back\n');
    expect([lines('step'), world.server.logins.length]).toEqual([1, 2]);
  });

  test('in the middle of a question: it is asked once more', async () => {
    const host = await world.connect();
    const script = `echo asked >>${at('asked')}; [ $(wc -l <${at('asked')}) -gt 1 ] || sleep 600; echo answer`;
    const answer = host.reader.ask(raw, ['sh', '-c', script]);
    await appears('asked');
    world.server.drop();
    expect((await answer).stdout).toBe('answer\n');
    expect([lines('asked'), world.server.logins.length]).toEqual([2, 2]);
  });

  test('twice in the middle of the same question: that is enough', async () => {
    const host = await world.connect();
    const answer = failure(host.reader.ask(raw, ['sh', '-c', `echo asked >>${at('asked')}; sleep 600`]));
    await appears('asked');
    world.server.drop();
    await vi.waitFor(() => expect(lines('asked')).toBe(2), { timeout: 80_000 });
    world.server.drop();
    expect(await answer).toMatchObject({ code: 'unreachable', message: expect.stringContaining('raw was not answered') });
    expect(lines('asked')).toBe(2);
  });

  test('between two steps: the next one connects again', async () => {
    const transports = world.controller({ limits: { freshMs: -1 } });
    const writer = transports.hostWriter(await transports.connect(HOST, world.endpoint(), undefined, unending));
    world.server.drop();
    expect((await writer.run({ do: 'exec', argv: ['echo', 'back'] }, unending)).stdout).toBe('back\n');
    expect(world.server.logins).toHaveLength(2);
  });

  test('commands share the channel of the questions, one after another; side by side they have channels of their own', async () => {
    const host = await world.connect();
    const writer = world.transports.hostWriter(host);
    const echo = (text: string) => writer.run({ do: 'exec', argv: ['echo', text] }, unending);
    expect([(await echo('a')).stdout, (await host.reader.ask(raw, ['echo', 'b'])).stdout, (await echo('c')).stdout]).toEqual([
      'a\n',
      'b\n',
      'c\n',
    ]);
    expect(world.server.commands).toHaveLength(1);
    expect((await Promise.all([echo('d'), echo('e')])).map(({ stdout }) => stdout)).toEqual(['d\n', 'e\n']);
    expect(world.server.commands).toHaveLength(2);
  });

  test('what a stopped command leaves alone: the background of the commands before it', async () => {
    const writer = world.transports.hostWriter(await world.connect());
    const daemon = Number((await writer.run({ do: 'exec', argv: ['sh', '-c', 'sleep 600 >/dev/null 2>&1 & echo $!'] }, unending)).stdout);
    const control = new AbortController();
    const ended = failure(writer.run({ do: 'exec', argv: ['sh', '-c', `echo $$ >${at('pid')}; exec sleep 601`] }, control.signal));
    await vi.waitFor(() => expect(readFileSync(at('pid'), 'utf8')).toMatch(/\d+\n/), { timeout: 80_000 });
    control.abort('ctrl-c');
    expect(await ended).toMatchObject({ code: 'interrupted', details: { mayHaveRun: true } });
    expect([isRunning(Number(readFileSync(at('pid'), 'utf8'))), isRunning(daemon), world.server.commands.length]).toEqual([false, true, 2]);
    process.kill(daemon);
  });

  test('for good: unreachable, with the cause', async () => {
    const host = await world.connect();
    await world.server.close();
    world.server.drop();
    expect(await failure(host.reader.ask(raw, ['true']))).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('connection refused'),
      hint: expect.stringContaining('sshd'),
    });
  });

  test('the shell alone: the connection stays', async () => {
    const host = await world.connect();
    await host.reader.ask(raw, ['sh', '-c', 'kill -9 $PPID; sleep 600']).catch(() => undefined);
    expect((await host.reader.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');
    expect(world.server.logins).toHaveLength(1);
  });
});

test('reset makes the next question connect again', async () => {
  const host = await world.connect();
  await world.transports.reset('another' as HostName);
  await host.reader.ask(raw, ['true']);
  expect(world.server.logins).toHaveLength(1);
  await world.transports.reset(HOST);
  await host.reader.ask(raw, ['true']);
  expect(world.server.logins).toHaveLength(2);
});

test('a question that is never answered has its time limit, and what it started ends', async () => {
  const transports = world.controller({ limits: { askMs: 300 } });
  const host = await transports.connect(HOST, world.endpoint(), undefined, unending);
  const error = await failure(host.reader.ask(raw, ['sh', '-c', `echo $$ >${at('stuck')}; exec sleep 600`]));
  expect(error).toMatchObject({ code: 'timeout', message: 'worker01: raw took more than 0.3 s' });
  const pid = Number(readFileSync(at('stuck'), 'utf8'));
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 80_000 });
  expect((await host.reader.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');
});

test('after the end of the run nothing connects', async () => {
  const host = await world.connect();
  await world.transports.close();
  expect(await failure(host.reader.ask(raw, ['true']))).toMatchObject({ code: 'interrupted' });
  expect(world.server.logins).toHaveLength(1);
});

test('the abort of the run ends what runs on the host before the connection goes', async () => {
  const writer = world.transports.hostWriter(await world.connect());
  const script = `echo $$ >${at('began')}; exec sleep 600`;
  const ended = failure(writer.run({ do: 'exec', argv: ['sh', '-c', script] }, world.control.signal));
  await vi.waitFor(() => expect(readFileSync(at('began'), 'utf8')).toMatch(/\d\n/), { timeout: 80_000 });
  world.control.abort();
  expect(await ended).toMatchObject({ code: 'interrupted', message: 'sh was stopped on demand: it was ended on the host' });
  expect(isRunning(Number(readFileSync(at('began'), 'utf8')))).toBe(false);
});

test('the abort of the run does not wait for a host that has gone silent', async () => {
  const writer = world.transports.hostWriter(await world.connect());
  const script = `echo $$ >${at('began')}; exec sleep 600`;
  const ended = failure(writer.run({ do: 'exec', argv: ['sh', '-c', script] }, world.control.signal));
  await appears('began');
  world.server.hush();
  world.control.abort();
  expect(await ended).toMatchObject({ code: 'interrupted', message: 'sh was stopped on demand: it may still be running on the host' });
});

test('becoming the user one is logged in as needs no sudo', async () => {
  await Promise.all([world.connect(), world.connect({ method: 'sudo', user: 'core' })]);
  expect(world.server.logins).toEqual(['core']);
  expect(world.server.commands.filter((command) => command.includes('sudo'))).toEqual([]);
});

describe('a host that cannot be reached', () => {
  test('nobody listens', async () => {
    const { port } = await silentServer(true);
    expect(await failure(world.connectTo(world.endpoint({ port })))).toMatchObject({
      code: 'unreachable',
      message: `worker01: cannot reach 127.0.0.1 port ${port}: nothing listens there (connection refused)`,
      retryable: true,
    });
  });

  test('the name does not resolve', async () => {
    const error = await failure(world.connectTo(world.endpoint({ address: 'worker01.invalid' })));
    expect(error).toMatchObject({ code: 'unreachable', message: expect.stringMatching(/does not resolve|name server/) });
  });

  test('it never says a word', async () => {
    const { port, close } = await silentServer();
    const error = await failure(world.connectTo(world.endpoint({ port, connectTimeoutMs: 50 })));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no answer'),
      hint: expect.stringContaining('firewall'),
    });
    close();
  });

  test('whoever gives up meanwhile hears so at once', async () => {
    const { port, close } = await silentServer();
    const control = new AbortController();
    const ended = failure(world.transports.connect(HOST, world.endpoint({ port }), undefined, control.signal));
    control.abort();
    expect(await ended).toMatchObject({ code: 'interrupted' });
    close();
  });
});

/** Takes connections and says nothing; or is gone again at once. */
async function silentServer(gone = false): Promise<{ port: number; close(): void }> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (gone) await new Promise((resolve) => server.close(resolve));
  return { port, close: () => server.close() };
}
