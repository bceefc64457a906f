import { expect, test } from 'vitest';
import { fits } from '../../../src/modules/kube/labels.ts';
import { shownWithout } from '../../../src/modules/kube/output.ts';

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { app: 'web', tier: 'b' }, annotations: { 'a.b/c': '1', d: '2' } },
  spec: { containers: [{ name: 'x', env: [1, 2, 3] }, { name: 'y' }] },
};

// What kubernetes.core 6.2.0 answers, but for a set after which another selector follows, which it takes for one.
test.each<[string[], boolean | undefined]>([
  [['app=web'], true],
  [['app==web', 'tier=b'], true],
  [['app!=web'], false],
  [['x!=y'], true],
  [['tier in (a, b)'], true],
  [['tier notin (a,b)'], false],
  [['x notin (a)'], true],
  [['app'], true],
  [['!app'], false],
  [['!x'], true],
  [['app=web,tier=c'], false],
  [['tier in (a, b),x'], false],
  [['app=web', 'tier is b'], undefined],
])('%s', (selectors, expected) => {
  expect(fits(object, selectors)).toBe(expected);
});

test.each([
  ['spec.containers[0].env[1]', { ...object.spec, containers: [{ name: 'x', env: [1, 3] }, { name: 'y' }] }],
  ['spec.containers[1]', { ...object.spec, containers: [{ name: 'x', env: [1, 2, 3] }] }],
  ['spec.nothing.here', object.spec],
])('hidden: %s', (field, spec) => {
  expect(shownWithout([field, 'metadata.annotations[a.b/c]'])(object)).toEqual({
    ...object,
    spec,
    metadata: { ...object.metadata, annotations: { d: '2' } },
  });
});
