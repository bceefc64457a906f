/** Whatever the text: a value, or an error for users. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import { PendingLookup, type TaskId, Unknown } from '../../src/core/value.ts';
import { filters } from '../../src/template/filters/index.ts';
import { createEngine } from '../../src/template/index.ts';
import { tests } from '../../src/template/tests/index.ts';
import { at, scope } from './helper.ts';

const engine = createEngine({ limits: { steps: 20_000 }, random: () => 0.5, now: () => 0 });
const vars = scope({ n: 5, s: 'text', l: [1, 'a', null], d: { a: 1, b: [2] }, t: true, z: null, u: new Unknown('a/1' as TaskId, 'why') });

function tolerated(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (error instanceof PendingLookup) return;
    if (!(error instanceof PbError)) throw error;
    expect(error.code).toBe('template');
    expect(error.cause, `${error.message} ${error.cause instanceof Error ? error.cause.stack : ''}`).toBeUndefined();
    expect(error.at).toBeDefined();
  }
}

const atom = fc.constantFrom(
  'n',
  's',
  'l',
  'd',
  't',
  'z',
  'u',
  'nope',
  '1',
  '-1',
  '2.5',
  "''",
  "'a b'",
  "'%s'",
  "'(a'",
  '[]',
  '{}',
  "{'a': 1}",
  '[1, 2]',
  '(1, 2)',
  'none',
  'true',
  'range(3)',
  'now()',
  "'10.0.0.1/24'",
  "'2024-01-01'",
  '\'{"a": 1}\'',
  'omit',
);
// Slow on purpose, or looking at the machine.
const skipped = new Set(['password_hash', 'vault', 'unvault', 'expanduser', 'expandvars', 'realpath', 'relpath', 'fileglob']);
const filterName = fc.constantFrom(...[...filters.keys()].filter((name) => !skipped.has(name)));
const testName = fc.constantFrom(...tests.keys());
const method = fc.constantFrom(
  'upper',
  'split',
  'join',
  'get',
  'items',
  'format',
  'append',
  'pop',
  'update',
  'replace',
  'strip',
  'strftime',
  'encode',
  'index',
  'count',
  'sort',
  'zfill',
  'nope',
);

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const e = tie('expression');
  const args = fc.array(e, { maxLength: 3 }).map((list) => list.join(', '));
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.tuple(e, filterName, args).map(([value, name, given]) => `${value} | ${name}(${given})`),
      fc.tuple(e, filterName).map(([value, name]) => `(${value}) | ${name}`),
      fc
        .tuple(
          e,
          testName.filter((name) => /^\w+$/.test(name)),
          args,
        )
        .map(([value, name, given]) => `(${value}) is ${name}(${given})`),
      fc.tuple(e, method, args).map(([value, name, given]) => `(${value}).${name}(${given})`),
      fc
        .tuple(e, fc.constantFrom('+', '-', '*', '/', '//', '%', '**', '~', '==', '<', 'in', 'not in', 'and', 'or'), e)
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(e, e).map(([a, b]) => `(${a})[${b}]`),
      fc.tuple(e, e, e).map(([a, b, c]) => `(${a} if ${b} else ${c})`),
      fc.tuple(e, e).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(e, e).map(([a, b]) => `{${a}: ${b}}`),
      fc.tuple(e, e, e).map(([a, b, c]) => `(${a})[${b}:${c}]`),
      e.map((a) => `(not ${a})`),
      e.map((a) => `(-${a})`),
    ),
  };
});

test('random expressions', () => {
  fc.assert(
    fc.property(expression, (source) => {
      tolerated(() => engine.template(`{{ ${source} }}`, at).eval(vars));
      tolerated(() => engine.expression(source, at).holds(vars));
    }),
    { numRuns: 1000 },
  );
});

const piece = fc.constantFrom(
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  '{%-',
  '-%}',
  ' if ',
  ' else ',
  ' endif ',
  ' for ',
  ' in ',
  ' endfor ',
  ' set ',
  ' macro ',
  ' endmacro ',
  ' block ',
  ' endblock ',
  ' raw ',
  ' endraw ',
  ' call ',
  ' filter ',
  ' with ',
  ' is ',
  ' not ',
  '|',
  '.',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ':',
  '=',
  '==',
  '~',
  '*',
  '**',
  '"',
  "'",
  '\\',
  '\n',
  ' ',
  'x',
  'n',
  'l',
  '1',
  '1.',
  '0x',
  'é',
  '\u{1f600}',
  '\0',
  '$',
  'upper',
  'defined',
  'loop',
  'self',
  'super()',
  'caller()',
);

test('random text', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      (source) => {
        tolerated(() => engine.template(source, at).eval(vars));
        tolerated(() => engine.expression(source, at).value(vars));
        tolerated(() => engine.file(source, { file: 'f' }).text(vars));
      },
    ),
    { numRuns: 1000 },
  );
});

test('every filter and test takes any value', () => {
  const values = [
    'n',
    '2.5',
    's',
    "''",
    'l',
    'd',
    'z',
    't',
    '[]',
    '{}',
    '(1, 2)',
    '[[1, 2], [3, 4]]',
    "[{'a': 1}]",
    'range(3)',
    'now()',
    "'10.0.0.1/24'",
    'u',
    'nope',
    'omit',
    '2 ** 70',
    '[nope]',
    '[u]',
    "{'a': u}",
  ];
  for (const value of values) {
    for (const name of filters.keys())
      if (!skipped.has(name))
        for (const args of ['', '(1)', "('a', 'b')", '(d)'])
          tolerated(() => engine.template(`{{ ${value} | ${name}${args} }}`, at).eval(vars));
    for (const name of tests.keys())
      if (/^\w+$/.test(name))
        for (const args of ['', '(1)', '(l)']) tolerated(() => engine.template(`{{ (${value}) is ${name}${args} }}`, at).eval(vars));
  }
});
