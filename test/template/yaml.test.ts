/** YAML as PyYAML 6 writes and reads it: recorded output, and the scalars of YAML 1.1. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { evaluate, failure } from './helper.ts';

interface Row {
  readonly value: Value;
  readonly [form: string]: unknown;
}

const FORMS: { readonly [form: string]: string } = {
  to_yaml: '{{ v | to_yaml }}',
  nice: '{{ v | to_nice_yaml }}',
  list: '{{ [v] | to_nice_yaml }}',
  dict: '{{ {"k": {"k2": v}} | to_nice_yaml(indent=2) }}',
  narrow: '{{ v | to_nice_yaml(indent=2, width=40) }}',
  block: '{{ v | to_yaml(default_flow_style=false, sort_keys=false, explicit_start=true) }}',
};

const rows = JSON.parse(readFileSync(new URL('yaml.case.json', import.meta.url), 'utf8')) as readonly Row[];

describe('written', () => {
  test.each(rows.map((row) => [JSON.stringify(row.value).slice(0, 60), row] as const))('%s', (_, row) => {
    for (const [form, source] of Object.entries(FORMS)) if (form in row) expect(evaluate(source, { v: row.value }), form).toBe(row[form]);
  });

  test('styles', () => {
    expect(evaluate("{{ v | to_nice_yaml(default_style='|') }}", { v: ['a\nb'] })).toBe('- |-\n    a\n    b\n');
    expect(evaluate('{{ v | to_nice_yaml(default_style="\'") }}', { v: ['a'] })).toBe("- 'a'\n");
    expect(evaluate('{{ v | to_yaml(explicit_end=true) }}', { v: [1] })).toBe('[1]\n...\n');
    expect(failure(() => evaluate('{{ v | to_yaml(nonsense=1) }}', { v: 1 })).message).toContain("'nonsense'");
  });
});

describe('read', () => {
  test.each([
    ['yes', true],
    ['y', 'y'],
    ['off', false],
    ['~', null],
    ['', null],
    ['017', 15],
    ['0o7', '0o7'],
    ['0x1f', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['1:30', 90],
    ['1e3', '1e3'],
    ['1.5e+3', 1500],
    ['.5', 0.5],
    ['2024-01-01', '2024-01-01'],
    ['2024-01-01 10:00:00', '2024-01-01T10:00:00'],
    ["'1'", '1'],
    ['!!str 5', '5'],
  ])('%s', (text, value) => {
    expect(evaluate('{{ v | from_yaml }}', { v: `- ${text}` })).toEqual([value]);
  });

  test('merge keys, aliases, several documents, mistakes', () => {
    const base = 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: *x\n';
    expect(evaluate('{{ v | from_yaml }}', { v: base })).toEqual({ a: { b: 1, c: 2 }, d: { b: 1, c: 3 }, e: { b: 1, c: 2 } });
    expect(evaluate('{{ v | from_yaml_all }}', { v: 'a: 1\n---\nb: 2\n' })).toEqual([{ a: 1 }, { b: 2 }]);
    for (const text of ['a: [1', 'a: !foo 1', 'a: b: c', '? [1]\n: 2', 'a: 1\n---\nb: 2'])
      expect(failure(() => evaluate('{{ v | from_yaml }}', { v: text })).code).toBe('template');
  });
});
