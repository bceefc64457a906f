/** Errors say what, where and what next. */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/template/index.ts';
import { at, evaluate, failure, scope, when } from './helper.ts';

const engine = createEngine();
const load = (source: string) => failure(() => engine.template(source, at));
const place = ({ at: where }: { at?: { line: number; column: number } | undefined }) => `${where?.line}:${where?.column}`;

describe('syntax errors come when the file is loaded', () => {
  test.each([
    ['{{ n + }}', 'unexpected end of print statement', '10:12'],
    ['a {{ n', 'end of print statement', '10:11'],
    ['{{ n | nosuch }}', "No filter named 'nosuch'", '10:12'],
    ['{{ n is nosuch }}', "No test named 'nosuch'", '10:13'],
    ['line\n  {{ $x }}', "unexpected char '$'", '11:6'],
    ['a\nb\n{% if n %}\nx', "'if' is not closed", '12:1'],
    ['a\n{% endif %}', "unknown tag 'endif'", '11:4'],
    ['a\n{# never closed', 'Missing end of comment tag', '11:1'],
    ['{% raw %}', 'Missing end of raw directive', '10:5'],
    ['{{ "abc }}', 'unexpected char', '10:8'],
    ['{{ (1 }}', "unexpected '}', expected ')'", '10:11'],
    ['{% for x in %}', 'unexpected end of statement block', '10:17'],
    ['{% set 1 = 2 %}', "can't assign", '10:12'],
  ])('%s', (source, message, where) => {
    const error = load(source);
    expect(error.message).toContain(message);
    expect(place(error)).toBe(where);
    expect(error.at?.file).toBe('site.yml');
    expect(error.details['kind']).toBe('syntax');
  });

  test('a position map decides where an offset stands', () => {
    const error = failure(() => engine.template('abc {{ + }}', at, (offset) => ({ file: 'map.yml', line: 100 + offset, column: 1 })));
    expect(error.at).toEqual({ file: 'map.yml', line: 109, column: 1 });
  });

  test('hints', () => {
    expect(load('{{ n | uper }}').hint).toBe("did you mean 'upper'?");
    expect(load('{{ n && m }}').hint).toBe('write "and"');
    expect(failure(() => engine.expression('n = 5', at)).hint).toBe('compare with "=="');
    expect(load('{% if n %}{% for x in y %}{% endif %}').hint).toContain("innermost open block is 'for'");
  });
});

describe('undefined', () => {
  const vars = { users: [{ name: 'a' }], config: { server: { port: 1, host: 'h' } }, server_name: 'x' };
  test.each([
    ['{{ sever_name }}', "'sever_name' is undefined", "did you mean 'server_name'?", '10:8'],
    [
      '{{ config.server.prot }}',
      "object of type 'dict' has no attribute 'prot' (in 'config.server.prot')",
      "did you mean 'port'?",
      '10:22',
    ],
    ["{{ config['sever'] }}", "object of type 'dict' has no attribute 'sever' (in 'config[\"sever\"]')", "did you mean 'server'?", '10:15'],
    ['{{ users[3].name }}', "object of type 'list' has no attribute 3; it has 1 items (in 'users[3]')", undefined, '10:14'],
    ['{{ config.missing.deep }}', "no attribute 'missing' (in 'config.missing')", 'it has: server', '10:15'],
    ['a\nb {{ nope }}', "'nope' is undefined", undefined, '11:6'],
  ])('%s', (source, message, hint, where) => {
    const error = failure(() => evaluate(source, vars));
    expect(error.message).toContain(message);
    expect(error.hint).toBe(hint);
    expect(place(error)).toBe(where);
    expect(error.details['kind']).toBe('undefined');
  });

  test('inside a variable the error stands where the variable is written', () => {
    const inner = engine.template('{{ nope }}', { file: 'group_vars/all.yml', line: 3, column: 7 });
    const error = failure(() => evaluate('{{ a }}', { a: inner }));
    expect(error.at).toEqual({ file: 'group_vars/all.yml', line: 3, column: 10 });
  });
});

describe('errors while evaluating', () => {
  test.each([
    ['{{ 1 / 0 }}', 'division by zero', '10:10'],
    ['{{ "a" + 1 }}', 'can only concatenate str (not "int") to str', '10:12'],
    ['x\n{{ "x" | from_json }}', "the filter 'from_json' failed: Expecting value: line 1 column 1", '11:10'],
    ['{{ n() }}', "'n' is of type 'int' and cannot be called", '10:9'],
    ['{{ "a" | replace }}', "missing 1 required argument: 'old'", '10:14'],
    ['{{ "a" | upper(1) }}', 'upper() takes at most 1 arguments', '10:14'],
    ['{{ "a" | indent(wdth=2) }}', "unexpected keyword argument 'wdth'", '10:14'],
    ['{% include "x" %}', "template 'x' not found", '10:5'],
  ])('%s', (source, message, where) => {
    const error = failure(() => evaluate(source, { n: 1 }));
    expect(error.message).toContain(message);
    expect(place(error)).toBe(where);
  });

  test('conditions must be true or false', () => {
    const error = failure(() => when('n', { n: 'yes' }));
    expect(error.message).toBe("the condition gave yes of type 'str', and a condition must be true or false");
    expect(error.details['kind']).toBe('condition');
    expect(error.hint).toContain('| bool');
  });

  test('a variable defined by itself', () => {
    const a = engine.template('{{ b }}', at);
    const b = engine.template('{{ a }}', at);
    const error = failure(() => engine.template('{{ a }}', at).eval(scope({ a, b })));
    expect(error.message).toBe('Recursive loop detected in template: a → b → a');
    expect(error.details['kind']).toBe('recursion');
  });
});
