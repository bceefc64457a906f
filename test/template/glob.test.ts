/** Patterns for files of the controller. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesMatching } from '../../src/template/filters/glob.ts';

const dir = mkdtempSync(join(tmpdir(), 'pb-glob-'));
afterAll(() => rmSync(dir, { recursive: true }));
for (const folder of ['a', 'b', 'b/c.conf']) mkdirSync(join(dir, folder));
for (const file of ['a/1.conf', 'a/2.conf', 'a/.3.conf', 'b/1.conf', 'b/x+y', 'a/[z]']) writeFileSync(join(dir, file), '');

test.each([
  ['a/*.conf', ['a/1.conf', 'a/2.conf']],
  ['*/1.conf', ['a/1.conf', 'b/1.conf']],
  ['*/*.conf', ['a/1.conf', 'a/2.conf', 'b/1.conf']],
  ['a/.*.conf', ['a/.3.conf']],
  ['?/[!2]*', ['a/1.conf', 'a/[z]', 'b/1.conf', 'b/x+y']],
  ['b/x+*', ['b/x+y']],
  ['a/[[]z]', ['a/[z]']],
  ['a/[12].conf', ['a/1.conf', 'a/2.conf']],
  ['a/1.conf', ['a/1.conf']],
  ['a/1.conf/*', []],
  ['nothing/*', []],
])('%s', (pattern, files) => {
  expect(filesMatching(join(dir, pattern))).toEqual(files.map((file) => join(dir, file)));
});
