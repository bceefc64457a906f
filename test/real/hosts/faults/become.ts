/** A user that may not become root: the host fails, exit code 2, and nothing on it is touched. */
import { describe, expect, test } from 'vitest';
import { errorOf, pb, stats } from '../cli.ts';
import { type Fleet, site, type Vars } from '../fleet.ts';

export function become(fleet: Fleet): void {
  describe('sudo through the CLI', () => {
    const cases: readonly { readonly what: string; readonly vars: Vars; readonly says: RegExp; readonly hint: RegExp }[] = [
      {
        what: 'password missing',
        vars: { ansible_user: 'ops' },
        says: /sudo asks for a password and none was given/,
        hint: /ansible_become_password/,
      },
      {
        what: 'password wrong',
        vars: { ansible_user: 'ops', ansible_become_password: 'not-the-one' },
        says: /sudo did not accept the password/,
        hint: /ansible_become_password/,
      },
      {
        what: 'refused',
        vars: { ansible_user: 'plain', ansible_become_password: 'plain-pw' },
        says: /sudo does not allow it \(plain is not in the sudoers/,
        hint: /sudoers/,
      },
    ];
    test.each(cases)('$what', async ({ vars, says, hint }) => {
      await fleet.onAlpha.root('echo plain:plain-pw | chpasswd; rm -f /etc/note');
      await fleet.onBeta.root('rm -f /etc/note');
      fleet.setUp({ alpha: vars, beta: {} }, '- name: Note\n  become: true\n  copy: { content: x, dest: /etc/note }\n');
      const ended = await pb(fleet.project, ['run', ...site]);
      expect(errorOf(ended, 'alpha')).toMatchObject({
        code: 'become',
        message: expect.stringMatching(says),
        hint: expect.stringMatching(hint),
      });
      expect(stats(ended)).toMatchObject({ alpha: { failed: 1, ok: 0 }, beta: { changed: 1, failed: 0 } });
      expect(ended.exitCode).toBe(2);
      expect(JSON.stringify(ended)).not.toContain('not-the-one');
      expect((await fleet.onAlpha.sh('test -e /etc/note')).code).toBe(1);
    });

    test('with its password it works, from a file too', async () => {
      fleet.project.write({ 'become-pw': 'ops-pw\n' });
      fleet.setUp(
        { alpha: { ansible_user: 'ops' } },
        '- command: id -un\n  become: true\n  register: who\n- assert: { that: who.stdout == "root" }\n',
      );
      const ended = await pb(fleet.project, ['run', ...site, '--become-password-file', 'become-pw']);
      expect([ended.exitCode, JSON.stringify(ended).includes('ops-pw')]).toEqual([0, false]);
    });
  });
}
