import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/value.ts';
import { manifestsOf } from '../../../src/modules/kube/manifests.ts';

const read = (definition: Json, more: object = {}) => manifestsOf(definition, { api_version: 'v1', ...more }, 'definition');
const named = (kind: string, name: string, more: object = {}) => ({ apiVersion: 'v1', kind, metadata: { name, ...more } });

describe('manifests', () => {
  test('are mappings, lists, Lists, and YAML of several documents', () => {
    const one = named('ConfigMap', 'a');
    const two = named('ConfigMap', 'b');
    for (const given of [
      [one, two],
      { apiVersion: 'v1', kind: 'List', items: [one, two] },
      `${JSON.stringify(one)}\n---\n---\n${JSON.stringify(two)}\n`,
    ]) {
      expect(read(given)).toEqual({ objects: [one, two] });
    }
  });

  test('are YAML as kubectl reads it: octal numbers, on and off, dates as text', () => {
    const text = 'kind: ConfigMap\nmetadata: { name: c }\nmode: 0644\nflag: on\nday: 2026-03-01\n';
    expect(read(text)).toEqual({ objects: [{ ...named('ConfigMap', 'c'), mode: 420, flag: true, day: '2026-03-01' }] });
  });

  test('take what they leave out from the arguments', () => {
    const given = { api_version: 'apps/v1', kind: 'Deployment', name: 'd', namespace: 'web' };
    expect(read({ spec: {} }, given)).toEqual({
      objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'web' }, spec: {} }],
    });
    expect(read(named('Pod', 'p', { namespace: 'own' }), given)).toEqual({ objects: [named('Pod', 'p', { namespace: 'own' })] });
  });

  test('of Secrets have their stringData encoded; it wins over data', () => {
    const secret = { ...named('Secret', 's'), data: { a: 'b2xk', b: 'Yg==' }, stringData: { a: 'new' } };
    expect(read(secret)).toEqual({ objects: [{ ...named('Secret', 's'), data: { a: 'bmV3', b: 'Yg==' } }] });
  });

  test.each<[string, Json, string]>([
    ['no name', { kind: 'Pod' }, 'definition has no metadata.name'],
    ['no kind, second of two', [named('Pod', 'a'), { metadata: { name: 'x' } }], 'object 2 of definition has no kind'],
    [
      'a name that YAML took for a number',
      'kind: Pod\nmetadata: { name: 007 }',
      'definition has a metadata.name that is no text: quote it',
    ],
    ['no mapping', 'just text', 'definition is no mapping'],
    ['nothing', '# empty\n', 'definition holds no object'],
  ])('with %s are refused', (_, given, problem) => {
    expect(read(given)).toEqual({ problem });
  });
});
