/** Scalars, literals and words, against what Python itself answered (recorded in python.json). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonLiteral } from '../../src/project/literal.ts';
import { argWords, keyValue, shellWords } from '../../src/project/words.ts';
import { plainScalar } from '../../src/project/yaml/scalar.ts';

interface Recorded {
  readonly yaml: readonly (readonly [string, unknown])[];
  readonly literals: readonly (readonly [string, { readonly is: unknown } | null])[];
  readonly words: readonly (readonly [string, readonly string[] | null])[];
}
const recorded = JSON.parse(readFileSync(path.join(import.meta.dirname, 'python.json'), 'utf8')) as Recorded;

/** As the recording writes what JSON cannot. */
const written = (value: unknown): unknown =>
  value instanceof Date ? `date:${value.toISOString()}` : typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

describe('plain YAML scalars as PyYAML reads them', () => {
  test.each(recorded.yaml)('%j', (text, value) => expect(written(plainScalar(text))).toEqual(value));
});

describe('Python literals', () => {
  test.each(recorded.literals)('%j', (text, value) => expect(pythonLiteral(text)).toEqual(value?.is));
});

describe('words of a shell', () => {
  test.each(recorded.words)('%j', (text, words) => expect(shellWords(text)).toEqual(words ?? undefined));
});

describe('words of free-form arguments', () => {
  test('quotes and templates hold blanks together', () => {
    expect(argWords('src="a b" dest={{ x | default("c d") }}/e owner=me')?.map((word) => word.text)).toEqual([
      'src="a b"',
      'dest={{ x | default("c d") }}/e',
      'owner=me',
    ]);
  });
  test('an open quote is no list of words', () => expect(argWords('msg="it')).toBeUndefined());
  test('name=value loses the quotes round the value', () => expect(keyValue('msg="a b"')).toEqual({ key: 'msg', value: 'a b' }));
  test('--flag=x is no argument', () => expect(keyValue('--flag=x')).toBeUndefined());
});
