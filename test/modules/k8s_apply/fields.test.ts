import { describe, expect, test } from 'vitest';
import { differences, masked } from '../../../src/modules/kube/compare.ts';
import { type FieldSet, ownFields, project, union } from '../../../src/modules/kube/fields.ts';

describe('an object cut down to a field set', () => {
  const object = {
    metadata: { labels: { a: '1', b: '2' }, finalizers: ['x', 'y'] },
    spec: {
      replicas: 2,
      ports: [
        { port: 80, protocol: 'TCP', name: 'http', targetPort: 8080 },
        { port: 53, protocol: 'UDP', name: 'dns' },
        { port: 53, protocol: 'TCP', name: 'dns-tcp' },
      ],
      args: ['-v', '-x'],
      emptyDir: {},
    },
  };
  test.each<[string, FieldSet, unknown]>([
    ['scalars and maps', { 'f:metadata': { 'f:labels': { 'f:b': {} } } }, { metadata: { labels: { b: '2' } } }],
    ['an atomic list, whole', { 'f:spec': { 'f:args': {} } }, { spec: { args: ['-v', '-x'] } }],
    ['members of a set', { 'f:metadata': { 'f:finalizers': { 'v:"y"': {} } } }, { metadata: { finalizers: ['y'] } }],
    ['items by number', { 'f:spec': { 'f:args': { 'i:1': {} } } }, { spec: { args: ['-x'] } }],
    [
      'items by several keys, with the keys',
      { 'f:spec': { 'f:ports': { 'k:{"port":53,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } } },
      { spec: { ports: [{ port: 53, protocol: 'TCP', name: 'dns-tcp' }] } },
    ],
    ['what is empty', { 'f:spec': { 'f:emptyDir': {} } }, { spec: { emptyDir: {} } }],
    ['a map of which only the being there is owned', { 'f:metadata': { 'f:labels': { '.': {} } } }, { metadata: { labels: {} } }],
    ['what is not there', { 'f:spec': { 'f:none': {}, 'f:ports': { 'k:{"port":1}': { 'f:name': {} } } } }, { spec: { ports: [] } }],
  ])('%s', (_, set, expected) => {
    expect(project(object, set)).toEqual(expected);
  });

  test('a set without children stands for the whole, also beside one with some', () => {
    expect(union({ 'f:spec': { 'f:a': {} } }, { 'f:spec': {} })).toEqual({ 'f:spec': {} });
    expect(union({ 'f:a': {} }, { 'f:b': { 'f:c': {} } })).toEqual({ 'f:a': {}, 'f:b': { 'f:c': {} } });
  });
});

describe('own fields', () => {
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1' } };

  test('of a server that keeps no owners are those of the manifest', () => {
    const live = { ...manifest, data: { a: '0', theirs: 'x' } };
    expect(ownFields(live, { ...live, data: { a: '1', theirs: 'x' } }, manifest)).toEqual({
      before: { ...manifest, data: { a: '0' } },
      after: manifest,
    });
  });

  test('a manifest of nothing but a name does not own the whole object', () => {
    const bare = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } };
    const entry = (fieldsV1: FieldSet) => ({ managedFields: [{ manager: 'pb', operation: 'Apply', apiVersion: 'v1', fieldsV1 }] });
    const live = { ...bare, metadata: { ...bare.metadata, ...entry({}) }, spec: { finalizers: ['kubernetes'] } };
    expect(ownFields(live, live, bare)).toEqual({ before: bare, after: bare });
    const labelled = {
      ...live,
      metadata: { ...bare.metadata, labels: { a: '1' }, ...entry({ 'f:metadata': { 'f:labels': { 'f:a': {} } } }) },
    };
    expect(ownFields(labelled, live, bare).before).toEqual({ ...bare, metadata: { name: 'web', labels: { a: '1' } } });
  });

  test('what another version of the kind says of owners is not read', () => {
    const old = [{ manager: 'pb', operation: 'Apply', apiVersion: 'v1beta1', fieldsV1: { 'f:spec': { 'f:old': {} } } }];
    const live = { ...manifest, metadata: { name: 'c', managedFields: old }, spec: { old: true } };
    expect(ownFields(live, manifest, manifest).before).toEqual(manifest);
  });
});

test('a Secret\u2019s values become marks that tell equal from different', () => {
  expect(masked({ data: { a: 'x', b: 'y', gone: 'z' } }, { data: { a: 'x', b: 'Y', fresh: 'w' }, type: 'Opaque' })).toEqual({
    before: { data: { a: '***', b: '*** (before)', gone: '***' } },
    after: { data: { a: '***', b: '*** (after)', fresh: '***' }, type: 'Opaque' },
  });
});

test('differences are paths, and not too many', () => {
  expect(differences({ a: { b: 1, c: [1] } }, { a: { b: 2, c: [1, 2], d: null } })).toEqual(['a.b', 'a.c', 'a.d']);
  expect(differences({}, { a: 1, b: 2, c: 3 }, 2)).toEqual(['a', 'b', '1 more']);
});
