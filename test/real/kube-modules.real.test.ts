/** k8s_apply, k8s_patch, k8s_info and k8s_delete against a real API server with OpenShift's kinds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/value.ts';
import { Overlay } from '../../src/engine/overlay.ts';
import { type Real, startReal, whyOf } from './kube/harness.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');
const namespace = 'web';

suite('Kubernetes modules', () => {
  let real: Real;
  beforeAll(async () => {
    // Without controllers: nobody but the test writes, so that the store's revision tells who did.
    real = await startReal({ controllers: 'none' });
    await real.kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
    await real.kubectl('create', 'namespace', namespace);
  });
  afterAll(() => real?.close());

  const configMap = (name: string, data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...metadata },
    data,
  });

  describe('k8s_apply', () => {
    test('creates what is not there', async () => {
      const definition = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', labels: { app: 'x' } }, data: { a: '1' } };
      expect(await real.converges('k8s_apply', { definition, namespace })).toMatchObject({
        op: 'create',
        summary: 'create ConfigMap web/one',
        before: null,
        after: configMap('one', { a: '1' }, { labels: { app: 'x' } }),
        provides: ['object/v1/ConfigMap/web/one'],
      });
      expect(await real.settledAt('k8s_apply', { definition, namespace })).toMatchObject({
        result: { kind: 'ConfigMap', data: { a: '1' } },
        resources: [{ kind: 'ConfigMap' }],
      });
    });

    test('shows the server\u2019s defaults, in the fields it sets and no others; items are matched by the kind\u2019s own keys', async () => {
      const service = (...ports: JsonObject[]): JsonObject => ({
        definition: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec: { selector: { app: 'web' }, ports } },
      });
      const http = { name: 'http', port: 80 };
      const https = { name: 'https', port: 443 };
      await real.converges('k8s_apply', service(http, https));
      const moved = await real.converges('k8s_apply', service({ ...http, targetPort: 8080 }, https));
      const shown = (...ports: JsonObject[]) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace },
        spec: { selector: { app: 'web' }, ports },
      });
      expect(moved.summary).toBe('update Service web/web: spec.ports');
      expect(moved.before).toEqual(shown({ ...http, protocol: 'TCP', targetPort: 80 }, { ...https, protocol: 'TCP' }));
      expect(moved.after).toEqual(shown({ ...http, protocol: 'TCP', targetPort: 8080 }, { ...https, protocol: 'TCP' }));
      // A port taken out of the manifest goes away, which a merge by kubectl's rules would forget.
      const fewer = await real.converges('k8s_apply', service({ ...http, targetPort: 8080 }));
      expect(fewer.after).toEqual(shown({ ...http, protocol: 'TCP', targetPort: 8080 }));
      expect(((await real.get('service', 'web', namespace))['spec'] as JsonObject)['ports']).toHaveLength(1);
    });

    test('takes away what it set before and leaves alone what others set', async () => {
      await real.converges('k8s_apply', { definition: configMap('shared', { a: '1', b: '2' }, { labels: { mine: 'x', old: 'y' } }) });
      await real.create(configMap('shared', { c: '3' }, { annotations: { theirs: 'z' } }));
      await real.settledAt('k8s_apply', { definition: configMap('shared', { a: '1', b: '2' }, { labels: { mine: 'x', old: 'y' } }) });
      const change = await real.converges('k8s_apply', { definition: configMap('shared', { a: '1' }, { labels: { mine: 'x' } }) });
      expect(change.summary).toBe('update ConfigMap web/shared: data.b, metadata.labels.old');
      expect(await real.get('configmap', 'shared', namespace)).toMatchObject({
        data: { a: '1', c: '3' },
        metadata: { labels: { mine: 'x' }, annotations: { theirs: 'z' } },
      });
    });

    test('is ok where another made it just so, and where numbers are written differently', async () => {
      await real.create(configMap('theirs', { a: '1' }));
      await real.settledAt('k8s_apply', { definition: configMap('theirs', { a: '1' }) });
      const claim = (storage: string): JsonObject => ({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      });
      await real.converges('k8s_apply', { definition: claim('1Gi') });
      await real.settledAt('k8s_apply', { definition: claim('1024Mi') });
      expect(
        whyOf(
          await real.run('k8s_apply', {
            definition: {
              ...claim('1Gi'),
              spec: { ...(claim('1Gi')['spec'] as JsonObject), volumeName: 'pv1', accessModes: ['ReadWriteMany'] },
            },
          }),
        ),
      ).toMatch(/^kube: PersistentVolumeClaim web\/data: spec: .*immutable after creation.*\(422 Invalid\).*delete the object first/s);
    });

    test('names the manager it is in conflict with, and takes over only when told to', async () => {
      await real.create(configMap('fought', { a: 'theirs' }));
      const given = { definition: configMap('fought', { a: 'mine' }) };
      for (const check of [true, false]) {
        expect(whyOf(await real.run('k8s_apply', given, { check }))).toBe(
          'conflict: ConfigMap web/fought: data.a belongs to someone (leave these fields out of the manifest, or take them over with force_conflicts: true)',
        );
      }
      const change = await real.converges('k8s_apply', { ...given, force_conflicts: true });
      expect(change.steps).toMatchObject([{ do: 'kube.apply', force: true }]);
    });

    test('refuses what the schema does not have, in check mode too', async () => {
      const definition = {
        apiVersion: 'imageregistry.operator.openshift.io/v1',
        kind: 'Config',
        metadata: { name: 'typo' },
        spec: { managementState: 'Managed', replicas: 1, rolloutStrategi: 'Recreate' },
      };
      const why = whyOf(await real.run('k8s_apply', { definition }, { check: true }));
      expect(why).toContain('kube: Config typo: spec.rolloutStrategi: field not declared in schema');
      expect(why).toContain('check its spelling');
      const wrong = { ...definition, spec: { managementState: 'Perhaps', replicas: 1 } };
      expect(whyOf(await real.run('k8s_apply', { definition: wrong }, { check: true }))).toContain('spec.managementState');
    });

    test('in check mode looks through what earlier tasks would make', async () => {
      const overlay = new Overlay();
      const claim = configMap('in-new', { a: '1' }, { namespace: 'not-yet' });
      expect(whyOf(await real.run('k8s_apply', { definition: claim }, { check: true }))).toBe(
        'absent: ConfigMap not-yet/in-new: there is no namespace not-yet (create it in an earlier task, or correct namespace)',
      );
      await real.run('k8s_apply', { kind: 'Namespace', name: 'not-yet' }, { check: true, overlay });
      const { result } = await real.run('k8s_apply', { definition: claim }, { check: true, overlay });
      expect(result).toMatchObject({ status: 'would-change', note: expect.stringContaining('it comes with t/k8s_apply') });
      const volume = { apiVersion: 'storage.example.com/v1', kind: 'Volume', metadata: { name: 'x' } };
      expect(whyOf(await real.run('k8s_apply', { definition: volume }, { check: true, overlay }))).toEqual(
        expect.stringContaining('absent: Volume x: the cluster does not serve Volume in storage.example.com/v1'),
      );
      const subscription = {
        apiVersion: 'operators.coreos.com/v1alpha1',
        kind: 'Subscription',
        metadata: { name: 'op', namespace },
        spec: { name: 'op', channel: 'stable', source: 'redhat-operators', sourceNamespace: 'openshift-marketplace' },
      };
      await real.run('k8s_apply', { definition: subscription }, { check: true, overlay });
      expect((await real.run('k8s_apply', { definition: volume }, { check: true, overlay })).result).toMatchObject({
        status: 'would-change',
        change: { summary: 'create Volume x' },
      });
    });

    test('makes a namespace, a kind and objects of both in one task', async () => {
      const crd = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'things.example.com' },
        spec: {
          group: 'example.com',
          names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' },
          scope: 'Namespaced',
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } },
              },
            },
          ],
        },
      };
      const text = [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } },
        crd,
        { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'first', namespace: 'fresh' }, spec: { size: 3 } },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'fresh' } },
      ]
        .map((object) => JSON.stringify(object))
        .join('\n---\n');
      const before = await real.kube.etcdRevision();
      const checked = await real.run('k8s_apply', { definition: text }, { check: true });
      expect(checked.result).toMatchObject({ status: 'would-change' });
      expect(await real.kube.etcdRevision()).toBe(before);
      expect(checked.change?.provides).toContain('kind/example.com/v1/Thing');
      const { result, change } = await real.run('k8s_apply', { definition: text });
      expect(result, JSON.stringify(result)).toMatchObject({ status: 'changed', output: { resources: { length: 4 } } });
      expect(change?.summary).toBe(
        'create Namespace fresh; create CustomResourceDefinition things.example.com; create Thing fresh/first; create ConfigMap fresh/c',
      );
      await real.settledAt('k8s_apply', { definition: text });
    });

    test('hides a Secret\u2019s values and shows whether they differ', async () => {
      const secret = (password: string): JsonObject => ({
        definition: {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's', namespace },
          stringData: { password, user: 'registry-user' },
        },
      });
      const created = await real.converges('k8s_apply', secret('first-pass-word'));
      expect(created.after).toMatchObject({ data: { password: '***', user: '***' } });
      const changed = await real.converges('k8s_apply', secret('other-pass-word'));
      expect(changed.before).toMatchObject({ data: { password: '*** (before)', user: '***' } });
      expect(changed.after).toMatchObject({ data: { password: '*** (after)', user: '***' } });
      const printed = JSON.stringify(real.redactor.json(changed));
      for (const text of ['other-pass-word', Buffer.from('other-pass-word').toString('base64')]) expect(printed).not.toContain(text);
      // Taken out of the manifest it goes, though it was written as stringData.
      const definition = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace }, stringData: { user: 'registry-user' } };
      await real.converges('k8s_apply', { definition });
      expect(Object.keys((await real.get('secret', 's', namespace))['data'] as object)).toEqual(['user']);
    });

    test('says what is wrong with a manifest before asking the server', async () => {
      expect(whyOf(await real.run('k8s_apply', { kind: 'ConfigMap', name: 'lost' }))).toBe(
        'args: ConfigMap lost needs a namespace: in its metadata or as namespace:',
      );
      expect(whyOf(await real.run('k8s_apply', { definition: 'a: [1' }))).toMatch(/^args: definition is not YAML/);
      expect(
        whyOf(await real.run('k8s_apply', { state: 'absent', definition: { kind: 'Pod', metadata: { generateName: 'x-' } } })),
      ).toContain('only a generateName');
    });
  });

  describe('k8s_patch', () => {
    const api_version = 'imageregistry.operator.openshift.io/v1';
    const config = { api_version, kind: 'Config', name: 'cluster' };
    beforeAll(() =>
      real.create({
        apiVersion: api_version,
        kind: 'Config',
        metadata: { name: 'cluster' },
        spec: { managementState: 'Removed', replicas: 2, rolloutStrategy: 'RollingUpdate', storage: { emptyDir: {} }, logLevel: 'Normal' },
      }),
    );

    test('changes the named fields, removes nulls, and then is ok', async () => {
      const patch = {
        spec: { managementState: 'Managed', replicas: 1, storage: { pvc: { claim: 'image-registry-storage' }, emptyDir: null, s3: null } },
      };
      const change = await real.converges('k8s_patch', { ...config, patch });
      expect(change).toMatchObject({
        summary: 'patch Config cluster: spec.managementState, spec.replicas, spec.storage.emptyDir, spec.storage.pvc',
        before: { spec: { managementState: 'Removed', replicas: 2, storage: { emptyDir: {} } } },
        after: { spec: { managementState: 'Managed', replicas: 1, storage: { pvc: { claim: 'image-registry-storage' } } } },
        provides: [`object/${api_version}/Config/cluster`],
      });
      expect(await real.settledAt('k8s_patch', { ...config, patch })).toMatchObject({ msg: 'Config cluster already has these values' });
      expect((await real.get('configs.imageregistry.operator.openshift.io', 'cluster'))['spec']).toMatchObject({
        rolloutStrategy: 'RollingUpdate',
      });
    });

    test('a field the schema does not have is refused, not dropped', async () => {
      const why = whyOf(await real.run('k8s_patch', { ...config, patch: { spec: { replica: 2 } } }, { check: true }));
      expect(why).toContain('unknown field "spec.replica"');
    });

    test('an object that is not there is absent, or waited for', async () => {
      const given = { ...config, name: 'later', patch: { spec: { replicas: 3 } } };
      expect(whyOf(await real.run('k8s_patch', given))).toMatch(/^absent: Config later does not exist \(.*wait_until_exists\)$/);
      expect(whyOf(await real.run('k8s_patch', { ...given, kind: 'Konfig' }))).toContain('does not serve Konfig');
      const waiting = real.run('k8s_patch', { ...given, wait_until_exists: 60 });
      await real.create({
        apiVersion: api_version,
        kind: 'Config',
        metadata: { name: 'later' },
        spec: { managementState: 'Removed', replicas: 1 },
      });
      const { result } = await waiting;
      expect(result, JSON.stringify(result)).toMatchObject({ status: 'changed' });
      expect(whyOf(await real.run('k8s_patch', { ...given, name: 'never', wait_until_exists: 1 }))).toContain(
        'absent: Config never does not exist after 1 s',
      );
      expect((await real.run('k8s_patch', { ...given, name: 'never', wait_until_exists: 1 }, { check: true })).result).toMatchObject({
        status: 'unknown',
      });
    });

    test('goes through while something else writes the same object all the time', async () => {
      let stop = false;
      const operator = (async () => {
        for (let round = 0; !stop; round++)
          await real.patch('configs.imageregistry.operator.openshift.io', 'cluster', { metadata: { annotations: { round: `${round}` } } });
      })();
      try {
        for (const replicas of [3, 4, 5]) {
          expect((await real.run('k8s_patch', { ...config, patch: { spec: { replicas } } })).result).toMatchObject({ status: 'changed' });
        }
      } finally {
        stop = true;
        await operator;
      }
    });

    test('a version that is not current any more is a conflict', async () => {
      const given = { ...config, patch: { spec: { replicas: 7 } }, resource_version: '1' };
      expect(whyOf(await real.run('k8s_patch', given))).toMatch(/^conflict: Config cluster: .*changed since it was read/s);
    });

    test('JSON patches: what is done is not done again', async () => {
      await real.create(configMap('listed', { a: '1' }, { finalizers: ['example.com/one', 'example.com/two'] }));
      const at = { kind: 'ConfigMap', name: 'listed', namespace };
      await real.converges('k8s_patch', {
        ...at,
        patch: [
          { op: 'add', path: '/data/b', value: '2' },
          { op: 'add', path: '/metadata/finalizers/-', value: 'example.com/three' },
          { op: 'remove', path: '/data/a' },
        ],
      });
      const removal = [
        { op: 'test', path: '/metadata/finalizers/0', value: 'example.com/one' },
        { op: 'remove', path: '/metadata/finalizers/0' },
      ];
      const change = await real.converges('k8s_patch', { ...at, patch: removal });
      expect(change.after).toEqual({ metadata: { finalizers: ['example.com/two', 'example.com/three'] } });
      expect(whyOf(await real.run('k8s_patch', { ...at, patch: removal.slice(1) }))).toContain(
        'put a test operation with the same path before it',
      );
    });

    test('strategic patches merge lists by key', async () => {
      const patch = { spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 9090 }] } };
      const change = await real.converges('k8s_patch', { kind: 'Service', name: 'web', namespace, type: 'strategic', patch });
      expect(change.summary).toBe('patch Service web/web: spec.ports');
    });
  });

  describe('k8s_info', () => {
    test('gives objects by name, by labels, or none', async () => {
      await real.create(configMap('labelled', { a: '1' }, { labels: { tier: 'front' } }));
      const one = await real.settledAt('k8s_info', { kind: 'ConfigMap', name: 'labelled', namespace });
      expect(one).toMatchObject({ api_found: true, resources: [{ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' } }] });
      expect(JSON.stringify(one)).not.toContain('managedFields');
      const some = await real.settledAt('k8s_info', { kind: 'ConfigMap', label_selectors: ['tier in (front, back)', '!legacy'] });
      expect(some).toMatchObject({ resources: [{ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'labelled' } }] });
      expect(await real.settledAt('k8s_info', { kind: 'ConfigMap', name: 'nothing', namespace })).toEqual({
        resources: [],
        api_found: true,
      });
      expect(await real.settledAt('k8s_info', { api_version: 'none.example.com/v1', kind: 'None' })).toEqual({
        resources: [],
        api_found: false,
      });
    });

    test('a list of more than a page is whole', async () => {
      const all = Array.from({ length: 620 }, (_, index) => configMap(`many-${index}`, {}, { labels: { many: 'yes' } }));
      await real.create({ apiVersion: 'v1', kind: 'List', items: all });
      const found = (await real.settledAt('k8s_info', { kind: 'ConfigMap', namespace, label_selectors: ['many=yes'] })) as {
        resources: object[];
      };
      expect(found.resources).toHaveLength(620);
    });

    test('who may not look is told which right is missing', async () => {
      expect(whyOf(await real.run('k8s_info', { kind: 'Pod', namespace }, { as: 'token-nobody' }))).toMatch(
        /^kube: user \S*nobody\S* may not list pods in namespace web \(403\) \(grant a role that allows it; see: oc auth can-i list pods -n web\)$/,
      );
    });

    test('Secrets that were read are hidden', async () => {
      await real.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'seen', namespace },
        stringData: { token: 'a-token-nobody-shall-see' },
      });
      const found = await real.settledAt('k8s_info', { kind: 'Secret', name: 'seen', namespace });
      expect(JSON.stringify(found)).toContain(Buffer.from('a-token-nobody-shall-see').toString('base64'));
      expect(JSON.stringify(real.redactor.json(found))).not.toContain(Buffer.from('a-token-nobody-shall-see').toString('base64'));
      expect(real.redactor.text('x a-token-nobody-shall-see y')).toBe('x *** y');
    });
  });

  describe('k8s_delete', () => {
    test('deletes, and is ok when it is gone', async () => {
      await real.create(configMap('unwanted', {}));
      const change = await real.converges('k8s_delete', { kind: 'ConfigMap', name: 'unwanted', namespace });
      expect(change).toMatchObject({ op: 'delete', summary: 'delete ConfigMap web/unwanted', after: null });
      expect(change.destroys).toBeUndefined();
      await real.settledAt('k8s_delete', { api_version: 'none.example.com/v1', kind: 'None', name: 'x' });
    });

    test('waits for finalizers and names them', async () => {
      await real.create(configMap('held', {}, { finalizers: ['example.com/guard'] }));
      const deleting = real.run('k8s_delete', { kind: 'ConfigMap', name: 'held', namespace });
      await expect.poll(async () => JSON.stringify(await real.get('configmap', 'held', namespace))).toContain('deletionTimestamp');
      await real.patch('configmap', 'held', { metadata: { finalizers: null } }, '--namespace', namespace);
      const { result, seen } = await deleting;
      expect(result).toMatchObject({ status: 'changed' });
      expect(seen).toEqual(['ConfigMap web/held to be gone | ConfigMap web/held is being deleted (finalizers: example.com/guard)']);
    });

    test('gives up with the reason', async () => {
      await real.create(configMap('stuck', {}, { finalizers: ['example.com/guard'] }));
      const { result } = await real.run('k8s_apply', { definition: configMap('stuck', {}), state: 'absent', wait: true, wait_timeout: 1 });
      expect(whyOf({ result, change: undefined, seen: [] })).toMatch(/^timeout: gave up after 1 s: .*finalizers: example.com\/guard/s);
    });

    test('by labels, many at once; it says what is lost', async () => {
      const change = await real.converges('k8s_delete', { kind: 'ConfigMap', namespace, label_selectors: ['many=yes'], wait_timeout: 120 });
      expect(change.steps).toHaveLength(620);
      const claim = await real.run('k8s_delete', { kind: 'PersistentVolumeClaim', name: 'data', namespace }, { check: true });
      expect(claim.change?.destroys).toContain('the data on its volume');
    });

    test('an object that took the name of another is left alone', async () => {
      await real.create(configMap('twin', {}));
      const writer = await real.writer();
      const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'twin' };
      const deleting = writer.run({ do: 'kube.delete', ref, uid: '00000000-0000-0000-0000-000000000000' }, AbortSignal.timeout(10_000));
      await expect(deleting).rejects.toMatchObject({ code: 'conflict' });
      await real.get('configmap', 'twin', namespace);
    });
  });
});
