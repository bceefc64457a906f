/** Expressions reach data and the closed lists of methods, nothing of the host language; and they end. */
import { describe, expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import { createEngine } from '../../src/template/index.ts';
import { at, evaluate, failure, file, scope } from './helper.ts';

const vars = { s: 'text', l: [1, 2], d: { a: 1 }, n: 5, evil: '{{ lookup("pipe", "id") }}' };

describe('no way into the host language', () => {
  const objects = [
    "''",
    's',
    'l',
    'd',
    '[]',
    '{}',
    'n',
    '(1,)',
    'range',
    'range(3)',
    'dict',
    'cycler',
    "cycler('a')",
    "cycler('a').next",
    'joiner',
    "joiner(',')",
    'namespace()',
    'lookup',
    'query',
    'now()',
    's.upper',
    'd.items',
    'none',
    'true',
    '1.5',
    's.encode()',
  ];
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    '__defineGetter__',
    '__lookupGetter__',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'call',
    'apply',
    'bind',
    'caller',
    'arguments',
    '__class__',
    '__init__',
    '__globals__',
    '__str__',
    'attr',
    'run',
    'positional',
  ];
  test.each(objects)('%s', (object) => {
    for (const name of names) {
      for (const source of [`{{ ${object}.${name} }}`, `{{ ${object}['${name}'] }}`, `{{ ${object} | attr('${name}') }}`]) {
        const error = failure(() => evaluate(source, vars));
        expect(error.details['kind'], source).toBe('undefined');
      }
      expect(evaluate(`{{ ${object}.${name} is defined }}`, vars)).toBe(false);
      expect(failure(() => evaluate(`{{ ${object}.${name}.${name}('return process')() }}`, vars)).code).toBe('template');
      expect(evaluate(`{{ [${object}] | map(attribute='${name}', default='none') | list }}`, vars)).toEqual(['none']);
    }
  });

  test('macros, loops, self and modules', () => {
    for (const source of [
      '{% macro m() %}{% endmacro %}{{ m.constructor }}',
      '{% macro m() %}{% endmacro %}{{ m.call }}',
      '{% for x in [1] %}{{ loop.constructor }}{% endfor %}',
      '{% block a %}{{ self.constructor }}{% endblock %}',
      '{% block a %}{{ super.constructor }}{% endblock %}',
    ])
      expect(failure(() => evaluate(source, vars)).details['kind'], source).toBe('undefined');
  });

  test('names of the host are no variables', () => {
    for (const name of ['constructor', '__proto__', 'globalThis', 'process', 'require', 'toString', 'Object', 'Function', 'eval', 'this'])
      expect(failure(() => evaluate(`{{ ${name} }}`, vars)).message).toContain('is undefined');
  });

  test('format fields reach items only', () => {
    for (const source of [
      "{{ '{0.constructor}'.format(s) }}",
      "{{ '{0[constructor]}'.format(d) }}",
      "{{ '{0.__class__}'.format(1) }}",
      "{{ '{a.b}'.format(a=d) }}",
    ])
      expect(failure(() => evaluate(source, vars)).code).toBe('template');
  });
});

test('prototypes stay clean and __proto__ is an ordinary key', () => {
  const sources = [
    "{{ {} | combine({'__proto__': {'polluted': 1}}, recursive=true) }}",
    '{{ \'{"__proto__": {"polluted": 1}}\' | from_json }}',
    "{{ '__proto__: {polluted: 1}' | from_yaml }}",
    "{{ dict(__proto__={'polluted': 1}) }}",
    "{{ [{'key': '__proto__', 'value': {'polluted': 1}}] | items2dict }}",
    "{% set x = {} %}{% set _ = x.update({'__proto__': {'polluted': 1}}) %}{{ x }}",
    "{{ {'x': {'__proto__': {'polluted': 1}}} | json_query('x') }}",
  ];
  for (const source of sources) {
    const value = evaluate(source, vars) as object;
    expect(Object.hasOwn(value, '__proto__'), source).toBe(true);
    expect(Object.getPrototypeOf(value), source).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }
  expect(evaluate('{% set ns = namespace() %}{% set ns.__proto__ = 1 %}{{ ns.x is defined }}', vars)).toBe(false);
});

test('data is never evaluated', () => {
  expect(evaluate('{{ evil }}', vars)).toBe(vars.evil);
  expect(evaluate('{{ evil | upper | lower }}', { evil: '{{ n }}' })).toBe('{{ n }}');
  expect(evaluate('{{ "{" ~ "{ n }}" }}', vars)).toBe('{{ n }}');
  expect(file('{{ evil }}', vars)).toBe(vars.evil);
});

