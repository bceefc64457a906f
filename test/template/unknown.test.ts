/** What is not known in check mode goes through expressions, unless the known parts decide. */
import { describe, expect, test } from 'vitest';
import { resolveNow } from '../../src/core/resolve.ts';
import { type TaskId, Unknown } from '../../src/core/value.ts';
import { createEngine } from '../../src/template/index.ts';
import { at, evaluate, file, scope, when } from './helper.ts';

const u = new Unknown('storage/3:mkfs' as TaskId, 'not applied');
const r = new Unknown('storage/4:command' as TaskId, 'not applied', { changed: true, failed: false });
const vars = { u, r, t: true, no: false, list: [1, u], dict: { a: 1, b: u } };

describe('becomes unknown', () => {
  test.each([
    '{{ u }}',
    'x{{ u }}',
    '{{ u.stdout }}',
    "{{ u['stdout'] }}",
    '{{ u.stdout.lines[0] }}',
    '{{ u | upper }}',
    '{{ u | default(1) }}',
    '{{ "a" | replace("a", u) }}',
    '{{ u == 1 }}',
    '{{ not u }}',
    '{{ u + 1 }}',
    '{{ -u }}',
    '{{ "a" ~ u }}',
    '{{ u[1:] }}',
    '{{ u() }}',
    '{{ u.upper() }}',
    '{{ u is match("a") }}',
    '{{ "a" is match(u) }}',
    '{{ u and t }}',
    '{{ t and u }}',
    '{{ u or no }}',
    '{{ no or u }}',
    '{{ "a" if u else "b" }}',
    '{% if u %}a{% endif %}',
    '{% for x in u %}a{% endfor %}',
    '{% for x in [1] if u %}a{% endfor %}',
    '{{ list | sum }}',
    '{{ list | join(",") }}',
    'x{{ list }}',
    '{{ [u] | to_json }}',
    '{{ [u] | to_nice_yaml }}',
    '{{ u in [1] }}',
    '{{ 1 in u }}',
    '{{ 3 in list }}',
    '{{ list | select("odd") }}',
    '{{ list | sort }}',
    '{{ range(u) }}',
    '{{ lookup("items", u) }}',
    '{% set x = u %}{{ x }}',
    '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(u) }}',
    '{{ {u: 1} }}',
  ])('%s', (source) => {
    expect(evaluate(source, vars)).toBe(u);
  });
});

describe('stays known', () => {
  test.each([
    ['{{ u is defined }}', true],
    ['{{ u.stdout is defined }}', true],
    ['{{ u is undefined }}', false],
    ['{{ no and u }}', false],
    ['{{ u and no }}', false],
    ['{{ t or u }}', true],
    ['{{ u or t }}', true],
    ['{{ u == 1 and nope is defined }}', false],
    ['{{ "a" if t else u }}', 'a'],
    ['{{ u if no else "b" }}', 'b'],
    ['{{ list[0] }}', 1],
    ['{{ list | length }}', 2],
    ['{{ list | first }}', 1],
    ['{{ 1 in list }}', true],
    ['{{ dict.a }}', 1],
    ['{{ dict | length }}', 2],
    ['{{ dict.keys() | list }}', ['a', 'b']],
    ['{{ "b" in dict }}', true],
    ['{{ 1 | default(u) }}', 1],
    ['{{ r.changed }}', true],
    ['{{ r["changed"] }}', true],
    ['{{ r is changed }}', true],
    ['{{ r is failed }}', false],
    ['{{ r is succeeded }}', true],
    ['{{ true | ternary("a", u) }}', 'a'],
    ['{% if t %}a{% elif u %}b{% endif %}', 'a'],
    ['{% set x = u %}a', 'a'],
  ])('%s', (source, value) => {
    expect(evaluate(source, vars)).toEqual(value);
  });
});

test('parts of lists and dictionaries are unknown by themselves', () => {
  expect(evaluate('{{ [1, u | upper] }}', vars)).toEqual([1, u]);
  expect(evaluate('{{ {"a": 1, "b": u.x} }}', vars)).toEqual({ a: 1, b: u });
  expect(evaluate('{{ list | map("upper") }}', { list: ['a', u] })).toEqual(['A', u]);
  expect(evaluate('{{ dict | combine({"c": u}) }}', vars)).toEqual({ a: 1, b: u, c: u });
  expect(evaluate('{{ list + [2] }}', vars)).toEqual([1, u, 2]);
});

test('a mistake on the side that may never be asked does not count, a mistake before does', () => {
  expect(evaluate('{{ u and nope }}', vars)).toBe(u);
  expect(() => evaluate('{{ nope and u }}', vars)).toThrow("'nope' is undefined");
});

test('attributes beside the known ones are unknown, and so are tests on them', () => {
  expect(evaluate('{{ r.stdout }}', vars)).toBe(r);
  expect(evaluate('{{ r is skipped }}', vars)).toBe(r);
  expect(evaluate('{{ u is changed }}', vars)).toBe(u);
});

test('conditions and files', () => {
  expect(when('u.rc == 0', vars)).toBe(u);
  expect(when('r is changed', vars)).toBe(true);
  expect(when('r is changed and u.rc == 0', vars)).toBe(u);
  expect(file('a={{ u }}\n', vars)).toBe(u);
  expect(file('a={{ t }}\n', vars)).toBe('a=True\n');
});

test('an unknown inside a variable that is a template', () => {
  const engine = createEngine();
  const nested = { ...vars, v: engine.template('x{{ u }}', at) };
  expect(evaluate('{{ v }}', nested)).toBe(u);
  expect(evaluate('{{ v is defined }}', nested)).toBe(true);
  expect(resolveNow({ a: engine.template('{{ v }}', at), b: 1 }, scope(nested))).toEqual({ a: u, b: 1 });
});
