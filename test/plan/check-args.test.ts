/** Arguments of a module at run time: conversions, defaults, and what is refused. */
import { describe, expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import type { Bound } from '../../src/core/value.ts';
import { checkArgs } from '../../src/plan/index.ts';
import { findModule } from '../project/modules.ts';

const AT = { file: 'site.yml', line: 3, column: 7 };
const check = (name: string, args: { readonly [name: string]: unknown }) => {
  const module = findModule(name);
  if (!module) throw new Error(name);
  return checkArgs(module, name, args, AT);
};

function refusal(name: string, args: { readonly [name: string]: unknown }): string {
  try {
    check(name, args);
  } catch (error) {
    if (error instanceof PbError && error.code === 'args' && error.at === AT)
      return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
    throw error;
  }
  throw new Error('accepted');
}

describe('conversions', () => {
  test.each([
    [{ recurse: 'yes' }, { recurse: true }],
    [{ recurse: 'False' }, { recurse: false }],
    [{ recurse: 1 }, { recurse: true }],
    [{ path: 5 }, { path: '5' }],
    [{ path: true }, { path: 'True' }],
    [{ hosts: 'a, b' }, { hosts: ['a', 'b'] }],
    [{ hosts: 'a' }, { hosts: ['a'] }],
    [{ hosts: [1, 'b'] }, { hosts: ['1', 'b'] }],
    [{ ports: 80 }, { ports: [80] }],
    [{ ports: '80,443' }, { ports: [80, 443] }],
    [{ spec: { size: '5', labels: { a: 1 } } }, { spec: { size: 5, labels: { a: '1' } } }],
    [{ spec: '{"size": 5}' }, { spec: { size: 5 } }],
    [{ spec: 'size=5' }, { spec: { size: 5 } }],
    [{ mode: null }, {}],
    [{ mode: 420 }, { mode: '0644' }],
    [{ mode: 0 }, { mode: '0000' }],
    [{ mode: 0o2755 }, { mode: '2755' }],
  ])('%j', (given, expected) => {
    expect(check('file', { path: '/x', ...given })).toEqual({ path: '/x', state: 'file', recurse: false, ...expected });
  });

  test('aliases become the argument’s own name', () => expect(check('file', { dest: '/x' })).toMatchObject({ path: '/x' }));
  test('defaults are filled without touching what was given', () => {
    const given = Object.freeze({ msg: Object.freeze({ a: 1 }) });
    expect(check('debug', given)).toEqual({ msg: { a: 1 }, verbosity: 0 });
  });
  test('bound expressions pass untouched', () => {
    const bound: Bound = { source: 'x', value: () => 1, holds: () => true };
    expect(check('debug', { var: bound })['var']).toBe(bound);
    expect(check('assert', { that: [bound] })['that']).toEqual([bound]);
  });
  test('an open schema takes any name', () => expect(check('set_fact', { anything: [1] })).toEqual({ anything: [1] }));
});

describe('refusals', () => {
  test.each([
    [{ path: '/x', mode: 644 }, "file: mode is the number 644, without a leading zero: that is the mode 01204 (quote it: '0644')"],
    [{ path: '/x', stat: 'file' }, 'file: file has no argument "stat" (did you mean state?)'],
    [
      { path: '/x', zzzzzz: null },
      'file: file has no argument "zzzzzz" (it has path, state, mode, recurse, hosts, ports, spec, dest, name)',
    ],
    [{}, 'file: file needs path'],
    [{ path: '/x', recurse: 'maybe' }, 'file: recurse must be true or false, not "maybe"'],
    [{ path: '/x', ports: ['a'] }, 'file: ports[0] must be a whole number, not "a"'],
    [{ path: '/x', spec: { size: 1, lables: {} } }, 'file: spec has no argument "lables" (did you mean labels?)'],
    [{ path: '/x', spec: { labels: {} } }, 'file: spec needs size'],
    [
      { path: { a: 1 }, state: 'gone' },
      'file: path must be a string, not a mapping; state must be one of file, directory, absent, not "gone"',
    ],
  ])('%j', (given, message) => expect(refusal('file', given)).toBe(message));
});
