/** image_mirror and image_push_pull through the engine's task loop, against the lab's registries. */
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Redactor } from '../../../src/core/secret.ts';
import type { JsonObject } from '../../../src/core/value.ts';
import { type LabRegistry, type RegistryChange, startRegistry } from '../../../src/lab/registry/server.ts';
import { findModule } from '../../../src/modules/index.ts';
import { createRegistries } from '../../../src/transports/registry/index.ts';
import { argsOf } from '../../modules/args.ts';
import { type Called, call, noFiles } from '../../modules/call.ts';

let root: string;
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pb-registry-unit-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(root, { recursive: true, force: true });
});

const IMAGES = [
  { name: 'quay.io/team/app:v1' },
  { name: 'quay.io/team/multi:v2', platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'] },
];

async function lab(change: RegistryChange = {}) {
  const registry = await startRegistry({ images: IMAGES, ...change });
  const registries = createRegistries({ env: {}, signal: new AbortController().signal, redactor: new Redactor(), pauseMs: 1 });
  closing.push(
    () => registries.close(),
    () => registry.stop(),
  );
  const refuse = (): never => {
    throw new Error('only registries here');
  };
  const run = async (name: string, args: JsonObject, check = false): Promise<Called> => {
    const module = findModule(name);
    if (!module) throw new Error(name);
    const connection = registries.registry({}, { url: registry.url, root });
    const apply = {
      is: 'apply',
      hostWriter: refuse,
      kubeWriter: refuse,
      registryWriter: registries.registryWriter,
      storeWriter: refuse,
    } as const;
    return call(module, argsOf(module, args), {
      line: { to: 'registry', connection, target: 'registry' },
      mode: check ? { is: 'check' } : apply,
      files: noFiles,
    });
  };
  return { registry, run };
}

const writes = ({ requests }: LabRegistry): readonly string[] => requests.filter((one) => !/^(GET|HEAD) /.test(one));
const sources = IMAGES.map(({ name }) => name);

test('check asks only, run copies, and again there is nothing to do', async () => {
  const { registry, run } = await lab();
  const args = { images: sources, dest_prefix: 'mirror.example.com:5000/ocp' };
  const checked = await run('image_mirror', args, true);
  expect(checked).toMatchObject({ result: { status: 'would-change' }, change: { summary: expect.stringContaining('copy 2 of 2 images') } });
  expect(writes(registry)).toEqual([]);
  const ran = await run('image_mirror', args);
  expect(ran.change).toStrictEqual(checked.change);
  expect(ran.result).toMatchObject({ status: 'changed', output: { copied: 2, complete: true } });
  expect(registry.digest('mirror.example.com:5000/ocp/team/multi:v2')).toBe(registry.digest('quay.io/team/multi:v2'));
  expect((await run('image_mirror', args)).result).toMatchObject({ status: 'ok', output: { there: 2 } });
});

test('chosen platforms make a smaller index; all of them keep its digest', async () => {
  const { registry, run } = await lab();
  const image = { src: 'quay.io/team/multi:v2', dest: 'mirror.example.com/multi:few' };
  const ran = await run('image_mirror', { images: [image], platforms: ['linux/arm64'] });
  expect(ran.result).toMatchObject({ status: 'changed', output: { complete: true } });
  expect(registry.digest('mirror.example.com/multi:few')).not.toBe(registry.digest('quay.io/team/multi:v2'));
  expect((await run('image_mirror', { images: [image], platforms: ['linux/arm64'] })).result.status).toBe('ok');
  const all = { ...image, dest: 'mirror.example.com/multi:all' };
  await run('image_mirror', { images: [all], platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'] });
  expect(registry.digest('mirror.example.com/multi:all')).toBe(registry.digest('quay.io/team/multi:v2'));
});

test.each(['oci:/srv/images', 'oci-archive:/srv/images.tar'])('out to %s and in again, under the same digests', async (place) => {
  const { registry, run } = await lab();
  expect((await run('image_mirror', { images: sources, dest_prefix: place })).result).toMatchObject({
    status: 'changed',
    output: { complete: true },
  });
  expect((await run('image_mirror', { images: sources, dest_prefix: place })).result.status).toBe('ok');
  const names = sources.map((name) => `${place}:${name}`);
  const into = { images: names, dest_prefix: 'mirror.example.com/ocp' };
  expect((await run('image_mirror', into)).result).toMatchObject({ status: 'changed', output: { complete: true } });
  for (const name of sources) expect(registry.digest(name.replace('quay.io', 'mirror.example.com/ocp'))).toBe(registry.digest(name));
});

test('an archive that was cut short goes on after its last whole entry', async () => {
  const { registry, run } = await lab();
  const args = { images: sources, dest_prefix: 'oci-archive:/srv/images.tar' };
  await run('image_mirror', args);
  const file = join(root, 'srv/images.tar');
  truncateSync(file, 7000);
  const before = registry.requests.length;
  expect((await run('image_mirror', args)).result).toMatchObject({ status: 'changed', output: { complete: true } });
  const fetched = registry.requests.slice(before).filter((one) => one.startsWith('GET') && one.includes('/blobs/'));
  // Eight blobs in all; which of them were before the cut, chance decided.
  expect(fetched.length).toBeLessThan(8);
  expect(new Set(fetched).size).toBe(fetched.length);
});

test('429 and 500 are waited for and tried again; 403 is told', async () => {
  const faults = [
    { image: 'quay.io/team/app', status: 429, times: 2, retry_after: 0 },
    { image: 'mirror.example.com/team/app', status: 500, times: 1 },
    { image: 'quay.io/team/multi', status: 403 },
  ];
  const { run } = await lab({ faults });
  const args = { images: sources, dest_prefix: 'mirror.example.com' };
  const failed = await run('image_mirror', args);
  expect(failed.result).toMatchObject({
    status: 'failed',
    error: {
      message: expect.stringMatching(/1 of 2 images cannot be copied, so none was.*\n.*quay\.io\/v2\/team\/multi\/manifests\/v2: 403/),
    },
  });
  expect((await run('image_mirror', { ...args, max_failed: 1 })).result).toMatchObject({
    status: 'changed',
    output: { copied: 1, failed: 1, complete: false },
  });
});

test('tokens that end in the middle are fetched anew', async () => {
  const { run } = await lab({ token_requests: 3 });
  const ran = await run('image_mirror', { images: sources, dest_prefix: 'mirror.example.com', parallel: 1 });
  expect(ran.result).toMatchObject({ status: 'changed', output: { copied: 2, complete: true } });
});

test('a full disk ends it: what was not tried is said so, and nothing is written for the cluster', async () => {
  const images = Array.from({ length: 10 }, (_, index) => ({ name: `quay.io/big/app${index}:v1`, size: 1000 }));
  const { run } = await lab({ images, room: 6000 });
  const args = {
    images: images.map(({ name }) => name),
    dest_prefix: 'mirror.example.com',
    parallel: 1,
    resources_dir: join(root, 'resources'),
  };
  const { result } = await run('image_mirror', args);
  expect(result).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('no room is left there') } });
  const rows = (result as unknown as { output: { images: { status: string }[] } }).output.images.map(({ status }) => status);
  expect(rows).toEqual([...Array(5).fill('copied'), 'failed', ...Array(4).fill('not tried')]);
  expect(existsSync(join(root, root, 'resources'))).toBe(false);
});

