import { expect, test } from 'vitest';
import { type Operation, problemIn, remaining } from '../../../src/modules/kube/json-patch.ts';
import { underJson, underMerge } from '../../../src/modules/kube/patched.ts';

const object = { data: { a: '1', 'x/y': 'z' }, list: ['p', 'q'] };
const left = (...patch: Operation[]) => remaining(patch, object);

test.each<[string, Operation, boolean]>([
  ['add of an equal value', { op: 'add', path: '/data/a', value: '1' }, true],
  ['add of another value', { op: 'add', path: '/data/a', value: '2' }, false],
  ['add at the end of a list that holds it', { op: 'add', path: '/list/-', value: 'p' }, true],
  ['add at the end of a list that does not', { op: 'add', path: '/list/-', value: 'r' }, false],
  ['replace of an equal value, with an escaped name', { op: 'replace', path: '/data/x~1y', value: 'z' }, true],
  ['replace of nothing', { op: 'replace', path: '/data/none', value: null }, false],
  ['remove of nothing', { op: 'remove', path: '/data/none' }, true],
  ['remove', { op: 'remove', path: '/data/a' }, false],
  ['move that was made', { op: 'move', from: '/data/old', path: '/data/a' }, true],
  ['copy of a different value', { op: 'copy', from: '/data/x~1y', path: '/data/a' }, false],
])('%s', (_, operation, done) => {
  expect(left(operation)).toEqual(done ? [] : [operation]);
});

test('a test before a removal says which item was meant', () => {
  const remove: Operation = { op: 'remove', path: '/list/0' };
  const meant = (value: string): Operation => ({ op: 'test', path: '/list/0', value });
  expect(left(meant('p'), remove)).toEqual([meant('p'), remove]);
  expect(left(meant('gone'), remove)).toEqual([]);
  expect(problemIn([meant('p'), remove])).toBeUndefined();
  expect(problemIn([remove])).toContain("removes a list's item by its number");
});

test.each([
  [{ op: 'add' }, 'a JSON patch is a list of operations'],
  [[{ op: 'put', path: '/a' }], 'operation 1 needs op'],
  [[{ op: 'add', path: 'a', value: 1 }], 'operation 1 needs path'],
  [[{ op: 'add', path: '/a' }], 'operation 1 needs value'],
  [[{ op: 'move', path: '/a' }], 'operation 1 needs from'],
])('%j is refused', (patch, problem) => {
  expect(problemIn(patch)).toContain(problem);
});

test('the part a patch speaks of', () => {
  expect(underMerge({ spec: { a: 1, b: [1, 2], c: {} } }, { spec: { b: [], c: {}, d: null, $patch: 'x' } })).toEqual({
    spec: { b: [1, 2], c: {} },
  });
  expect(underMerge({ spec: 'text' }, { spec: { a: 1 }, status: {} })).toEqual({});
  expect(
    underJson(object, [
      { op: 'add', path: '/data/x~1y' },
      { op: 'test', path: '/list/0' },
      { op: 'add', path: '/none/at/all' },
    ]),
  ).toEqual({
    data: { 'x/y': 'z' },
    list: ['p', 'q'],
  });
});
