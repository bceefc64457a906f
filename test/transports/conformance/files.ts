/** Files on a host: read, put in place, taken away. */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Step } from '../../../src/core/change.ts';
import { failure } from '../failure.ts';
import type { Given } from './given.ts';

export function files(given: Given): void {
  const { at, run, sh } = given;

  describe('reading files', () => {
    test('bytes come as they are', async () => {
      const bytes = randomBytes(300_000);
      writeFileSync(at('binary'), bytes);
      expect(bytes.equals((await given.host.reader.readFile(at('binary'))) ?? Buffer.alloc(0))).toBe(true);
    });

    test('an empty file is not a missing one', async () => {
      writeFileSync(at('empty'), '');
      expect(await given.host.reader.readFile(at('empty'))).toEqual(Buffer.alloc(0));
      expect(await given.host.reader.readFile(at('missing'))).toBeUndefined();
      expect(await given.host.reader.readFile(at('empty/below'))).toBeUndefined();
    });

    test('a file that cannot be read is an error, not a missing one', async () => {
      symlinkSync('loop', at('loop'));
      const error = await failure(given.host.reader.readFile(at('loop')));
      expect(error).toMatchObject({ code: 'exec', message: expect.stringContaining('Too many levels of symbolic links') });
      expect(await failure(given.host.reader.readFile(given.world.dir))).toMatchObject({
        message: expect.stringContaining('Is a directory'),
      });
    });
  });

  describe('files put in place', () => {
    const mode = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);
    const put = (name: string, content: string, more: Partial<Extract<Step, { do: 'write' }>> = {}) =>
      run({ do: 'write', path: at(name), content, ...more });
    const leftovers = () => readdirSync(given.world.dir).filter((name) => name.startsWith('.pb-'));

    test('text, with its mode', async () => {
      expect(await put('text', "it's ünicode\n%s \\n no newline", { mode: '0640' })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(at('text'), 'utf8')).toBe("it's ünicode\n%s \\n no newline");
      expect(mode(at('text'))).toBe('640');
    });

    test('any text, small or large', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
          await put('any', text);
          expect(readFileSync(at('any'), 'utf8')).toBe(Buffer.from(text).toString());
        }),
        { numRuns: 40 },
      );
      const large = 'line\n'.repeat(200_000);
      await put('large', large);
      expect(readFileSync(at('large'), 'utf8')).toBe(large);
    });

    test('bytes', async () => {
      const bytes = randomBytes(100_000);
      await put('bytes', bytes.toString('base64'), { encoding: 'base64' });
      expect(readFileSync(at('bytes')).equals(bytes)).toBe(true);
    });

    test('an existing file keeps its mode, a new one gets what the umask leaves', async () => {
      writeFileSync(at('kept'), 'old', { mode: 0o711 });
      await put('kept', 'new');
      expect([readFileSync(at('kept'), 'utf8'), mode(at('kept'))]).toEqual(['new', '711']);
      const umask = Number.parseInt((await sh('umask')).stdout, 8);
      await put('fresh', 'x');
      expect(mode(at('fresh'))).toBe((0o666 & ~umask).toString(8));
    });

    test('a symbolic link is followed', async () => {
      writeFileSync(at('behind'), 'old');
      symlinkSync('behind', at('link'));
      await put('link', 'new');
      expect([lstatSync(at('link')).isSymbolicLink(), readFileSync(at('behind'), 'utf8')]).toEqual([true, 'new']);
    });

    test('what validation refuses is not put in place', async () => {
      writeFileSync(at('valid'), 'good');
      const refused = await put('valid', 'bad', { validate: 'grep -q good %s || { echo not good >&2; false; }' });
      expect(refused).toMatchObject({ code: 1, stderr: 'not good\n' });
      expect(readFileSync(at('valid'), 'utf8')).toBe('good');
      expect(await put('valid', 'very good', { validate: 'grep -q good %s' })).toMatchObject({ code: 0 });
    });

    test('a directory in the way, a missing one above and an unknown owner are said', async () => {
      mkdirSync(at('dir'));
      expect(await put('dir', 'x')).toMatchObject({ code: 1, stderr: `${at('dir')} is a directory\n` });
      expect(await put('none/file', 'x')).toMatchObject({ code: 1, stderr: `the directory ${at('none')} does not exist\n` });
      expect(await put('owned', 'x', { owner: 'no-such-user' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no-such-user'),
      });
      expect(existsSync(at('owned'))).toBe(false);
    });

    test('an upload is checked before it counts', async () => {
      const bytes = randomBytes(3_000_000);
      writeFileSync(at('source'), bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const upload = (more: object) => run({ do: 'upload', from: at('source'), path: at('uploaded'), sha256, mode: '0600', ...more });
      expect(await upload({ sha256: '0'.repeat(64) })).toMatchObject({ code: 1, stderr: expect.stringContaining(`sha256 ${sha256}`) });
      expect(existsSync(at('uploaded'))).toBe(false);
      expect(await upload({})).toMatchObject({ code: 0 });
      expect(readFileSync(at('uploaded')).equals(bytes)).toBe(true);
      expect(await failure(upload({ from: at('not-there') }))).toMatchObject({
        code: 'args',
        message: expect.stringContaining('not-there'),
      });
    });

    test('while it arrives nobody else can read it', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      const sha256 = createHash('sha256').update('first second').digest('hex');
      const done = run({ do: 'upload', from: at('pipe'), path: at('piped'), sha256, mode: '0644' });
      const pipe = await open(at('pipe'), 'w');
      await pipe.write('first ');
      const arriving = () => leftovers().map((name) => [mode(at(name)), readFileSync(at(name), 'utf8')]);
      await vi.waitFor(() => expect(arriving()).toEqual([['600', 'first ']]), { timeout: 10_000 });
      await pipe.write('second');
      await pipe.close();
      expect([await done, mode(at('piped'))]).toEqual([{ code: 0, stdout: '', stderr: '' }, '644']);
    });

    test('nothing of it is left lying about', () => {
      expect(leftovers()).toEqual([]);
    });
  });

  describe('remove', () => {
    test('a tree, however its name reads', async () => {
      mkdirSync(at("-rf it's/below"), { recursive: true });
      expect(await run({ do: 'remove', path: `${at("-rf it's")}/` })).toMatchObject({ code: 0 });
      expect(existsSync(at("-rf it's"))).toBe(false);
    });

    test('a link goes, what it points to stays', async () => {
      mkdirSync(at('pointed'));
      symlinkSync('pointed', at('pointer'));
      await run({ do: 'remove', path: `${at('pointer')}/` });
      expect([existsSync(at('pointer')), existsSync(at('pointed'))]).toEqual([false, true]);
    });

    test.each(['', '/', '//', '/.', '/tmp/..', 'relative', '/a/../../'])('%j is refused', async (path) => {
      expect(await failure(run({ do: 'remove', path }))).toMatchObject({ code: 'refused' });
    });
  });
}
