import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube.ts';
import type { Json, JsonObject } from '../../../src/core/value.ts';
import { mergeProblem, withMergedLists } from '../../../src/modules/kube/merge-lists.ts';

const corp = { name: 'corp', type: 'LDAP', ldap: { url: 'ldaps://a', insecure: false } };
const local = { name: 'local', type: 'HTPasswd', htpasswd: { fileData: { name: 'old' } } };
const live = (spec: Json): KubeObject => ({ apiVersion: 'config.openshift.io/v1', kind: 'OAuth', metadata: { name: 'cluster' }, spec });
const providers = (...items: readonly JsonObject[]): JsonObject => ({ spec: { identityProviders: items } });
const lists = { 'spec.identityProviders': 'name' };
const merged = (now: readonly JsonObject[], ...items: readonly JsonObject[]): Json =>
  withMergedLists(providers(...items), lists, live({ identityProviders: now }));

test.each<[string, readonly JsonObject[], readonly JsonObject[], readonly JsonObject[]]>([
  ['a new item comes last', [corp], [local], [corp, local]],
  ['the first item of a list that is empty', [], [local], [local]],
  [
    'an item changes where it stands, in the fields that are named',
    [corp, local],
    [{ name: 'corp', ldap: { insecure: true } }],
    [{ ...corp, ldap: { url: 'ldaps://a', insecure: true } }, local],
  ],
  ['null removes a field', [corp], [{ name: 'corp', ldap: null }], [{ name: 'corp', type: 'LDAP' }]],
  ['$patch: delete', [corp, local], [{ name: 'corp', $patch: 'delete' }], [local]],
  ['$patch: delete of what is not there', [local], [{ name: 'corp', $patch: 'delete' }], [local]],
  ['$patch: replace', [corp], [{ name: 'corp', type: 'GitHub', $patch: 'replace' }], [{ name: 'corp', type: 'GitHub' }]],
])('%s', (_, now, items, comes) => {
  expect(merged(now, ...items)).toEqual(providers(...comes));
});

test('an object without the list, other fields of the patch, and a place with a dot in it', () => {
  expect(withMergedLists({ spec: { identityProviders: [local], tokenConfig: { x: 1 } } }, lists, live({}))).toEqual({
    spec: { identityProviders: [local], tokenConfig: { x: 1 } },
  });
  const list = { spec: { 'a.b': [{ id: 2 }] } };
  expect(withMergedLists(list, { '/spec/a.b': 'id' }, live({ 'a.b': [{ id: 1 }] }))).toEqual({ spec: { 'a.b': [{ id: 1 }, { id: 2 }] } });
});

test.each<[string, Json, RegExp]>([
  ['no such list', { spec: {} }, /^merge_lists: the patch has no list at spec.identityProviders$/],
  ['an item without the key', providers(corp, { type: 'LDAP' }), /item 2 of spec.identityProviders has no name/],
  ['the same key twice', providers(corp, corp), /has two items with name corp/],
  [
    'a directive nobody knows',
    providers({ ...corp, $patch: 'merge' }),
    /\$patch in spec.identityProviders can be delete or replace, not "merge"/,
  ],
])('%s', (_, patch, says) => {
  expect(mergeProblem(patch, lists)).toMatch(says);
});