test('mirror policies and catalog sources are written once the images are there', async () => {
  const images = [{ name: 'registry.redhat.io/redhat/redhat-operator-index:v4.18' }, ...IMAGES];
  const { registry, run } = await lab({ images });
  const digest = registry.digest('quay.io/team/app:v1');
  const args = {
    images: [images[0]?.name ?? '', `quay.io/team/app@${digest}`, 'quay.io/team/multi:v2'],
    ...{ dest_prefix: 'mirror.example.com', catalogs: ['registry.redhat.io/redhat/redhat-operator-index'], resources_dir: '/out' },
  };
  const ran = await run('image_mirror', args);
  expect(ran.result).toMatchObject({ status: 'changed', output: { complete: true } });
  expect(readFileSync(join(root, 'out/idms-oc-mirror.yaml'), 'utf8')).toContain('source: quay.io/team/app');
  expect(readFileSync(join(root, 'out/itms-oc-mirror.yaml'), 'utf8')).toContain('source: quay.io/team/multi');
  expect(readFileSync(join(root, 'out/cs-redhat-operator-index-v4-18.yaml'), 'utf8')).toContain(
    'image: mirror.example.com/redhat/redhat-operator-index:v4.18',
  );
  expect(registry.digest(`mirror.example.com/team/app:${digest?.replace(':', '-')}`)).toBe(digest);
  expect((await run('image_mirror', args)).result.status).toBe('ok');
});

test('a tiny image is pushed and read back; with delete it is gone again', async () => {
  const { registry, run } = await lab();
  const image = 'mirror.example.com/sandbox/pb-test:latest';
  expect((await run('image_push_pull', { image, delete: true })).result).toMatchObject({
    status: 'changed',
    output: { pushed: true, pulled: true, deleted: true },
  });
  expect(registry.digest(image)).toBeUndefined();
  expect((await run('image_push_pull', { image })).result).toMatchObject({ status: 'changed', output: { pulled: true } });
  expect((await run('image_push_pull', { image })).result).toMatchObject({ status: 'ok', output: { digest: registry.digest(image) } });
  expect((await run('image_push_pull', { image: 'quay.io/team/app:v1' })).result).toMatchObject({
    status: 'failed',
    error: { code: 'refused' },
  });
});
