/** Which names a source needs from outside. */
import { expect, test } from 'vitest';
import { references } from '../../src/template/references.ts';

test.each([
  ['template', '{{ b.c }} {{ d[e] }} {{ f(g) | default(i) }}', ['b', 'd', 'e', 'g', 'i']],
  ['template', '{% for x in xs %}{{ x }}{{ loop.index }}{{ y }}{% endfor %}', ['xs', 'y']],
  ['template', '{% set a = b %}{{ a }}{% macro m(p, q=r) %}{{ p }}{{ q }}{{ s }}{% endmacro %}{{ m(1) }}', ['b', 'r', 's']],
  ['template', '{{ a is defined }}{{ a }}{{ b.c is undefined }}{{ c | d(1) }}{{ e | mandatory }}', []],
  ['template', "{{ lookup('file', name) }} {{ query('x') }} {{ now() }} {{ omit }} {{ range(n) }}", ['name', 'n']],
  ['template', '{% import "x.j2" as lib %}{{ lib.f(a) }}{% from "y" import g as h %}{{ h(b) }}', ['a', 'b']],
  ['expression', "a == 1 and b in c or not d['e']", ['a', 'b', 'c', 'd']],
  ['expression', "{{ a }} == 'x'", ['a']],
  ['file', "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n{{ no }} [[ yes ]]", ['yes']],
  ['template', '{{ broken', []],
] as const)('%s %s', (kind, source, expected) => {
  expect(references(source, kind).map(({ name }) => name)).toEqual(expected);
});

test('the place of the first use', () => {
  expect(references('ab {{ cd + cd }}', 'template')).toEqual([{ name: 'cd', offset: 6 }]);
});
