// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell variables are what this is about
/** Free-form lines and their expansion, held against a real shell where a shell decides. */
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expanding, split, takeOptions } from '../../src/modules/run/words.ts';

const words = (text: string): unknown => {
  const found = split(text);
  return 'problem' in found ? found.problem : found.words.map(({ value }) => value);
};

test.each([
  ['a  b\tc\n', ['a', 'b', 'c']],
  [`'a b'"c d"e`, ['a bc de']],
  [String.raw`a\ b "\"\\\n" '\'`, ['a b', String.raw`"\\n`, '\\']],
  [`'' x`, ['', 'x']],
  ['', []],
  ['"a', 'the quote " is never closed'],
  ['a\\', 'it ends in a backslash with nothing after it'],
])('%j is split as shlex does', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test.each([
  ['make db creates=/var/db', 'make db', { creates: '/var/db' }],
  [`tool creates="/a b" chdir='/x y' --all`, 'tool   --all', { creates: '/a b', chdir: '/x y' }],
  [`echo 'creates=/x'`, `echo 'creates=/x'`, {}],
  ['dd if=/dev/zero of=/x', 'dd if=/dev/zero of=/x', {}],
  [`cat <<'E'\nit's creates=/x\nE`, `cat <<'E'\nit's creates=/x\nE`, {}],
])('options are taken out of %j', (line, rest, options) => {
  expect(takeOptions(line)).toEqual({ line: rest, options });
});

const run = (argv: readonly [string, ...string[]]): readonly string[] => {
  const [program, ...rest] = expanding(argv);
  const env = { HOME: homedir(), PATH: process.env['PATH'], NAME: 'a b*' };
  return execFileSync(program, rest, { encoding: 'utf8', env }).split('\0').slice(0, -1);
};
const printed = (...args: string[]): readonly string[] => run(['printf', '%s\\0', ...args]);

test('variables and home directories are worked out, and nothing else', () => {
  expect(
    printed(
      '$NAME',
      '${NAME}x',
      'y$NAME',
      '$UNSET',
      '${UNSET}',
      '$1',
      '$(id)',
      '`id`',
      '$',
      '${NAME',
      '~root/x',
      '~',
      '~no.such.user',
      'a~',
    ),
  ).toEqual([
    'a b*',
    'a b*x',
    'ya b*',
    '$UNSET',
    '${UNSET}',
    '$1',
    '$(id)',
    '`id`',
    '$',
    '${NAME',
    '/root/x',
    homedir(),
    '~no.such.user',
    'a~',
  ]);
});

test('an argument without variables arrives as it is, whatever it holds', () => {
  const plain = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0') && !/^~|\$/.test(text));
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 12 }), (args) => {
      expect(printed('$NAME', ...args)).toEqual(['a b*', ...args]);
    }),
    { numRuns: 60 },
  );
});