test('variables are not changed by a template', () => {
  const own = { l: [1], d: { a: { b: [1] } } };
  evaluate("{% set _ = l.append(2) %}{% set _ = d.update({'x': 1}) %}{% set _ = d.a.b.append(3) %}{{ l }}", own);
  expect(own).toEqual({ l: [1], d: { a: { b: [1] } } });
});

describe('bounded time and memory', () => {
  const grow = "{% set ns = namespace(x=['a']) %}{% for i in range(40) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}";
  test.each(
    [
      '{{ range(1000000000) | list }}',
      '{% for i in range(1000000000) %}{% endfor %}',
      '{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}',
      "{{ 'a' * 1000000000 }}",
      '{{ [1] * 1000000000 }}',
      '{{ [[1] * 1000] * 1000 | string * 1000000 }}',
      "{{ 'a'.rjust(1000000000) }}",
      "{{ '%1000000000d' % 1 }}",
      "{{ '{:1000000000}'.format(1) }}",
      "{{ '%.1000000000f' | format(1) }}",
      "{{ 'a' | center(1000000000) }}",
      "{{ 'aaaa' | replace('a', 'b' * 10000000) }}",
      '{{ 2 ** 1000000000 }}',
      '{{ 10 ** 1000000 }}',
      '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
      '{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m("aaaaaaaa") }}',
      '{% for x in [[[[1]]]] recursive %}{{ loop([x]) }}{% endfor %}',
      '{% block a %}{{ self.a() }}{% endblock %}',
      '{% set l = [] %}{% set _ = l.append(l) %}{{ l }}',
      '{% set l = [] %}{% set _ = l.append(l) %}x{{ l }}',
      '{% set l = [] %}{% set _ = l.append(l) %}{{ l | to_json }}',
      '{% set l = [] %}{% set _ = l.append(l) %}{{ l | to_yaml }}',
      '{% set l = [] %}{% set _ = l.append(l) %}{{ l | flatten }}',
      '{% set l = [] %}{% set m = [] %}{% set _ = l.append(l) %}{% set _ = m.append(m) %}{{ l == m }}',
      '{% set d = {} %}{% set _ = d.update({"d": d}) %}{{ d | to_paths }}',
      '{% set d = {} %}{% set _ = d.update({"d": d}) %}{{ d | combine(d, recursive=true) }}',
      '{{ range(2000) | permutations(3) | list | length }}',
      '{{ range(100) | combinations(50) | list | length }}',
      '{{ range(1000) | product(range(1000), range(1000)) | list | length }}',
      "{{ lookup('sequence', 'count=100000000') }}",
      "{{ 'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]' | from_yaml | length }}",
      grow,
      "{% set ns = namespace(x='a') %}{% for i in range(40) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x | length }}",
      "{{ ('a' * 40) is match('(a+)+b') }}",
      "{{ ('a' * 40 ~ '!') | regex_replace('^(([a-z])+.)+[A-Z]([a-z])+$', '') }}",
      "{{ ('x' * 100000) | regex_search('x*x*x*x*x*x*y') }}",
      "{{ 'x' | password_hash('sha512', rounds=2000000000) }}",
      '{{ 1 | pprint(verbose=2) }}',
      `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
      `{{ ${'['.repeat(5000)} }}`,
      `{{ ${'-'.repeat(20000)}1 }}`,
      `{{ ${'not '.repeat(20000)}1 }}`,
      `{% if 1 %}${'{% if 1 %}'.repeat(5000)}`,
      `{{ a${'.b'.repeat(50000)} }}`,
      `{{ ${'1+'.repeat(50000)}"a" }}`,
      `{{ 1${' if x else 1'.repeat(20000)} }}`,
    ].map((source) => [source.slice(0, 90), source] as const),
  )('%s', (_, source) => {
    const error = failure(() => evaluate(source, vars));
    expect(error).toBeInstanceOf(PbError);
    expect(error.code).toBe('template');
  });

  test('work is counted over all templates of one evaluation', () => {
    const engine = createEngine({ limits: { steps: 1000 } });
    const inner = engine.template('{% for i in range(400) %}{% endfor %}x', at);
    const own = { a: inner, b: engine.template('{% for i in range(400) %}{% endfor %}y', at), c: inner };
    expect(engine.template('{{ a }}', at).eval(scope(own))).toBe('x');
    expect(() => engine.template('{{ a }}{{ b }}{% for i in range(400) %}{% endfor %}', at).eval(scope(own))).toThrow(
      'more than 1000 steps',
    );
  });
});
