/** Files on a host: read, put in place, taken away. */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
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
      await given.far.put('binary', bytes);
      expect(bytes.equals((await given.host.reader.readFile(at('binary'))) ?? Buffer.alloc(0))).toBe(true);
    });

    test('an empty file is not a missing one', async () => {
      await given.far.put('empty', '');
      expect(await given.host.reader.readFile(at('empty'))).toEqual(Buffer.alloc(0));
      expect(await given.host.reader.readFile(at('missing'))).toBeUndefined();
      expect(await given.host.reader.readFile(at('empty/below'))).toBeUndefined();
    });

    test('a file that cannot be read is an error, not a missing one', async () => {
      await given.far.sh(`ln -s loop ${at('loop')}`);
      const error = await failure(given.host.reader.readFile(at('loop')));
      expect(error).toMatchObject({ code: 'exec', message: expect.stringContaining('Too many levels of symbolic links') });
      expect(await failure(given.host.reader.readFile(given.world.dir))).toMatchObject({
        message: expect.stringContaining('Is a directory'),
      });
    });
  });

  describe('files put in place', () => {
    const mode = (name: string) => given.far.mode(name);
    const text = (name: string) => given.far.text(name);
    /** At the controller. */
    const source = (name: string) => join(given.world.home, name);
    const put = (name: string, content: string, more: Partial<Extract<Step, { do: 'write' }>> = {}) =>
      run({ do: 'write', path: at(name), content, ...more });
    const leftovers = async () => (await given.far.names()).filter((name) => name.startsWith('.pb-'));

    test('text, with its mode', async () => {
      expect(await put('text', "it's ünicode\n%s \\n no newline", { mode: '0640' })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await text('text')).toBe("it's ünicode\n%s \\n no newline");
      expect(await mode('text')).toBe('640');
    });

    test('any text, small or large', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
          await put('any', text);
          expect(Buffer.from((await given.host.reader.readFile(at('any'))) ?? []).equals(Buffer.from(text))).toBe(true);
        }),
        { numRuns: 40 },
      );
      const large = 'line\n'.repeat(200_000);
      await put('large', large);
      expect(await text('large')).toBe(large);
    });

    test('bytes', async () => {
      const bytes = randomBytes(100_000);
      await put('bytes', bytes.toString('base64'), { encoding: 'base64' });
      expect((await given.far.bytes('bytes')).equals(bytes)).toBe(true);
    });

    test('an existing file keeps its mode, a new one gets what the umask leaves', async () => {
      await given.far.put('kept', 'old', '711');
      await put('kept', 'new');
      expect([await text('kept'), await mode('kept')]).toEqual(['new', '711']);
      const umask = Number.parseInt((await sh('umask')).stdout, 8);
      await put('fresh', 'x');
      expect(await mode('fresh')).toBe((0o666 & ~umask).toString(8));
    });

    test('a symbolic link is followed', async () => {
      await given.far.put('behind', 'old');
      await given.far.sh(`ln -s behind ${at('link')}`);
      await put('link', 'new');
      expect([(await given.far.sh(`readlink ${at('link')}`)).toString(), await text('behind')]).toEqual(['behind\n', 'new']);
    });

    test('what validation refuses is not put in place', async () => {
      await given.far.put('valid', 'good');
      const refused = put('valid', 'bad', { validate: '{ grep -q good %s || sh -c "echo not good; exit 3"; }' });
      await expect(refused).rejects.toMatchObject({ code: 'refused', message: 'failed to validate: rc:3 error:not good\n' });
      expect(await text('valid')).toBe('good');
      expect(await put('valid', 'very good', { validate: 'grep -q good %s' })).toMatchObject({ code: 0 });
    });

    test('a directory in the way, a missing one above and an unknown owner are said', async () => {
      await given.far.sh(`mkdir ${at('dir')}`);
      expect(await put('dir', 'x')).toMatchObject({ code: 1, stderr: `${at('dir')} is a directory\n` });
      expect(await put('none/file', 'x')).toMatchObject({ code: 1, stderr: `the directory ${at('none')} does not exist\n` });
      expect(await put('owned', 'x', { owner: 'no-such-user' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no-such-user'),
      });
      expect(await given.far.exists('owned')).toBe(false);
    });

    test('an upload is checked before it counts', async () => {
      const bytes = randomBytes(3_000_000);
      writeFileSync(source('source'), bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const upload = (more: object) => run({ do: 'upload', from: source('source'), path: at('uploaded'), sha256, mode: '0600', ...more });
      expect(await upload({ sha256: '0'.repeat(64) })).toMatchObject({ code: 1, stderr: expect.stringContaining(`sha256 ${sha256}`) });
      expect(await given.far.exists('uploaded')).toBe(false);
      expect(await upload({})).toMatchObject({ code: 0 });
      expect((await given.far.bytes('uploaded')).equals(bytes)).toBe(true);
      expect(await failure(upload({ from: source('not-there') }))).toMatchObject({
        code: 'args',
        message: expect.stringContaining('not-there'),
      });
    });

    test('while it arrives nobody else can read it', async () => {
      execFileSync('mkfifo', [source('pipe')]);
      const sha256 = createHash('sha256').update('first second').digest('hex');
      const done = run({ do: 'upload', from: source('pipe'), path: at('piped'), sha256, mode: '0644' });
      const pipe = await open(source('pipe'), 'w');
      await pipe.write('first ');
      const arriving = async () => Promise.all((await leftovers()).map(async (name) => [await mode(name), await text(name)]));
      await vi.waitFor(async () => expect(await arriving()).toEqual([['600', 'first ']]), { timeout: 80_000 });
      await pipe.write('second');
      await pipe.close();
      expect([await done, await mode('piped')]).toEqual([{ code: 0, stdout: '', stderr: '' }, '644']);
    });

    test('nothing of it is left lying about', async () => {
      expect(await leftovers()).toEqual([]);
    });
  });

  describe('remove', () => {
    test('a tree, however its name reads', async () => {
      await given.far.sh(`mkdir -p "${at("-rf it's/below")}"`);
      expect(await run({ do: 'remove', path: `${at("-rf it's")}/` })).toMatchObject({ code: 0 });
      expect(await given.far.exists("-rf it's")).toBe(false);
    });

    test('a link goes, what it points to stays', async () => {
      await given.far.sh(`mkdir ${at('pointed')} && ln -s pointed ${at('pointer')}`);
      await run({ do: 'remove', path: `${at('pointer')}/` });
      expect([await given.far.exists('pointer'), await given.far.exists('pointed')]).toEqual([false, true]);
    });

    test.each(['', '/', '//', '/.', '/tmp/..', 'relative', '/a/../../'])('%j is refused', async (path) => {
      expect(await failure(run({ do: 'remove', path }))).toMatchObject({ code: 'refused' });
    });
  });
}
