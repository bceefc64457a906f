import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/value.ts';
import { manifestsOf, readManifests } from '../../../src/modules/kube/manifests.ts';
import { noFiles } from '../call.ts';

const read = (definition: Json, more: object = {}) => manifestsOf(definition, { api_version: 'v1', ...more }, 'definition');
const named = (kind: string, name: string, more: object = {}) => ({ apiVersion: 'v1', kind, metadata: { name, ...more } });

describe('manifests', () => {
  test('are mappings, lists, Lists, and YAML of several documents', () => {
    const one = named('ConfigMap', 'a');
    const two = named('ConfigMap', 'b');
    for (const given of [
      [one, two],
      { apiVersion: 'v1', kind: 'List', items: [one, two] },
      [JSON.stringify(one), two],
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

  // The names are those that kubernetes.core 6.2.0 makes of these objects.
  test.each<[string, Json, string]>([
    ['ConfigMap', { ...named('ConfigMap', 'c'), data: { b: '2', a: 'k\u00e4se \u007f', n: { z: 1, y: true } } }, 'c-kfkhgcctft'],
    ['Secret whose stringData is not looked at', { ...named('Secret', 's'), stringData: { a: 'new' } }, 's-25g75kd9dt'],
    ['Secret', { ...named('Secret', 's'), type: 'Opaque', data: { a: 'eA==' } }, 's-5hc64bhfdf'],
    ['Pod, which keeps its name', named('Pod', 'p'), 'p'],
  ])('append_hash names a %s', (_, given, name) => {
    expect(read(given, { append_hash: true })).toMatchObject({ objects: [{ metadata: { name } }] });
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
    [
      'a name that is not made up here',
      { kind: 'Pod', metadata: { generateName: 'p-' } },
      'definition has only a generateName, which names nothing that is there: give it a name',
    ],
    ['nothing', '# empty\n', 'definition holds no object'],
  ])('with %s are refused', (_, given, problem) => {
    expect(read(given)).toEqual({ problem });
  });
});

test('names are made up of generateName or generate_name, one for each object, the same at each look', () => {
  const given = { generate_name: 'p-', fresh: 'one call' };
  const named = (more: object) => {
    const found = read(
      [{ kind: 'Pod' }, { kind: 'Job', metadata: { generateName: 'j-' } }, { kind: 'Pod', metadata: { name: 'n' } }],
      more,
    );
    return 'objects' in found ? found.objects.map(({ metadata }) => metadata) : found;
  };
  const names = named(given);
  expect(names).toEqual([
    { name: expect.stringMatching(/^p-[a-z0-9]{5}$/) },
    { name: expect.stringMatching(/^j-[a-z0-9]{5}$/) },
    { name: 'n' },
  ]);
  expect(named(given)).toEqual(names);
  expect(named({ ...given, fresh: 'another' })).not.toEqual(names);
});

test('generate_name is refused likewise, where no name is made up', () => {
  const given = { generate_name: 'p-' };
  expect(read({ kind: 'Pod' }, given)).toEqual({
    problem: 'definition has only a generateName, which names nothing that is there: give it a name',
  });
});

test('templates are a list of paths, each with settings of its own; a URL as src says what to do instead', async () => {
  const files = {
    ...noFiles,
    find: async (_: string, name: string) => `/play/templates/${name}`,
    render: async (path: string, _?: unknown, settings?: object) =>
      JSON.stringify(named('ConfigMap', path.replaceAll('/', '-'), { settings: settings as Json })),
  };
  const template = ['a.yml', { path: 'b.yml', newline_sequence: '\n', variable_start_string: '[[' }];
  expect(await readManifests({ api_version: 'v1', template }, { files })).toEqual({
    objects: [
      named('ConfigMap', '-play-templates-a.yml', { settings: {} }),
      named('ConfigMap', '-play-templates-b.yml', { settings: { variable_start_string: '[[' } }),
    ],
  });
  const src = 'https://example.com/crd.yml';
  expect(await readManifests({ api_version: 'v1', src }, { files })).toEqual({
    problem: `src is a URL, which pb does not fetch here: use definition: "{{ lookup('url', '${src}', split_lines=false) }}"`,
  });
});
