import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Kube, type KubectlOptions, startKube } from './kube.ts';
import { partOrSkip } from './require.ts';

const suite = await partOrSkip('kube');

suite('a real API server', () => {
  let kube: Kube;
  beforeAll(async () => {
    kube = await startKube();
  });
  afterAll(() => kube?.close());

  const ok = async (args: string[], options?: KubectlOptions) => {
    const result = await kube.kubectl(args, options);
    expect(result, args.join(' ')).toMatchObject({ exitCode: 0 });
    return result.stdout;
  };
  const apply = (object: object) => ok(['apply', '--server-side', '-f', '-'], { stdin: JSON.stringify(object) });

  it('serves OpenShift\u2019s kinds', async () => {
    await ok(['wait', '--for=condition=Established', '--timeout=20s', 'crd', '--all']);
    const kinds = (await ok(['api-resources', '--output=name'])).split('\n');
    expect(kinds).toEqual(
      expect.arrayContaining([
        'clusterversions.config.openshift.io',
        'clusteroperators.config.openshift.io',
        'images.config.openshift.io',
        'imagedigestmirrorsets.config.openshift.io',
        'infrastructures.config.openshift.io',
        'ingresses.config.openshift.io',
        'configs.imageregistry.operator.openshift.io',
        'imagepruners.imageregistry.operator.openshift.io',
        'machineconfigpools.machineconfiguration.openshift.io',
        'routes.route.openshift.io',
        'subscriptions.operators.coreos.com',
        'installplans.operators.coreos.com',
        'clusterserviceversions.operators.coreos.com',
        'packagemanifests.packages.operators.coreos.com',
        'localvolumes.local.storage.openshift.io',
        'localvolumesets.local.storage.openshift.io',
        'localvolumediscoveries.local.storage.openshift.io',
        'objectbucketclaims.objectbucket.io',
      ]),
    );
  });

  it('refuses a field that the schema does not have', async () => {
    const stdin = `
      apiVersion: imageregistry.operator.openshift.io/v1
      kind: Config
      metadata: { name: cluster }
      spec: { managementState: Managed, replicas: 1, replica: 2 }`;
    const strict = await kube.kubectl(['create', '--validate=strict', '-f', '-'], { stdin });
    expect(strict).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('unknown field "spec.replica"') });
    const applied = await kube.kubectl(['apply', '--server-side', '-f', '-'], { stdin });
    expect(applied).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('field not declared in schema') });
  });

  it('keeps spec and status of a LocalVolume apart', async () => {
    const volume = {
      apiVersion: 'local.storage.openshift.io/v1',
      kind: 'LocalVolume',
      metadata: { name: 'disks', namespace: 'default' },
      spec: { storageClassDevices: [{ storageClassName: 'local', devicePaths: ['/dev/disk/by-id/wwn-0x5000c500a1b2c3d4'] }] },
      status: { readyReplicas: 3 },
    };
    await apply(volume);
    expect(await ok(['get', 'localvolume', 'disks', '--output=jsonpath={.status}'])).toBe('');
    await ok([
      'patch',
      'localvolume',
      'disks',
      '--subresource=status',
      '--type=merge',
      `--patch=${JSON.stringify({ status: volume.status })}`,
    ]);
    expect(await ok(['get', 'localvolume', 'disks', '--output=jsonpath={.status.readyReplicas}'])).toBe('3');
  });

  it('lets nobody do nothing', async () => {
    expect(await kube.kubectl(['get', 'pods'], { context: 'token-nobody' })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Forbidden'),
    });
    await ok(['get', 'pods'], { context: 'token-admin' });
  });

  it('moves its revision with every write, and with nothing else', async () => {
    const before = await kube.etcdRevision();
    await ok(['get', 'namespaces']);
    await ok(['create', 'namespace', 'one', '--dry-run=server']);
    expect(await kube.etcdRevision()).toBe(before);
    await ok(['create', 'namespace', 'one']);
    expect(await kube.etcdRevision()).toBeGreaterThan(before);
  });

  it('answers logs and exec as the test said', async () => {
    await kube.createNode('w1', { 'node-role.kubernetes.io/worker': '' });
    const containers = [{ name: 'etcdctl', image: 'none' }];
    await apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'etcd-w1', namespace: 'default' },
      spec: { nodeName: 'w1', containers },
    });
    await kube.setPodOutputs({
      'default/etcd-*/etcdctl': {
        log: 'one\ntwo\nthree\n',
        exec: [
          { argv: ['etcdctl', 'endpoint', 'health'], stdout: 'healthy\n', stderr: 'a warning\n' },
          { argv: ['cat', '/missing'], stderr: 'cat: /missing: No such file or directory\n', exitCode: 3 },
          { argv: ['cat'], run: ['cat'] },
        ],
      },
    });
    expect(await ok(['logs', 'etcd-w1', '--tail=2'])).toBe('two\nthree\n');
    expect(await kube.kubectl(['exec', 'etcd-w1', '--', 'etcdctl', 'endpoint', 'health'])).toMatchObject({
      ...{ exitCode: 0, stdout: 'healthy\n', stderr: 'a warning\n' },
    });
    expect(await kube.kubectl(['exec', 'etcd-w1', '--', 'cat', '/missing'])).toMatchObject({ exitCode: 3 });
    expect(await ok(['exec', '--stdin', 'etcd-w1', '--', 'cat'], { stdin: 'through and back' })).toBe('through and back');
    expect(await kube.kubectl(['exec', 'etcd-w1', '--', 'date'])).toMatchObject({ exitCode: 1 });
    expect((await kube.execCalls()).map(({ argv, known }) => [argv[0], known])).toEqual([
      ...[
        ['etcdctl', true],
        ['cat', true],
        ['cat', true],
        ['date', false],
      ],
    ]);
  });

  it('refuses connections during an outage, and is the same server afterwards', async () => {
    const { hostname, port } = new URL(kube.server);
    const refused = () =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), hostname);
        socket.once('connect', () => {
          socket.destroy();
          resolve('connected');
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      });
    await ok(['create', 'configmap', 'kept']);
    await kube.stopApiserver();
    expect(await refused()).toBe('ECONNREFUSED');
    await kube.startApiserver();
    await ok(['get', 'configmap', 'kept']);
  });
});

suite('with controllers and a scheduler', () => {
  it('runs what needs no kubelet', async () => {
    const kube = await startKube({ controllers: 'default', scheduler: true });
    try {
      await kube.createNode('w1');
      await kube.kubectl(['create', 'deployment', 'web', '--image=none', '--replicas=2']);
      const nodes = () => kube.kubectl(['get', 'pods', '--output=jsonpath={.items[*].spec.nodeName}']);
      await expect.poll(nodes, { timeout: 60_000 }).toMatchObject({ stdout: 'w1 w1' });
    } finally {
      await kube.close();
    }
  });
});
