/** wait_for on the cluster, k8s_exec, and an API server that goes away meanwhile. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterTarget } from '../../src/core/cluster.ts';
import type { JsonObject } from '../../src/core/value.ts';
import { startConnectProxy } from '../transports/kube/connect-proxy.ts';
import { type Real, startReal, whyOf } from './kube/harness.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');
const namespace = 'openshift-image-registry';

suite('waiting and running', () => {
  let real: Real;
  beforeAll(async () => {
    real = await startReal({ controllers: 'none' });
    await real.kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
    await real.kubectl('create', 'namespace', namespace);
  });
  afterAll(() => real?.close());

  const status = (resource: string, name: string, what: object, ...more: string[]): Promise<string> =>
    real.patch(resource, name, { status: what }, '--subresource=status', ...more);

  describe('wait_for', () => {
    const api_version = 'imageregistry.operator.openshift.io/v1';
    const config: JsonObject = { api_version, kind: 'Config', name: 'cluster' };
    const resource = 'configs.imageregistry.operator.openshift.io';
    const settings = { storage: {}, storageManaged: false, readyReplicas: 0 };
    const condition = (type: string, status: string, reason: string, message = '') => ({
      ...{ type, status, reason, message, lastTransitionTime: '2026-03-01T10:00:00Z' },
    });

    test('sees an object come, change and be ready, within a moment of each', async () => {
      const wanted = [{ type: 'Available' }, { type: 'Progressing', status: 'False' }];
      const seen: string[] = [];
      const waiting = real.run('wait_for', { k8s: config, condition: wanted, timeout: 60 }, { seen });
      await expect.poll(() => seen).toEqual(['Config cluster: until Available=True and Progressing=False | it does not exist']);
      await real.create({
        apiVersion: api_version,
        kind: 'Config',
        metadata: { name: 'cluster' },
        spec: { managementState: 'Managed', replicas: 1 },
      });
      await status(resource, 'cluster', {
        ...settings,
        conditions: [condition('Available', 'False', 'NoReplicasAvailable', 'The deployment does not have available replicas')],
      });
      await status(resource, 'cluster', {
        ...settings,
        conditions: [condition('Available', 'True', 'Ready'), condition('Progressing', 'False', 'Ready')],
      });
      const { result } = await waiting;
      expect(result, JSON.stringify(result)).toMatchObject({
        status: 'ok',
        output: { resources: [{ kind: 'Config' }], seen: 'Available=True; Progressing=False' },
      });
    });

    test('a workload that does not come up: the warnings of its pods are told', async () => {
      const labels = { app: 'stuck' };
      const containers = [{ name: 'c', image: 'registry.example.com/stuck' }];
      const pod = { metadata: { labels }, spec: { containers } };
      const metadata = { name: 'stuck', namespace };
      await real.create({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { selector: { matchLabels: labels }, template: pod },
      });
      await real.create({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'stuck-1', labels }, spec: { containers } });
      const said = (name: string, type: string, message: string) =>
        real.create({
          ...{ apiVersion: 'v1', kind: 'Event', metadata: { name, namespace }, reason: name, message, type, count: 1 },
          involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'stuck-1', namespace },
          lastTimestamp: '2026-03-01T10:00:00Z',
        });
      await said('failedmount', 'Warning', 'it already contains xfs');
      await said('pulled', 'Normal', 'nothing to see here');
      const k8s = { api_version: 'apps/v1', kind: 'Deployment', ...metadata };
      const why = whyOf(await real.run('wait_for', { k8s, timeout: 1 }));
      expect(why).toContain('2026-03-01T10:00:00Z Warning failedmount: it already contains xfs');
      expect(why).not.toContain('nothing to see here');
    });

    test('until: what is not there yet is no error; the time-out tells what was last seen and the events', async () => {
      const given = {
        k8s: { api_version: 'v1', kind: 'PersistentVolumeClaim', namespace, name: 'image-registry-storage' },
        until: "status.phase == 'Bound' and status.capacity.storage == '100Gi'",
      };
      await real.create({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'image-registry-storage', namespace },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'local-sc', resources: { requests: { storage: '100Gi' } } },
      });
      await real.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'why', namespace },
        involvedObject: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'image-registry-storage', namespace },
        reason: 'WaitForFirstConsumer',
        message: 'waiting for first consumer to be created before binding',
        type: 'Normal',
        count: 7,
        lastTimestamp: '2026-03-01T10:00:00Z',
      });
      const why = whyOf(await real.run('wait_for', { ...given, timeout: 1 }));
      expect(why).toContain(
        'timeout: gave up after 1 s: PersistentVolumeClaim openshift-image-registry/image-registry-storage: until status.phase',
      );
      expect(why).toContain('last seen: phase=Pending (want Bound), storage=not set (want 100Gi)');
      expect(why).toContain('2026-03-01T10:00:00Z Normal WaitForFirstConsumer (7 times): waiting for first consumer');
      const waiting = real.run('wait_for', { ...given, timeout: 60 });
      await status('pvc', 'image-registry-storage', { phase: 'Bound', capacity: { storage: '100Gi' } }, '--namespace', namespace);
      expect((await waiting).result).toMatchObject({ status: 'ok' });
    });

    test('check mode looks once', async () => {
      expect((await real.run('wait_for', { k8s: config, state: 'present' }, { check: true })).result).toMatchObject({ status: 'ok' });
      const later = { k8s: { kind: 'ConfigMap', name: 'later', namespace } };
      expect((await real.run('wait_for', { ...later, state: 'present' }, { check: true })).result).toMatchObject({ status: 'unknown' });
      expect((await real.run('wait_for', { ...later, state: 'absent' }, { check: true })).result).toMatchObject({ status: 'ok' });
    });

    test('counts the objects that fit', async () => {
      const given = {
        k8s: { kind: 'PersistentVolume', label_selectors: ['owner=disks'] },
        until: "status.phase in ['Available', 'Bound']",
        count: 3,
        timeout: 60,
      };
      const volume = (index: number) => ({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: `local-pv-${index}`, labels: { owner: 'disks' } },
        spec: {
          capacity: { storage: '93Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'local-sc',
          hostPath: { path: `/mnt/${index}` },
        },
      });
      const waiting = real.run('wait_for', given);
      for (const index of [1, 2, 3]) {
        await real.create(volume(index));
        await status('pv', `local-pv-${index}`, { phase: 'Available' });
      }
      const { result, seen } = await waiting;
      expect(result).toMatchObject({ status: 'ok', output: { resources: { length: 3 } } });
      expect(seen[0]).toMatch(/^3 of PersistentVolume \*: until status.phase in .* \| there are none$/);
      const more = await real.run('wait_for', { ...given, count: 4, timeout: 1 });
      expect(whyOf(more)).toContain('last seen: 3 of 4');
    });

    test('fails when it cannot succeed any more, but not for a passing trouble', async () => {
      const given = {
        k8s: config,
        until: "status.conditions | selectattr('type', 'eq', 'Available') | map(attribute='reason') | list == ['Never']",
        fail_when: "status.conditions | selectattr('type', 'eq', 'Degraded') | selectattr('status', 'eq', 'True') | length > 0",
        fail_after: 1,
        timeout: 60,
      };
      const waiting = real.run('wait_for', given);
      await status(resource, 'cluster', { ...settings, conditions: [condition('Degraded', 'True', 'Unavailable', 'a moment')] });
      await status(resource, 'cluster', { ...settings, conditions: [condition('Degraded', 'False', '')] });
      await status(resource, 'cluster', {
        ...settings,
        conditions: [condition('Degraded', 'True', 'StorageNotConfigured', 'Error: storage backend not configured')],
      });
      const why = whyOf(await waiting);
      expect(why).toMatch(/^failed: Config cluster: .* holds for 1 s/);
      expect(why).toContain('Degraded=True: StorageNotConfigured: Error: storage backend not configured');
    });

    test('a new kind is ready once it can be listed', async () => {
      const waiting = real.run('wait_for', {
        k8s: { api_version: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'gadgets.example.com' },
        timeout: 60,
      });
      const first = real.run('wait_for', {
        k8s: { api_version: 'example.com/v1', kind: 'Gadget', name: 'g' },
        state: 'present',
        timeout: 60,
      });
      await real.create({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'gadgets.example.com' },
        spec: {
          group: 'example.com',
          names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' },
          scope: 'Cluster',
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
        },
      });
      expect((await waiting).result).toMatchObject({ status: 'ok' });
      await real.create({ apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'g' } });
      expect((await first).result).toMatchObject({ status: 'ok' });
    });

    test('until it is gone', async () => {
      await real.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'going', namespace } });
      const waiting = real.run('wait_for', { k8s: { kind: 'ConfigMap', name: 'going', namespace }, state: 'absent', timeout: 60 });
      await real.kubectl('delete', 'configmap', 'going', '--namespace', namespace);
      expect((await waiting).result).toMatchObject({ status: 'ok', output: { resources: [] } });
    });
  });

  describe('k8s_exec', () => {
    beforeAll(async () => {
      await real.kube.createNode('w1');
      const pod = (name: string) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { 'docker-registry': 'default' } },
        spec: {
          nodeName: 'w1',
          containers: [
            { name: 'registry', image: 'none' },
            { name: 'other', image: 'none' },
          ],
        },
      });
      for (const name of ['registry-a', 'registry-b']) await real.create(pod(name));
      await real.kube.setPodOutputs({
        [`${namespace}/registry-b/registry`]: {
          exec: [
            { argv: ['cat', '/proc/mounts'], stdout: '/dev/sdb /registry ext4 rw 0 0\noverlay / overlay rw 0 0\n', stderr: 'a warning\n' },
            { argv: ['cat', '/missing'], stderr: 'cat: /missing: No such file or directory\n', exitCode: 3 },
            { argv: ['sh', '-c', 'echo "two words"'], stdout: 'two words\n' },
          ],
        },
      });
    });
    const given = { namespace, label_selectors: ['docker-registry=default'] };
    const ready = (name: string) =>
      status('pod', name, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, '--namespace', namespace);

    test('wants a pod that is ready', async () => {
      expect(whyOf(await real.run('k8s_exec', { ...given, command: 'id' }))).toContain('no pod is ready');
      expect(whyOf(await real.run('k8s_exec', { namespace, pod: 'none', command: 'id' }))).toBe(
        'absent: there is no pod openshift-image-registry/none',
      );
      await ready('registry-b');
      expect(whyOf(await real.run('k8s_exec', { ...given, container: 'regstry', command: 'id' }))).toContain('it has registry, other');
    });

    test('a command that only looks answers in check mode too', async () => {
      for (const check of [true, false]) {
        const { result } = await real.run('k8s_exec', { ...given, command: ['cat', '/proc/mounts'], read_only: true }, { check });
        expect(result).toMatchObject({
          status: 'ok',
          output: { rc: 0, stdout_lines: ['/dev/sdb /registry ext4 rw 0 0', 'overlay / overlay rw 0 0'], stderr: 'a warning' },
        });
      }
    });

    test('a command that acts runs once, and not in check mode', async () => {
      const before = (await real.kube.execCalls()).length;
      const acting = { ...given, command: `sh -c 'echo "two words"'` };
      expect((await real.run('k8s_exec', acting, { check: true })).result).toMatchObject({ status: 'unknown' });
      expect(await real.kube.execCalls()).toHaveLength(before);
      const { result } = await real.run('k8s_exec', acting);
      expect(result, JSON.stringify(result)).toMatchObject({ status: 'changed', output: { rc: 0, stdout: 'two words' } });
      expect(await real.kube.execCalls()).toHaveLength(before + 1);
    });

    test('a command that fails says how', async () => {
      for (const read_only of [true, false]) {
        const ran = await real.run('k8s_exec', { ...given, command: 'cat /missing', read_only });
        expect(ran.result).toMatchObject({ status: 'failed', output: { rc: 3, stderr: 'cat: /missing: No such file or directory' } });
        expect(whyOf(ran)).toContain('exit code 3: cat: /missing: No such file or directory');
      }
      expect(whyOf(await real.run('k8s_exec', { ...given, command: 'id' }, { as: 'token-nobody' }))).toContain('may not list pods');
    });
  });

  describe('who it is, and whom it trusts', () => {
    const version = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
    const ask = async (target: ClusterTarget) =>
      (
        await real.clusters.cluster({ host: real.kube.server, api_key: real.kube.tokens.admin, ...target }, AbortSignal.timeout(60_000))
      ).reader.get(version);

    test('a token and a CA are enough', async () => {
      expect(await ask({ ca_cert: real.kube.caFile })).toMatchObject({ metadata: { name: namespace } });
      expect(await ask({ validate_certs: false })).toMatchObject({ metadata: { name: namespace } });
    });

    const kubeconfig = async () => JSON.parse(await real.kubectl('config', 'view', '--raw', '--output=json')) as JsonObject;

    test('the content of a kubeconfig will do, and a certificate with its key', async () => {
      const target = { host: undefined, api_key: undefined } as unknown as ClusterTarget;
      expect(await ask({ ...target, kubeconfig: await kubeconfig() })).toMatchObject({ metadata: { name: namespace } });
      const { users } = (await kubeconfig()) as unknown as { users: readonly { readonly user: { readonly [key: string]: string } }[] };
      const data = users.map(({ user }) => user).find((user) => user['client-key-data']);
      const [client_cert, client_key] = ['client-certificate-data', 'client-key-data'].map((key) => {
        const path = join(real.kube.dataDir, key);
        writeFileSync(path, Buffer.from(data?.[key] ?? '', 'base64'));
        return path;
      }) as [string, string];
      expect(await ask({ ...target, host: real.kube.server, ca_cert: real.kube.caFile, client_cert, client_key })).toMatchObject({
        metadata: { name: namespace },
      });
    });

    test('one may act for another, in a container too', async () => {
      const trusted = { ca_cert: real.kube.caFile };
      await expect(ask({ ...trusted, impersonate_user: 'ada' })).rejects.toThrow(
        `user ada may not get namespaces in namespace ${namespace} (403)`,
      );
      const ops = { impersonate_user: 'ada', impersonate_groups: ['ops', 'system:masters'] };
      expect(await ask({ ...trusted, ...ops })).toMatchObject({ metadata: { name: namespace } });
    });

    test('a proxy is gone through by requests, watches and commands alike', async () => {
      const proxy = await startConnectProxy('squid:ink-of-a-squid');
      try {
        const connection = await real.clusters.cluster(
          {
            ...{ kubeconfig: real.kube.kubeconfig, context: 'admin', proxy: `http://${proxy.url}` },
            proxy_headers: { proxy_basic_auth: 'squid:ink-of-a-squid' },
          },
          AbortSignal.timeout(60_000),
        );
        expect(await connection.reader.get(version)).toMatchObject({ metadata: { name: namespace } });
        await expect(
          connection.reader.probeExec({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'no-such-pod' }, undefined, ['id']),
        ).rejects.toThrow('the API server answers 404');
        expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set([new URL(real.kube.server).host]));
        expect(proxy.asked.length).toBeGreaterThan(1);
      } finally {
        await proxy.close();
      }
    });

    test.each<[string, ClusterTarget, string, RegExp, RegExp]>([
      ['a certificate nobody vouches for', {}, 'kube', /is not trusted/, /ca_cert/],
      ['a token that is not one', { validate_certs: false, api_key: 'no-such-token' }, 'kube', /\(401\)/, /log in again/],
      ['a name nobody knows', { host: 'https://api.invalid:6443' }, 'unreachable', /name is not known: api.invalid|name resolution/, /./],
    ])('%s', async (_, target, code, message, hint) => {
      await expect(ask(target)).rejects.toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
    });
  });

  describe('an API server that goes away', () => {
    test('reads, writes and waits go on when it is back', async () => {
      const waiting = real.run('wait_for', { k8s: { kind: 'ConfigMap', name: 'after', namespace }, state: 'present', timeout: 120 });
      real.notices.length = 0;
      await real.kube.stopApiserver();
      const reading = real.run('k8s_info', { kind: 'Namespace', name: namespace });
      const writing = real.run('k8s_apply', {
        definition: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after', namespace } },
      });
      await expect.poll(() => real.notices.join()).toContain('does not answer (connection refused); trying again for up to 60 s');
      await real.kube.startApiserver();
      expect((await reading).result).toMatchObject({ status: 'ok', output: { resources: { length: 1 } } });
      expect((await writing).result).toMatchObject({ status: 'changed' });
      expect((await waiting).result).toMatchObject({ status: 'ok' });
      // Told once when it goes and once when it is back, however many requests wait; a server that is just starting may hesitate again.
      const told = (part: string): number => real.notices.filter((notice) => notice.includes(part)).length;
      expect(told('connection refused')).toBe(1);
      expect(told('answers again after')).toBe(real.notices.length / 2);
    });
  });
});
