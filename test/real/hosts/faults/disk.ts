/** File systems that take no more: what was there stays whole. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, pb, stats } from '../cli.ts';
import { type Fleet, site } from '../fleet.ts';

export function disk(fleet: Fleet): void {
  describe('a file system', () => {
    beforeAll(() =>
      fleet.onAlpha.root(
        'mkfs.ext4 -q /dev/sda; mkdir -p /mnt/small; mount /dev/sda /mnt/small; echo old >/mnt/small/file; echo old >/mnt/small/other; cat /dev/zero >/mnt/small/filler || true; sync',
      ),
    );
    afterAll(() => fleet.onAlpha.root('umount /mnt/small'));
    const whole = async () =>
      (await fleet.onAlpha.root('cd /mnt/small; ls -A; cat file other')).split('\n').filter((name) => name !== 'lost+found');

    test.each([
      { what: 'a line', copy: 'content: "new line"' },
      { what: 'a long text', copy: `content: "${'new '.repeat(50_000)}"` },
      { what: 'an uploaded file', copy: 'src: large.bin' },
    ])('that is full: $what does not arrive, and nothing is half there', async ({ copy }) => {
      fleet.project.write({ 'files/large.bin': '\0'.repeat(2 ** 21) });
      fleet.setUp({ alpha: {} }, `- name: Copy\n  become: true\n  copy: { ${copy}, dest: /mnt/small/file }\n`);
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, stats(ended)['alpha']]).toMatchObject([2, { failed: 1, changed: 0 }]);
      expect(errorOf(ended, 'alpha')).toMatchObject({
        code: 'exec',
        message: expect.stringMatching(/\/mnt\/small\/file.*No space left on device/),
      });
      expect(await whole()).toEqual(['file', 'filler', 'other', 'old', 'old', '']);
    });

    test('that is read-only says so', async () => {
      await fleet.onAlpha.root('mount -o remount,ro /mnt/small');
      const modules = [
        'copy: { content: new, dest: /mnt/small/file }',
        'file: { path: /mnt/small/dir, state: directory }',
        'file: { path: /mnt/small/other, state: absent }',
      ];
      fleet.setUp({ alpha: {} }, modules.map((module) => `- ${module}\n  become: true\n  ignore_errors: true\n`).join(''));
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, stats(ended)['alpha']]).toMatchObject([0, { ignored: 3, changed: 0 }]);
      const messages = ended.events.flatMap((event) =>
        event.type === 'host.end' && 'error' in event.result ? [event.result.error.message] : [],
      );
      expect(messages).toEqual(Array(3).fill(expect.stringContaining('Read-only file system')));
      expect(await whole()).toEqual(['file', 'filler', 'other', 'old', 'old', '']);
    });
  });
}
