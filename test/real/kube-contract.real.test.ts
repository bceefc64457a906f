import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabApi, startApi } from '../../src/lab/kube/server/start.ts';
import { contractSuite } from '../kube-contract/suite.ts';
import { type Kube, startKube } from './parts/kube.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');

suite('with a real API server', () => {
  let kube: Kube;
  beforeAll(async () => {
    kube = await startKube({ controllers: 'default' });
  });
  afterAll(() => kube?.close());

  describe('the contract holds', () => {
    contractSuite({
      server: () => ({ url: kube.server, ca: readFileSync(kube.caFile, 'utf8'), tokens: kube.tokens }),
      record: process.env['PB_RECORD'] === '1',
    });
  });

  describe('its kubectl works with the lab', () => {
    let api: LabApi;
    let folder: string;
    beforeAll(async () => {
      api = await startApi({
        async exec({ command, stdin, stdout, stderr }) {
          for await (const chunk of stdin) stdout(chunk);
          stdout(`ran ${command.join(' ')}\n`);
          if (command[0] !== 'false') return 0;
          stderr('no\n');
          return 3;
        },
        logs: ({ pod, container }) => ({
          lines: ['one', pod, container].map((word) => ({ at: new Date(), text: `${word}\n` })),
          async *more() {
            yield { at: new Date(), text: 'and then\n' };
          },
        }),
      });
      folder = await mkdtemp(join(tmpdir(), 'pb-lab-'));
      await writeFile(join(folder, 'admin'), api.kubeconfig());
      await writeFile(join(folder, 'nobody'), api.kubeconfig('nobody'));
      await ok(['create', 'namespace', 'demo']);
    });
    afterAll(async () => {
      await api?.stop();
      if (folder) await rm(folder, { recursive: true });
    });

    type User = 'admin' | 'nobody';
    const kubectl = (args: string[], { stdin, user = 'admin' }: { stdin?: string; user?: User } = {}) =>
      kube.kubectl(
        ['--kubeconfig', join(folder, user), '--context', user, '--cache-dir', join(folder, 'cache'), ...args],
        stdin === undefined ? {} : { stdin },
      );
    const ok = async (args: string[], stdin?: string): Promise<string> => {
      const result = await kubectl(args, stdin === undefined ? {} : { stdin });
      expect(result, args.join(' ')).toMatchObject({ exitCode: 0 });
      return result.stdout;
    };
    const map = (data: object) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'demo' }, data });
    const createPod = (name: string) =>
      ok(
        ['create', '-f', '-'],
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name, namespace: 'demo' },
          spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
        }),
      );

    it('apply --server-side, diff, get', async () => {
      expect(await ok(['apply', '--server-side', '-f', '-'], map({ k: '1' }))).toBe('configmap/a serverside-applied\n');
      expect(await kubectl(['diff', '--server-side', '-f', '-'], { stdin: map({ k: '1' }) })).toMatchObject({ exitCode: 0, stdout: '' });
      const differs = await kubectl(['diff', '--server-side', '-f', '-'], { stdin: map({ k: '2' }) });
      expect(differs).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^-\s+k: "1"\n\+\s+k: "2"$/m) });
      const other = await kubectl(['apply', '--server-side', '--field-manager=other', '-f', '-'], { stdin: map({ k: '3' }) });
      expect(other).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('Apply failed with 1 conflict: conflict with "kubectl": .data.k'),
      });
      expect(await ok(['get', 'configmap', 'a', '--namespace=demo', '--output=jsonpath={.data.k}'])).toBe('1');
    });

    it('apply as it was before server-side apply: three ways, on the client', async () => {
      const deployment = (spec: object) =>
        JSON.stringify({
          ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'demo' } },
          spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec } },
        });
      const container = (name: string) => ({ name, image: `${name}:1` });
      await ok(['apply', '-f', '-'], deployment({ containers: [container('one'), container('two')] }));
      expect(await ok(['apply', '-f', '-'], deployment({ containers: [container('two'), container('three')] }))).toBe(
        'deployment.apps/web configured\n',
      );
      const names = ['get', 'deployment', 'web', '--namespace=demo', '--output=jsonpath={.spec.template.spec.containers[*].name}'];
      expect(await ok(names)).toBe('two three');
      await ok(['scale', 'deployment', 'web', '--namespace=demo', '--replicas=5']);
      expect(await ok(['get', 'deployment', 'web', '--namespace=demo', '--no-headers'])).toMatch(/^web\s+0\/5\s+0\s+0\s+/);
    });

    it('create, in protobuf, with every field', async () => {
      const made = await ok(['create', 'deployment', 'x', '--image=i:1', '--port=80', '--replicas=2', '--dry-run=server', '--output=json']);
      expect(JSON.parse(made).spec).toMatchObject({
        replicas: 2,
        selector: { matchLabels: { app: 'x' } },
        template: { spec: { containers: [{ name: 'i', image: 'i:1', ports: [{ containerPort: 80, protocol: 'TCP' }] }] } },
      });
      const secret = await ok(['create', 'secret', 'generic', 's', '--from-literal=a=b', '--namespace=demo', '--output=json']);
      expect(JSON.parse(secret)).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } });
      await ok(['create', 'quota', 'q', '--hard=cpu=1500m,pods=3', '--namespace=demo']);
      expect(JSON.parse(await ok(['get', 'quota', 'q', '--namespace=demo', '--output=json'])).spec).toEqual({
        hard: { cpu: '1500m', pods: '3' },
      });
      await ok(['delete', 'quota', 'q', '--namespace=demo']);
    });

    it('patch, wait, and watch', async () => {
      await createPod('waits');
      const waiting = kubectl(['wait', '--namespace=demo', '--for=condition=Ready', 'pod/waits', '--timeout=20s']);
      const ready = '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}';
      await ok(['patch', 'pod', 'waits', '--namespace=demo', '--subresource=status', '--type=merge', `--patch=${ready}`]);
      expect(await waiting).toMatchObject({ exitCode: 0, stdout: 'pod/waits condition met\n' });
      expect(await ok(['get', 'pods', '--namespace=demo', '--no-headers'])).toMatch(/^waits\s+0\/1\s+Running\s+0\s+\d+s\n$/);
    });

    it('exec and logs', async () => {
      await createPod('runs');
      const inPod = ['--namespace=demo', 'runs'];
      expect(await ok(['exec', '--stdin', ...inPod, '--', 'cat', '-n'], 'hello\n')).toBe('hello\nran cat -n\n');
      expect(await kubectl(['exec', ...inPod, '--', 'false'])).toMatchObject({
        exitCode: 3,
        stdout: 'ran false\n',
        stderr: expect.stringContaining('no\n'),
      });
      expect(await ok(['logs', '--tail=2', ...inPod])).toBe('runs\nc\n');
      expect(await ok(['logs', '--tail=1', '--follow', ...inPod])).toBe('c\nand then\n');
      expect(await ok(['attach', ...inPod])).toBe('and then\n');
    });

    it('permissions, for both users', async () => {
      expect(await ok(['auth', 'can-i', 'delete', 'nodes'])).toBe('yes\n');
      expect(await kubectl(['auth', 'can-i', 'delete', 'nodes'], { user: 'nobody' })).toMatchObject({ exitCode: 1, stdout: 'no\n' });
      const refused = await kubectl(['get', 'pods', '--namespace=demo'], { user: 'nobody' });
      expect(refused.stderr).toBe(
        'Error from server (Forbidden): pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "demo"\n',
      );
      expect(await ok(['create', 'token', 'default', '--namespace=demo'])).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    });

    it('delete, and a namespace with all there is in it', async () => {
      await ok(['delete', 'configmap', 'a', '--namespace=demo']);
      // No kubelet is here to end them.
      await ok(['delete', 'pods', '--all', '--namespace=demo', '--force', '--grace-period=0']);
      await ok(['delete', 'namespace', 'demo', '--timeout=20s']);
      expect(await kubectl(['get', 'namespace', 'demo'])).toMatchObject({
        exitCode: 1,
        stderr: 'Error from server (NotFound): namespaces "demo" not found\n',
      });
    });
  });
});
