/** Variables are worked out when asked for, once, in the scope of their owner. */
import { expect, test } from 'vitest';
import { OMIT, resolveNow } from '../../src/core/resolve.ts';
import { LAZY, type Lazy, type Scope, type Value } from '../../src/core/value.ts';
import { createEngine } from '../../src/template/index.ts';
import { at, evaluate, failure, scope } from './helper.ts';

const engine = createEngine();
const t = (source: string) => engine.template(source, at);

/** Counts how often each name is asked for. */
function counting(vars: { readonly [name: string]: Value }): { readonly scope: Scope; readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const get = (name: string) => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    return Object.hasOwn(vars, name) ? vars[name] : undefined;
  };
  return { asked, scope: { get, names: () => Object.keys(vars) } };
}

test('a variable is asked for once per evaluation', () => {
  const { asked, scope: own } = counting({ a: t('{{ b ~ b }}'), b: t('{{ c }}'), c: 'x' });
  expect(t('{{ a }}{{ a }}{{ b }}').eval(own)).toBe('xxxxx');
  expect([...asked]).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ]);
});

test('what is not asked for is not worked out', () => {
  const own = { d: { good: t('{{ 1 }}'), bad: t('{{ 1 / 0 }}') }, l: [t('{{ 1 }}'), t('{{ 1 / 0 }}')] };
  expect(evaluate('{{ d.good }}{{ d | length }}{{ d.keys() | list | length }}', own)).toBe('122');
  expect(evaluate('{{ l[0] }}', own)).toBe(1);
  expect(evaluate('{{ l | length }}', own)).toBe(2);
  expect(() => evaluate('{{ d }}', own)).toThrow('division by zero');
});

test('dictionaries and lists may refer to themselves', () => {
  const own = { d: { a: 1, b: t('{{ d.a + 1 }}'), c: t('{{ d.b + 1 }}') }, l: [1, t('{{ l[0] + 1 }}')] };
  expect(evaluate('{{ d }}', own)).toEqual({ a: 1, b: 2, c: 3 });
  expect(evaluate('{{ l }}', own)).toEqual([1, 2]);
  expect(resolveNow(own.d, scope(own))).toEqual({ a: 1, b: 2, c: 3 });
  const loop = { d: { a: t('{{ d.b }}'), b: t('{{ d.a }}') }, l: [t('{{ l[0] }}')] };
  expect(failure(() => evaluate('{{ d.a }}', loop)).details['kind']).toBe('recursion');
  expect(failure(() => evaluate('{{ l }}', loop)).details['kind']).toBe('recursion');
});

test('hostvars are read in the variables of their host', () => {
  const host = (vars: { readonly [name: string]: Value }): Lazy => ({
    [LAZY]: true,
    keys: () => Object.keys(vars),
    get: (key) => (Object.hasOwn(vars, key) ? vars[key] : undefined),
    scope: scope(vars),
  });
  const hosts = new Map([
    ['a', host({ id: 1, addr: t('10.0.0.{{ id }}'), deep: { list: [t('{{ addr }}:{{ id }}')] } })],
    ['b', host({ id: 2, addr: t('10.0.0.{{ id }}'), none: null })],
  ]);
  const asked: string[] = [];
  const hostvars: Lazy = {
    [LAZY]: true,
    keys: () => hosts.keys(),
    get: (name) => {
      asked.push(name);
      return hosts.get(name);
    },
  };
  const own = { id: 9, hostvars };
  expect(evaluate("{{ hostvars.a.addr }} {{ hostvars['a'].deep.list[0] }} {{ id }}", own)).toBe('10.0.0.1 10.0.0.1:1 9');
  expect(asked.every((name) => name === 'a')).toBe(true);
  expect(evaluate("{{ ['a', 'b'] | map('extract', hostvars, 'addr') | list }}", own)).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(evaluate('{{ hostvars.c is defined }} {{ hostvars.b.none is none }} {{ hostvars | length }}', own)).toBe('False True 2');
  expect(evaluate('{{ hostvars.a }}', own)).toEqual({ id: 1, addr: '10.0.0.1', deep: { list: ['10.0.0.1:1'] } });
});

test('data that looks lazy is data', () => {
  expect(evaluate('{{ d }}', { d: { lazy: true, keys: 'k' } as unknown as Value })).toEqual({ lazy: true, keys: 'k' });
});

test('what was omitted is gone', () => {
  const own = { omit: OMIT };
  expect(evaluate('{{ nope | default(omit) }}', own)).toBe(OMIT);
  expect(evaluate('a{{ omit }}b', own)).toBe('ab');
  expect(evaluate("{{ [1, omit, {'a': omit, 'b': 2}] }}", own)).toEqual([1, { b: 2 }]);
  expect(evaluate('x{{ [omit] }}', own)).toBe('x[]');
  expect(resolveNow({ a: t('{{ omit }}'), b: [t('{{ omit }}'), 1] }, scope(own))).toEqual({ b: [1] });
});

test('None is a value like any other', () => {
  const own = { a: null, d: { b: null }, l: [null] };
  expect(evaluate('{{ a is none }}{{ d.b is none }}{{ d["b"] is none }}{{ l[0] is none }}{{ l | first is none }}', own)).toBe(
    'TrueTrueTrueTrueTrue',
  );
  expect(evaluate('{{ a is defined and d.b is defined }}', own)).toBe(true);
  expect(evaluate("{{ d.get('b', 5) is none }}", own)).toBe(true);
});

test('whole floats and long integers keep their kind within an evaluation and through variables', () => {
  const own = { f: t('{{ 4 / 2 }}'), big: t('{{ 2 ** 64 }}') };
  expect(evaluate('v{{ f }} {{ big }} {{ [f] }}', own)).toBe('v2.0 18446744073709551616 [2.0]');
  expect(evaluate('{{ f }}', own)).toBe(2);
});

test('a context of many variables costs nothing until asked', () => {
  const own: Scope = {
    get: (name) => (name === 'a' ? 1 : undefined),
    names: () => {
      throw new Error('nobody asked for all names');
    },
  };
  expect(t('{{ a }}{{ b | default(2) }}').eval(own)).toBe('12');
});
