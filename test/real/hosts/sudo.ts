/** Becoming another user with the real sudo: with and without password, refused, and slow. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Become } from '../../../src/core/inventory.ts';
import type { HostConnection } from '../../../src/core/module.ts';
import { Secret } from '../../../src/core/secret.ts';
import { failure } from '../../transports/failure.ts';
import { raw } from '../../transports/raw-probe.ts';
import type { Vm } from '../parts/vm.ts';
import { type VmWorld, vmWorld } from './world.ts';

export function sudo(vm: () => Vm): void {
  describe('sudo', () => {
    let world: VmWorld;
    beforeAll(async () => {
      world = await vmWorld(vm());
    });
    afterAll(() => world?.close());

    const unending = new AbortController().signal;
    const as = (user: string, password?: string): Become => ({
      method: 'sudo',
      user,
      ...(password ? { password: Secret.of(password) } : {}),
    });
    const whoAmI = async (connection: HostConnection) => (await connection.reader.ask(raw, ['sh', '-c', 'id -un; echo $HOME'])).stdout;
    const root = (script: string) => vm().ssh(`sudo sh -ec '${script}'`);

    test('without a password: root and another user on one connection', async () => {
      const [asRoot, asPlain] = await Promise.all([world.connectAs('core', as('root')), world.connectAs('core', as('plain'))]);
      expect([await whoAmI(asRoot), await whoAmI(asPlain)]).toEqual(['root\n/root\n', 'plain\n/home/plain\n']);
      const step = { do: 'exec', argv: ['sh', '-c', 'id -u; cat'], stdin: 'input' } as const;
      expect((await world.transports.hostWriter(asRoot).run(step, unending)).stdout).toBe('0\ninput');
    });

    test('with a password, which is in no process list', async () => {
      const connection = await world.connectAs('ops', as('root', 'ops-pw'));
      expect(await whoAmI(connection)).toBe('root\n/root\n');
      const step = { do: 'exec', argv: ['sh', '-c', 'cat; cat /proc/*/cmdline /proc/*/environ'], stdin: 'input' } as const;
      const { stdout } = await world.transports.hostWriter(connection).run(step, unending);
      expect(stdout.startsWith('input')).toBe(true);
      expect(stdout).not.toContain('ops-pw');
    });

    test('a step as root is ended with all it started', async () => {
      const writer = world.transports.hostWriter(await world.connectAs('ops', as('root', 'ops-pw')));
      const control = new AbortController();
      const script = 'echo $$ >/run/pb-step; trap "" TERM; sleep 4242; sleep 4243';
      const ended = failure(writer.run({ do: 'exec', argv: ['sh', '-c', script] }, control.signal));
      await expect
        .poll(() => vm().ssh('pgrep -x sleep -u root -a'), { timeout: 30_000 })
        .toMatchObject({
          stdout: expect.stringContaining('sleep 4242'),
        });
      control.abort();
      expect(await ended).toMatchObject({ code: 'interrupted', message: 'sh was stopped on demand: it was ended on the host' });
      expect((await vm().ssh('pgrep -f "sleep 424[23]"')).stdout).toBe('');
    });

    test.each([
      { user: 'ops', password: undefined, says: /asks for a password and none was given/, hint: /ansible_become_password/ },
      { user: 'ops', password: 'wrong', says: /did not accept the password/, hint: /ansible_become_password/ },
      { user: 'plain', password: 'any', says: /did not accept the password/, hint: /ansible_become_password/ },
      { user: 'plain', password: undefined, says: /asks for a password and none was given/, hint: /ansible_become_password/ },
    ])('$user with the password $password', async ({ user, password, says, hint }) => {
      const error = await failure(world.connectAs(user, as('root', password)));
      expect(error).toMatchObject({ code: 'become', message: expect.stringMatching(says), hint: expect.stringMatching(hint) });
    });

    test('whoever is not in sudoers hears so', async () => {
      await root('echo plain:plain-pw | chpasswd');
      const error = await failure(world.connectAs('plain', as('root', 'plain-pw')));
      expect(error).toMatchObject({
        code: 'become',
        message: expect.stringMatching(/not in the sudoers/),
        hint: expect.stringMatching(/sudoers/),
      });
    });

    test('a user that is not there', async () => {
      const error = await failure(world.connectAs('core', as('nobody-here')));
      expect(error).toMatchObject({
        code: 'become',
        message: expect.stringMatching(/no such user/),
        hint: expect.stringMatching(/become_user/),
      });
    });

    test('a rule for some commands only is said to be one', async () => {
      await root('echo "plain ALL=(ALL) NOPASSWD: /usr/bin/id" >/etc/sudoers.d/some');
      const error = await failure(world.connectAs('plain', as('core')));
      await root('rm /etc/sudoers.d/some');
      expect(error.code).toBe('become');
      expect(error.message).toMatch(/asks for a password and none was given|not allowed/);
    });

    test('use_pty changes nothing', async () => {
      await root('echo "Defaults use_pty" >/etc/sudoers.d/pty');
      try {
        const connection = await world.connectAs('ops', as('sys', 'ops-pw'));
        expect(await connection.reader.ask(raw, ['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
          code: 3,
          stdout: 'out\n',
          stderr: 'err\n',
        });
        const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1');
        const step = { do: 'exec', argv: ['od', '-An', '-c', '-v'], stdin: bytes } as const;
        const writer = world.transports.hostWriter(connection);
        expect((await writer.run(step, unending)).code).toBe(0);
        expect((await writer.run({ do: 'exec', argv: ['wc', '-c'], stdin: 'x'.repeat(200_000) }, unending)).stdout.trim()).toBe('200000');
      } finally {
        await root('rm /etc/sudoers.d/pty');
      }
    });

    test('requiretty is named, with the remedy', async () => {
      await root('echo "Defaults:ops requiretty" >/etc/sudoers.d/tty');
      const error = await failure(world.connectAs('ops', as('daemon', 'ops-pw')));
      await root('rm /etc/sudoers.d/tty');
      expect(error).toMatchObject({
        code: 'become',
        message: expect.stringMatching(/wants a terminal/),
        hint: expect.stringMatching(/requiretty/),
      });
    });

    test('a sudo that waits for a name server is waited for, and what it says about it is no part of the output', async () => {
      await root('echo nameserver 10.0.2.99 >/etc/resolv.conf; hostname nowhere');
      try {
        const connection = await world.connectAs('ops', as('bin', 'ops-pw'));
        expect(await connection.reader.ask(raw, ['id', '-un'])).toEqual({ code: 0, stdout: 'bin\n', stderr: '' });
      } finally {
        await root(`hostname ${vm().name}`);
      }
    });
  });
}
