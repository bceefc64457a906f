/** What administrators of a cluster do with modules of their own, against a real API server with OpenShift's kinds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/value.ts';
import { type Real, startReal, whyOf } from './kube/harness.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');

suite('modules for administrators', () => {
  let real: Real;
  beforeAll(async () => {
    real = await startReal({ controllers: 'none' });
    await real.kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
    await real.kubectl('create', 'namespace', 'openshift-config');
  });
  afterAll(() => real?.close());

  const content = async (): Promise<string> => {
    const { data } = (await real.get('secret', 'htpass-secret', 'openshift-config')) as { data: { htpasswd: string } };
    return Buffer.from(data.htpasswd, 'base64').toString();
  };

  test('htpasswd: makes the Secret, adds users to it, changes one of them, and writes nothing where all passwords fit', async () => {
    const first = { secret: {}, name: 'admin', password: 'correct horse' };
    const checked = await real.run('htpasswd', first, { check: true });
    expect(checked.result).toMatchObject({ status: 'would-change' });
    expect(checked.change).toMatchObject({ op: 'create', before: null, after: { htpasswd: 'admin:***\n' } });
    expect(await real.kube.kubectl(['get', 'secret', 'htpass-secret', '-n', 'openshift-config'])).toMatchObject({ exitCode: 1 });
    expect((await real.run('htpasswd', first)).result).toMatchObject({ status: 'changed' });
    expect(await content()).toMatch(/^admin:\$2y\$10\$.{53}\n$/);
    await real.settledAt('htpasswd', first);

    // What somebody adds with oc and htpasswd stays.
    const foreign = `${await content()}other:$apr1$abc$def\n`;
    await real.patch('secret', 'htpass-secret', { stringData: { htpasswd: foreign, notes: 'kept' } }, '-n', 'openshift-config');
    const users = {
      secret: {},
      users: [
        { name: 'user1', password: 'battery staple' },
        { name: 'admin', password: 'another one' },
      ],
    };
    const { result, change } = await real.run('htpasswd', users);
    expect(result).toMatchObject({ status: 'changed' });
    expect(change).toMatchObject({
      before: { htpasswd: 'admin:*** (before)\nother:***\n' },
      after: { htpasswd: 'admin:*** (after)\nother:***\nuser1:***\n' },
    });
    expect(await content()).toMatch(/^admin:\$2y\$10\$.{53}\nother:\$apr1\$abc\$def\nuser1:\$2y\$10\$.{53}\n$/);
    expect((await real.get('secret', 'htpass-secret', 'openshift-config'))['data']).toMatchObject({ notes: 'a2VwdA==' });
    expect(await real.settledAt('htpasswd', users)).toMatchObject({ users: ['admin', 'other', 'user1'] });

    const shown = JSON.stringify(real.redactor.json({ result, change }));
    for (const secret of ['battery staple', 'another one', '$2y$10$', '$apr1$']) expect(shown).not.toContain(secret);
    const gone = await real.converges('htpasswd', { secret: {}, users: [{ name: 'other' }, { name: 'user1' }], state: 'absent' });
    expect(gone.after).toEqual({ htpasswd: 'admin:***\n' });
  });

  test('k8s_patch: a list of the OAuth is merged by name; a writer in between is noticed', async () => {
    const [corp, local] = [
      {
        name: 'corp',
        mappingMethod: 'claim',
        type: 'OpenID',
        openID: { clientID: 'a', clientSecret: { name: 's' }, issuer: 'https://b', claims: {} },
      },
      { name: 'htpasswd_provider', mappingMethod: 'claim', type: 'HTPasswd', htpasswd: { fileData: { name: 'htpass-secret' } } },
    ];
    const of = { api_version: 'config.openshift.io/v1', kind: 'OAuth', name: 'cluster', merge_lists: { 'spec.identityProviders': 'name' } };
    const merging = (...items: JsonObject[]): JsonObject => ({ ...of, patch: { spec: { identityProviders: items } } });
    await real.create({ apiVersion: of.api_version, kind: 'OAuth', metadata: { name: 'cluster' }, spec: { identityProviders: [corp] } });
    const change = await real.converges('k8s_patch', merging(local));
    expect(change.before).toEqual({ spec: { identityProviders: [corp] } });
    expect(change.after).toEqual({ spec: { identityProviders: [corp, local] } });
    await real.converges('k8s_patch', merging({ name: 'corp', openID: { issuer: 'https://c' } }));
    const late = change.steps[0] as Parameters<Awaited<ReturnType<Real['writer']>>['run']>[0];
    await expect((await real.writer()).run(late, new AbortController().signal)).rejects.toMatchObject({ code: 'conflict' });
    await real.converges('k8s_patch', merging({ name: 'htpasswd_provider', $patch: 'delete' }));
    expect((await real.get('oauth', 'cluster'))['spec']).toMatchObject({
      identityProviders: [{ name: 'corp', openID: { issuer: 'https://c' } }],
    });
    expect(whyOf(await real.run('k8s_patch', merging({ type: 'LDAP' })))).toBe(
      'args: merge_lists: item 1 of spec.identityProviders has no name',
    );
  });

  test('k8s_rollout: a pool is held and let go; the wait names nodes that are behind and the budget that holds a drain', async () => {
    const machine = 'machineconfiguration.openshift.io';
    const selector = { matchLabels: { 'node-role.kubernetes.io/worker': '' } };
    const spec = { machineConfigSelector: selector, nodeSelector: selector, paused: false };
    await real.create({ apiVersion: `${machine}/v1`, kind: 'MachineConfigPool', metadata: { name: 'worker' }, spec });
    const pool = { kind: 'MachineConfigPool', name: 'worker' };
    const change = await real.converges('k8s_rollout', { ...pool, state: 'paused' });
    expect(change).toMatchObject({ summary: 'pause MachineConfigPool worker', before: { paused: false }, after: { paused: true } });
    expect(whyOf(await real.run('k8s_rollout', pool))).toMatch(
      /^failed: MachineConfigPool worker is paused, .*\(state: resumed lets it go on\)$/,
    );
    await real.create({
      ...{ apiVersion: 'v1', kind: 'Node', spec: { unschedulable: true } },
      metadata: {
        name: 'worker01',
        labels: { 'node-role.kubernetes.io/worker': '' },
        annotations: { [`${machine}/state`]: 'Working', [`${machine}/currentConfig`]: 'a', [`${machine}/desiredConfig`]: 'b' },
      },
    });
    const labels = { app: 'db' };
    await real.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'db', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    });
    await real.patch(
      'pdb',
      'db',
      { status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 } },
      '--subresource=status',
    );
    const containers = [{ name: 'db', image: 'db' }];
    await real.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'db-0', namespace: 'default', labels },
      spec: { nodeName: 'worker01', containers, automountServiceAccountToken: false },
    });
    const waited = await real.run('k8s_rollout', { ...pool, state: 'resumed', timeout: 2 });
    expect(whyOf(waited)).toMatch(
      /^timeout: gave up after 2 s: MachineConfigPool worker to be rolled out; [\s\S]*Node worker01: Working, cordoned[\s\S]*PodDisruptionBudget default\/db allows no eviction of Pod default\/db-0: it holds the drain of worker01/,
    );
    expect((await real.get('mcp', 'worker'))['spec']).toMatchObject({ paused: false });
  });

  test('k8s_rollout: restarted marks the pods’ template once for a task, undone goes to what a ReplicaSet keeps', async () => {
    const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } });
    const metadata = { name: 'web', namespace: 'default', annotations: { 'deployment.kubernetes.io/revision': '2' } };
    const selector = { matchLabels: { app: 'web' } };
    await real.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 0, selector, template: template('new') } });
    const uid = ((await real.get('deployment', 'web')) as { metadata: { uid: string } }).metadata.uid;
    for (const [revision, image] of [
      ['1', 'old'],
      ['2', 'new'],
    ] as const) {
      const labels = { app: 'web', 'pod-template-hash': image };
      const own = { metadata: { labels }, spec: template(image).spec };
      const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid, controller: true }];
      const named = {
        name: `web-${image}`,
        namespace: 'default',
        annotations: { 'deployment.kubernetes.io/revision': revision },
        labels,
        ownerReferences,
      };
      await real.create({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: named,
        spec: { replicas: 0, selector: { matchLabels: labels }, template: own },
      });
    }
    const web = { name: 'web', namespace: 'default', timeout: 2 };
    // Nobody observes the Deployment here: each wait ends with the time.
    const templateNow = async () => ((await real.get('deployment', 'web')) as { spec: { template: JsonObject } }).spec.template;
    const restarted = await real.run('k8s_rollout', { ...web, state: 'restarted' });
    expect(whyOf(restarted)).toMatch(/^timeout: gave up after 2 s: Deployment default\/web to be rolled out/);
    expect(await templateNow()).toMatchObject({
      metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/Z$/) } },
    });
    const undone = await real.run('k8s_rollout', { ...web, state: 'undone' });
    expect(undone.change?.summary).toBe('take back to revision 1: Deployment default/web');
    expect(whyOf(undone)).toMatch(/^timeout: /);
    expect(await templateNow()).toMatchObject({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ image: 'old' }] } });
    expect(await templateNow()).not.toMatchObject({ metadata: { labels: { 'pod-template-hash': 'old' } } });
  });
});
