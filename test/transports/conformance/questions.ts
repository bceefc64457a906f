/** What is asked of a host: probes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostConnection } from '../../../src/core/module.ts';
import type { Probe } from '../../../src/core/probe.ts';
import { failure } from '../failure.ts';
import { raw } from '../raw-probe.ts';
import type { Given } from './given.ts';

export function questions(given: Given): void {
  const { at, ask } = given;

  describe('questions', () => {
    test('stdout, stderr and exit code come apart', async () => {
      expect(await ask('sh', '-c', 'echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    test('a command that ends without a newline, or says nothing', async () => {
      expect(await ask('printf', 'x')).toEqual({ code: 0, stdout: 'x', stderr: '' });
      expect(await ask('true')).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    test('a command that does not exist has exit code 127', async () => {
      expect(await ask('no-such-command-here')).toMatchObject({ code: 127, stdout: '' });
    });

    test('a command killed by a signal has exit code 128+n', async () => {
      expect((await ask('sh', '-c', 'kill -9 $$')).code).toBe(137);
    });

    test('a script with a mistake in it fails alone', async () => {
      const [broken, next] = await Promise.all([ask('sh', '-c', 'if true; then ('), ask('sh', '-c', 'echo "$1"', 'sh', 'a  b')]);
      expect([broken.code, next.stdout]).toEqual([2, 'a  b\n']);
      expect(broken.stderr).not.toBe('');
    });

    test('it reads nothing from the shell it runs in', async () => {
      const [first, second] = await Promise.all([ask('cat'), ask('echo', 'untouched')]);
      expect([first.stdout, second.stdout]).toEqual(['', 'untouched\n']);
    });

    test('200 at once are answered each with its own', async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ask('sh', '-c', `echo o${i}; echo e${i} >&2; exit ${i}`)));
      expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => ({ code: i, stdout: `o${i}\n`, stderr: `e${i}\n` })));
    });

    test('10 MB on stdout and 1 MB on stderr, whose last line is ended', async () => {
      const { stdout, stderr } = await ask('sh', '-c', 'head -c 10000000 /dev/zero; head -c 1000000 /dev/zero | tr "\\0" x >&2');
      expect([stdout.length, stderr.length]).toEqual([10_000_000, 1_000_001]);
    });

    test('output that looks like the end of an answer is output', async () => {
      const fake = `pb-${'0'.repeat(32)} 0\n`;
      expect((await ask('printf', '%s', `${fake}\n${fake}`)).stdout).toBe(`${fake}\n${fake}`);
    });

    test('every string comes out as it went in', async () => {
      const word = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: fc.constantFrom(...`'"\\$\`!*?~#&;|<>(){}[]^%=\n\t\r -`), maxLength: 20 }),
      );
      const words = fc.array(
        word.map((text) => text.replaceAll('\0', '')),
        { minLength: 1, maxLength: 5 },
      );
      await fc.assert(
        fc.asyncProperty(words, async (argv) => {
          const { stdout } = await ask('printf', '%s\\0', ...argv);
          expect(stdout.split('\0').slice(0, -1)).toEqual(argv);
        }),
        { numRuns: 150 },
      );
    });

    test.each([
      '',
      '~',
      '~root',
      '*',
      '$HOME',
      '$(id)',
      '`id`',
      "'",
      "''",
      '"',
      '\\',
      '-n',
      '!',
      '{',
      'if',
      'A=b',
      '#x',
      'a b',
      '\n',
      ';',
      '&&',
      '\u0080\u0088',
    ])('a word such as %j stays a word', async (word) => {
      expect((await ask('printf', '%s', word)).stdout).toBe(word);
    });

    test('the locale is C, and tools of administrators are in the PATH', async () => {
      expect((await ask('sh', '-c', 'echo $LC_ALL; echo $PATH')).stdout).toMatch(/^C\n.*:\/usr\/sbin:\/sbin\n$/);
    });

    test('only what defineProbe made is asked', async () => {
      const forged = { name: 'forged', argv: () => ['touch', at('forged')], parse: () => null } as unknown as Probe<null, null>;
      expect(await failure(given.host.reader.ask(forged, null))).toMatchObject({ code: 'bug' });
      expect(await given.far.exists('forged')).toBe(false);
    });

    test('what a reader offers can be handed on as methods of another object', async () => {
      const io = Object.assign(Object.create(given.host.reader) as HostConnection['reader'], { host: 'other' });
      expect((await io.ask(raw, ['echo', 'x'])).stdout).toBe('x\n');
    });
  });
}
