/** Template files: white space, headers, includes, imports, inheritance. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { createEngine } from '../../src/template/index.ts';
import { failure, file, scope } from './helper.ts';

const files = new Map([
  ['base.j2', 'A{% block head %}base {{ n }}{% endblock %}B{% block foot %}foot{% endblock %}C\n'],
  ['middle.j2', '{% extends "base.j2" %}{% block head %}middle+{{ super() }}{% endblock %}'],
  ['part.j2', 'part {{ n }} {{ x | default("no x") }}\n'],
  [
    'macros.j2',
    '{% macro hello(who, sign="!") %}Hello {{ who }}{{ sign }}{% endmacro %}{% set answer = 42 %}{% set _hidden = 1 %}{% macro seen() %}{{ x | default("none") }} {{ n | default("none") }}{% endmacro %}',
  ],
  ['loop.j2', '{% include "loop.j2" %}'],
  ['self.j2', '{% extends "self.j2" %}'],
  ['broken.j2', 'a\n{{ nope }}'],
]);
const engine = createEngine({
  loadFile: (name) => {
    const text = files.get(name);
    return text === undefined ? undefined : { text, file: `templates/${name}` };
  },
});
const run = (text: string, vars: { readonly [name: string]: Value } = { n: 5 }) => file(text, vars, engine);

describe('other files', () => {
  test.each([
    ['{% extends "base.j2" %}', 'Abase 5BfootC'],
    ['{% extends "base.j2" %}ignored{% block foot %}mine{% endblock %}', 'Abase 5BmineC'],
    ['{% extends "middle.j2" %}{% block head %}top+{{ super() }}{% endblock %}', 'Atop+middle+base 5BfootC'],
    ['{% set n = 7 %}{% extends "base.j2" %}', 'Abase 7BfootC'],
    ['{% block a %}x{% endblock %}{{ self.a() }}', 'xx'],
    ['[{% include "part.j2" %}]', '[part 5 no x]'],
    ['{% set x = 1 %}{% include "part.j2" %}', 'part 5 1'],
    ['{% set x = 1 %}{% from "macros.j2" import seen with context %}{{ seen() }}', '1 5'],
    ['{% set x = 1 %}{% from "macros.j2" import seen %}{{ seen() }}', 'none none'],
    ['{% for x in [1, 2] %}{% include "part.j2" %};{% endfor %}', 'part 5 1;part 5 2;'],
    ['{% include ["nope.j2", "part.j2"] %}', 'part 5 no x'],
    ['a{% include "nope.j2" ignore missing %}b', 'ab'],
    ['{% import "macros.j2" as m %}{{ m.hello("you") }} {{ m.answer }}', 'Hello you! 42'],
    ['{% from "macros.j2" import hello as hi, answer %}{{ hi("you", sign="?") }} {{ answer }}', 'Hello you? 42'],
    ['{% import "macros.j2" as m %}{{ m._hidden is defined }}x', 'Falsex'],
  ])('%s', (text, value) => {
    expect(run(text)).toBe(value);
  });

  test('what goes wrong', () => {
    expect(failure(() => run('{% include "nope.j2" %}')).message).toContain("'nope.j2' not found");
    expect(failure(() => run('{% include "part.j2" without context %}')).message).toBe("'n' is undefined");
    expect(failure(() => run('{% include "loop.j2" %}')).details['kind']).toBe('limit');
    expect(failure(() => run('{% extends "self.j2" %}')).details['kind']).toBe('limit');
    expect(failure(() => run('{% include "broken.j2" %}')).at).toEqual({ file: 'templates/broken.j2', line: 2, column: 4 });
    expect(failure(() => run('{% from "macros.j2" import nope %}{{ nope() }}')).details['kind']).toBe('undefined');
    expect(failure(() => run('{% from "macros.j2" import _hidden %}')).details['kind']).toBe('syntax');
  });
});

test('a header changes the syntax and keeps the line numbers', () => {
  const header = "#jinja2: variable_start_string: '[[', variable_end_string: ']]', trim_blocks: False\n";
  expect(file(`${header}[[ n ]] {{ n }}{% if n %}\nx{% endif %}\n`, { n: 1 })).toBe('1 {{ n }}\nx\n');
  expect(failure(() => file(`${header}a\n[[ nope ]]`)).at).toMatchObject({ line: 3, column: 4 });
  expect(failure(() => file('#jinja2: nonsense: 1\n')).message).toContain("no setting 'nonsense'");
});

test('text keeps the newline at the end whatever the value', () => {
  const own = scope({ n: 5, l: [1], none: null });
  const text = (source: string) => engine.file(source, { file: 'x.j2' }).text(own);
  expect(text('{{ n }}\n')).toBe('5\n');
  expect(text('{{ l }}\n')).toBe('[1]\n');
  expect(text('{{ none }}\n')).toBe('\n');
  expect(text('{{ n }}')).toBe('5');
  expect(text('a\n\n')).toBe('a\n\n');
});
