/** Other users on a host. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Become } from '../../../src/core/inventory.ts';
import type { HostConnection } from '../../../src/core/module.ts';
import { Secret } from '../../../src/core/secret.ts';
import { failure } from '../failure.ts';
import { raw } from '../raw-probe.ts';
import type { Given, SudoWorld } from './given.ts';

export function become(given: Given<SudoWorld>): void {
  const { at } = given;

  describe('become', () => {
    const as = (user: string, password?: string): Become => ({
      method: 'sudo',
      user,
      ...(password ? { password: Secret.of(password) } : {}),
    });
    const whoIs = async (connection: HostConnection) =>
      (await connection.reader.ask(raw, ['sh', '-c', 'echo $PB_SUDO_USER'])).stdout.trim();

    test('without a password, for questions and for steps', async () => {
      given.world.sudo.rules({});
      const connection = await given.world.connect(as('operator'));
      expect(await whoIs(connection)).toBe('operator');
      const step = { do: 'exec', argv: ['sh', '-c', 'echo $PB_SUDO_USER; env | grep LC_ALL'] } as const;
      expect((await given.world.transports.hostWriter(connection).run(step, given.unending)).stdout).toBe('operator\n');
    });

    test('with a password that is sent when asked for, and seen by nobody', async () => {
      given.world.sudo.rules({ password: 'open sesame' });
      const connection = await given.world.connect(as('keeper', 'open sesame'));
      expect(await whoIs(connection)).toBe('keeper');
      const step = { do: 'exec', argv: ['sh', '-c', 'cat; cat /proc/*/cmdline'], stdin: 'input' } as const;
      const { stdout } = await given.world.transports.hostWriter(connection).run(step, given.unending);
      expect(stdout.startsWith('input')).toBe(true);
      expect(stdout).not.toContain('sesame');
      expect(readFileSync(at('sudo-argv'), 'utf8')).not.toContain('sesame');
    });

    test('with flags of one’s own, which make it another shell', async () => {
      given.world.sudo.rules({});
      const plain = await given.world.connect(as('flagged'));
      const flagged = await given.world.connect({ ...as('flagged'), flags: ['-E'] });
      expect([await whoIs(plain), await whoIs(flagged)]).toEqual(['flagged', 'flagged']);
      expect(readFileSync(at('sudo-argv'), 'utf8')).toMatch(/-E[\s\S]*flagged/);
    });

    test('a password that is not asked for goes nowhere', async () => {
      given.world.sudo.rules({});
      expect(await whoIs(await given.world.connect(as('trusted', 'open sesame')))).toBe('trusted');
    });

    test('two users side by side on one connection', async () => {
      given.world.sudo.rules({});
      const [one, two] = await Promise.all([given.world.connect(as('one')), given.world.connect(as('two'))]);
      expect(await Promise.all([whoIs(one), whoIs(two), whoIs(given.host), whoIs(one)])).toEqual(['one', 'two', '', 'one']);
    });

    test.each([
      {
        rules: { password: 'right' },
        password: undefined,
        says: /asks for a password and none was given/,
        hint: /ansible_become_password/,
      },
      {
        rules: { password: 'right' },
        password: 'wrong',
        says: /did not accept the password \(Sorry, try again/,
        hint: /ansible_become_password/,
      },
      {
        rules: { refuses: 'core is not in the sudoers file.' },
        password: undefined,
        says: /does not allow it \(core is not in the sudoers/,
        hint: /sudoers/,
      },
      { rules: { refuses: 'sudo: unknown user nobody2' }, password: undefined, says: /no such user/, hint: /become_user/ },
      {
        rules: { refuses: 'sudo: sorry, you must have a tty to run sudo' },
        password: undefined,
        says: /wants a terminal/,
        hint: /requiretty/,
      },
    ])('$rules with the password $password', async ({ rules, password, says, hint }) => {
      given.world.sudo.rules(rules);
      const error = await failure(given.world.connect(as(`user-${says.source.length}`, password)));
      expect(error).toMatchObject({ code: 'become', message: expect.stringMatching(says), hint: expect.stringMatching(hint) });
    });

    test('a wrong password does not stand for the right one that comes later', async () => {
      given.world.sudo.rules({ password: 'right' });
      expect(await failure(given.world.connect(as('careful', 'wrong')))).toMatchObject({ code: 'become' });
      expect(await whoIs(await given.world.connect(as('careful', 'right')))).toBe('careful');
    });

    test('sudo that waits for a name server is waited for', async () => {
      given.world.sudo.rules({ waitsFor: at('resolved'), password: 'right' });
      const connecting = given.world.connect(as('patient', 'right'));
      await expect.poll(() => readFileSync(at('sudo-argv'), 'utf8')).toContain('patient');
      writeFileSync(at('resolved'), '');
      expect(await whoIs(await connecting)).toBe('patient');
    });
  });
}
