/** What playbooks written for kubernetes.core ask of a cluster, against a real API server. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Files } from '../../src/core/module.ts';
import type { JsonObject } from '../../src/core/value.ts';
import { type Ran, type Real, startReal, whyOf } from './kube/harness.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');
const namespace = 'web';

suite('as kubernetes.core has it', () => {
  let real: Real;
  beforeAll(async () => {
    real = await startReal({ controllers: 'none' });
    await real.kubectl('create', 'namespace', namespace);
  });
  afterAll(() => real?.close());

  const configMap = (name: string, app: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { app } },
    data: { a: '1' },
  });
  const names = async (): Promise<string[]> => {
    const said = await real.kubectl('get', 'configmap', '--namespace', namespace, '--output=jsonpath={.items[*].metadata.name}');
    return said.split(' ').filter((name) => name !== '' && name !== 'kube-root-ca.crt');
  };

  describe('k8s', () => {
    const of = (...definition: JsonObject[]): JsonObject => ({ definition, label_selectors: ['app in (x, y)', 'app!=y'] });

    test('applies the objects that the selectors fit', async () => {
      await real.converges('kubernetes.core.k8s', of(configMap('one', 'x'), configMap('two', 'y'), configMap('three', 'x')));
      expect(await names()).toEqual(['one', 'three']);
      expect(await real.settledAt('kubernetes.core.k8s', of(configMap('one', 'x')))).toMatchObject({
        method: 'apply',
        result: { metadata: { name: 'one' } },
      });
    });

    test('goes on where some objects are refused', async () => {
      const definition = [configMap('four', 'z'), { ...configMap('five', 'z'), dota: {} }, configMap('six', 'z')];
      expect(whyOf(await real.run('k8s', { definition }))).toContain('dota: field not declared in schema');
      await real.converges('k8s', { definition, continue_on_error: true });
      expect(await real.settledAt('k8s', { definition, continue_on_error: true, hidden_fields: ['metadata'] })).toMatchObject({
        result: {
          results: [
            { result: { kind: 'ConfigMap', data: { a: '1' } } },
            { result: { kind: 'ConfigMap', data: { a: '1' } } },
            { error: { name: 'five', msg: expect.stringContaining('dota: field not declared in schema') } },
          ],
        },
      });
      expect(await names()).toEqual(['four', 'one', 'six', 'three']);
    });

    test('names objects after their content', async () => {
      await real.converges('k8s', { definition: configMap('hashed', 'h'), append_hash: true });
      const [first] = (await names()).filter((name) => name.startsWith('hashed-'));
      await real.converges('k8s', { definition: { ...configMap('hashed', 'h'), data: { a: '2' } }, append_hash: true });
      expect(await names()).toContain(first);
      await real.converges('k8s', { definition: configMap('hashed', 'h'), append_hash: true, state: 'absent' });
      expect(await names()).not.toContain(first);
    });

    test('makes names up, others on each run', async () => {
      const given = {
        definition: { ...configMap('', 'made'), metadata: { generateName: 'made-', namespace, labels: { app: 'made' } } },
        wait: true,
      };
      const names = new Set<string>();
      for (const api of ['k8s', 'kubernetes.core.k8s']) {
        const { result } = await real.run(api, given);
        expect(result).toMatchObject({
          status: 'changed',
          output: { result: { metadata: { name: expect.stringMatching(/^made-[a-z0-9]{5}$/) } } },
        });
        names.add(JSON.stringify(result));
      }
      expect(names.size).toBe(2);
      await real.kubectl('delete', 'configmap', '--namespace', namespace, '--selector=app=made');
    });

    test('deletes all of a kind, or those with labels, in one namespace', async () => {
      const given = { kind: 'ConfigMap', namespace, state: 'absent', wait: true };
      await real.converges('k8s', { ...given, label_selectors: ['app in (x)'] });
      expect((await names()).filter((name) => ['one', 'three', 'four', 'six'].includes(name))).toEqual(['four', 'six']);
      expect(whyOf(await real.run('k8s', { kind: 'ConfigMap', state: 'absent', delete_all: true }))).toBe(
        'args: say in which namespace every ConfigMap shall go: give namespace',
      );
      await real.converges('k8s', { ...given, all: true, delete_options: { gracePeriodSeconds: 0, propagationPolicy: 'Background' } });
      expect(await names()).toEqual([]);
      expect(await real.settledAt('k8s', { ...given, delete_all: true })).toMatchObject({ result: {}, method: 'delete' });
    });
  });

  describe('k8s_log', () => {
    const pod = (name: string): JsonObject => ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels: { app: 'talker' } } },
      spec: { nodeName: 'w1', containers: ['web', 'proxy'].map((container) => ({ name: container, image: 'x' })) },
    });
    beforeAll(async () => {
      await real.kube.createNode('w1');
      for (const name of ['talker-b', 'talker-a']) await real.create(pod(name));
      await real.kube.setPodOutputs({
        [`${namespace}/talker-a/web`]: { log: 'one\n\n{"two": 2}\n', previousLog: '3' },
        [`${namespace}/talker-a/proxy`]: { log: 'gone by\n' },
      });
    });
    const output = async (given: JsonObject) => (await real.settledAt('k8s_log', { namespace, ...given })) as JsonObject;

    test('gives the text of a pod\u2019s containers as it is', async () => {
      expect(await output({ name: 'talker-a' })).toMatchObject({ log: 'one\n\n{"two": 2}\n', log_lines: ['one', '', '{"two": 2}', ''] });
      expect((await output({ name: 'talker-a', previous: true }))['log']).toBe('3');
      expect(await output({ label_selectors: ['app=talker'], all_containers: true })).toMatchObject({
        ...{ log: 'one\n\n{"two": 2}\ngone by\n', pod: 'talker-a', containers: ['web', 'proxy'] },
      });
      expect((await output({ name: 'talker-a', container: 'proxy', since_seconds: '60', tail_lines: 5 }))['log']).toBe('gone by\n');
    });

    test('of a workload is that of its pods; what is not there is told', async () => {
      const selector = { matchLabels: { app: 'talker' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['talker', 'x'] }] };
      const definition = {
        ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'talkers', namespace } },
        spec: {
          replicas: 0,
          selector,
          template: { metadata: { labels: { app: 'talker' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
        },
      };
      await real.create({ ...definition, metadata: { ...definition.metadata, annotations: { paused: 'yes' } } });
      const given = { kind: 'ReplicaSet', api_version: 'apps/v1', namespace };
      expect((await output({ ...given, name: 'talkers' }))['pod']).toMatch(/^talker-/);
      expect(whyOf(await real.run('k8s_log', { ...given, name: 'others' }))).toBe('absent: ReplicaSet web/others does not exist');
      expect(whyOf(await real.run('k8s_log', { namespace, name: 'talker-a', container: 'wep' }))).toMatch(
        /^failed: Pod web\/talker-a: container wep is not valid for pod talker-a \(its containers are web, proxy\)$/,
      );
      expect(whyOf(await real.run('k8s_log', { namespace, name: 'talker-c' }))).toBe('absent: there is no pod web/talker-c');
    });
  });

  describe('k8s_cp', () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'pb-cp-')));
    const [local, remote] = [join(dir, 'controller'), join(dir, 'container')];
    const given = { namespace, pod: 'files', container: 'web' };
    const files: Files = {
      base: local,
      find: async (_, name) => join(local, name),
      read: (path) => readFile(path),
      list: (path) => readdir(path),
      render: (path) => readFile(path, 'utf8'),
      async stat(path) {
        const found = await stat(path).catch(() => undefined);
        return (
          found && { kind: found.isDirectory() ? 'directory' : 'file', size: found.size, mode: `0${(found.mode & 0o777).toString(8)}` }
        );
      },
    };
    const binary = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 7919) % 251));
    beforeAll(async () => {
      mkdirSync(join(local, 'conf/sub'), { recursive: true });
      mkdirSync(remote);
      writeFileSync(join(local, 'conf/a'), 'one\n', { mode: 0o600 });
      writeFileSync(join(local, 'conf/sub/b c.bin'), binary);
      await real.kube.createNode('w3');
      await real.create({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'files', namespace } },
        spec: { nodeName: 'w3', containers: [{ name: 'web', image: 'x' }] },
      });
    });
    afterAll(() => rmSync(dir, { recursive: true }));

    /** The container is this machine: whatever command comes is really run, from its second time on, so that copies are broken off and taken up again. */
    const allowed: (readonly string[])[] = [];
    async function run(more: JsonObject, check = false): Promise<Ran> {
      for (;;) {
        const ran = await real.run('kubernetes.core.k8s_cp', { ...given, ...more }, { check, files });
        const strange = (await real.kube.execCalls())
          .filter(({ known, container }) => !known && container.includes('files'))
          .map(({ argv }) => argv)
          .filter((argv) => !allowed.some((other) => isDeepStrictEqual(other, argv)));
        if (strange.length === 0) return ran;
        allowed.push(...strange);
        await real.kube.setPodOutputs({ [`${namespace}/files/web`]: { exec: allowed.map((argv) => ({ argv, run: argv })) } });
      }
    }
    async function converges(more: JsonObject): Promise<void> {
      const checked = await run(more, true);
      expect(checked.result, JSON.stringify(checked.result)).toMatchObject({ status: 'would-change' });
      const ran = await run(more);
      expect(ran.result, JSON.stringify(ran.result)).toMatchObject({ status: 'changed' });
      expect((await run(more)).result).toMatchObject({ status: 'ok' });
    }

    test('a directory goes to where nothing is, and is brought up to date there', { timeout: 80_000 }, async () => {
      const there = { local_path: 'conf', remote_path: join(remote, 'conf') };
      await converges(there);
      expect(readFileSync(join(remote, 'conf/sub/b c.bin')).equals(binary)).toBe(true);
      expect(statSync(join(remote, 'conf/a')).mode & 0o777).toBe(0o600);
      writeFileSync(join(local, 'conf/a'), 'two\n');
      await converges(there);
      expect(readFileSync(join(remote, 'conf/a'), 'utf8')).toBe('two\n');
      expect(readdirSync(join(remote, 'conf'))).toEqual(['a', 'sub']);
    });

    test('a file goes into a directory by its name; content goes to a file only', { timeout: 80_000 }, async () => {
      await converges({ local_path: 'conf/a', remote_path: remote });
      await converges({ content: 'gr\u00fc\u00df dich', remote_path: join(remote, 'new/c') });
      expect(readFileSync(join(remote, 'new/c'), 'utf8')).toBe('gr\u00fc\u00df dich');
      expect(whyOf(await run({ content: 'x', remote_path: remote }))).toBe(
        `args: ${remote} is a directory: content needs the path of a file`,
      );
    });

    test('from the pod comes what differs', { timeout: 80_000 }, async () => {
      const back = { state: 'from_pod', remote_path: join(remote, 'conf'), local_path: 'back' };
      await converges(back);
      expect(readFileSync(join(local, 'back/sub/b c.bin')).equals(binary)).toBe(true);
      writeFileSync(join(remote, 'conf/a'), 'three\n');
      await converges(back);
      expect(readFileSync(join(local, 'back/a'), 'utf8')).toBe('three\n');
      expect(whyOf(await run({ ...back, remote_path: join(remote, 'none') }))).toBe(
        `failed: ${join(remote, 'none')} does not exist in Pod web/files`,
      );
    });
  });

  test('k8s_taint adds, changes and takes away', async () => {
    await real.kube.createNode('w2');
    const taints = async () => ((await real.get('node', 'w2'))['spec'] as JsonObject)['taints'];
    const a = { key: 'a', value: '1', effect: 'NoSchedule' };
    const b = { key: 'b', effect: 'PreferNoSchedule' };
    await real.converges('kubernetes.core.k8s_taint', { name: 'w2', taints: [a, b] });
    await real.converges('k8s_taint', { name: 'w2', taints: [{ ...a, value: '2' }] });
    expect(await taints()).toEqual([b, { ...a, value: '2' }]);
    await real.converges('k8s_taint', { name: 'w2', taints: [{ key: 'a' }], state: 'absent' });
    expect(await taints()).toEqual([b]);
    await real.converges('k8s_taint', { name: 'w2', taints: [a], replace: true });
    expect(await taints()).toEqual([a]);
  });
});

