/** Symbolic modes, held against chmod itself. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMode, resolveMode } from '../../src/modules/files/mode.ts';

const MODES = [
  'u=rw,g=r,o=',
  'a+x',
  'u+s',
  'g-s',
  'u=rwX,go=rX',
  'go=u',
  'g+u-w',
  'o+t',
  '+t',
  'u-x,g=u',
  '+x',
  '-w',
  '=r',
  'a=rX',
  'ug=rw,o-rwx',
  'u=rwxs',
  'g=s',
  'a-s',
];
const STARTS = ['0644', '0600', '0755', '4755', '2750', '1777', '0000'];

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pb-mode-'));
  writeFileSync(join(dir, 'file'), '');
  mkdirSync(join(dir, 'directory'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const cases = ['file', 'directory'].flatMap((kind) => MODES.map((mode) => [mode, kind] as const));

test.each(cases)('%s on a %s', (mode, kind) => {
  const path = join(dir, kind);
  for (const start of STARTS) {
    chmodSync(path, Number.parseInt(start, 8));
    // chmod's own umask for clauses without "who"; it says so with exit code 1 where the umask kept something back.
    execFileSync('sh', ['-c', 'umask 022; chmod "$1" "$2" 2>/dev/null || [ $? = 1 ]', 'sh', mode, path]);
    const real = (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');
    expect(resolveMode(mode, start, kind === 'directory'), `from ${start}`).toBe(real);
  }
});

test('octal modes are taken as they are', () => {
  expect(['644', '0644', '01777'].map((mode) => resolveMode(mode, '0000', false))).toEqual(['0644', '0644', '1777']);
});

test('what chmod would not understand is no mode', () => {
  expect(['u+q', '0999', '', 'rw', 'u', '64', 'u=rw;g=r'].filter(isMode)).toEqual([]);
  expect([...MODES, '0644'].filter((mode) => !isMode(mode))).toEqual([]);
});