suite('k8s_rollback', () => {
  let real: Real;
  beforeAll(async () => {
    real = await startReal({ controllers: 'deployment-controller,replicaset-controller,daemonset-controller' });
    await real.kubectl('create', 'namespace', namespace);
  });
  afterAll(() => real?.close());

  test.each(['Deployment', 'DaemonSet'])('takes a %s back', { timeout: 120_000 }, async (kind) => {
    const name = kind.toLowerCase();
    const version = (image: string): JsonObject => ({
      ...{ apiVersion: 'apps/v1', kind, metadata: { name, namespace } },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { nodeSelector: { none: 'such' }, containers: [{ name: 'c', image }] } },
      },
    });
    const kept = kind === 'Deployment' ? 'replicaset' : 'controllerrevision';
    const revisions = async (): Promise<number> =>
      (await real.kubectl('get', kept, '--namespace', namespace, '--selector', `app=${name}`, '--output=name')).split('\n').filter(Boolean)
        .length;
    for (const [image, count] of [
      ['one', 1],
      ['two', 2],
    ] as const) {
      await real.create(version(image));
      await expect.poll(revisions, { timeout: 80_000 }).toBe(count);
    }
    const before = await real.run('k8s_rollback', { kind, name, namespace }, { check: true });
    expect(before.result, JSON.stringify(before.result)).toMatchObject({ status: 'would-change' });
    // Its controller writes its status meanwhile: a conflict says to run again.
    const tried = async () => (await real.run('kubernetes.core.k8s_rollback', { kind, name, namespace })).result;
    await expect.poll(async () => (await tried()).status, { timeout: 80_000 }).toBe('changed');
    expect(await real.get(kept === 'replicaset' ? 'deployment' : 'daemonset', name, namespace)).toMatchObject({
      spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [{ image: 'one' }] } } },
    });
  });
});
