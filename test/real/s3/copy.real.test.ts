/** What the job of registry-s3-to-cephfs does: a real registry's bucket onto a file system, by the real mc. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyImage } from '../../../src/core/tiny-image.ts';
import { newProject, type Project, pb, results } from '../hosts/cli.ts';
import { ensure } from '../parts/cache.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Minio, startMinio, startRegistry } from '../parts/s3.ts';

const suite = await partOrSkip('s3');

const bucket = { name: 'images', access: 'of-registry', secret: 'secret+/of=the-registry' };

suite('the copy of a bucket', () => {
  let minio: Minio;
  let project: Project;
  beforeAll(async () => {
    minio = await startMinio();
    project = newProject();
    await minio.mc('mb', `s/${bucket.name}`);
    await minio.mc('admin', 'user', 'add', 's', bucket.access, bucket.secret);
    await minio.mc('admin', 'policy', 'attach', 's', 'readwrite', '--user', bucket.access);
  });
  afterAll(async () => {
    project?.close();
    await minio?.close();
  });

  /** `more`: a folder with programs that go before mc and coreutils. */
  const copy = async (target: string, more = '', secret = bucket.secret) => {
    mkdirSync(target, { recursive: true });
    const env = {
      ...{ PATH: `${more}:${await ensure('s3')}:/usr/bin:/bin`, HOME: minio.dir, MC_CONFIG_DIR: join(minio.dir, 'mc-of-job') },
      ...{ SSL_CERT_FILE: minio.caFile, BUCKET: bucket.name, TARGET: target },
      MC_HOST_s: minio.endpoint.replace('://', `://${bucket.access}:${secret}@`),
    };
    const script = 'playbooks/roles/registry_copy/files/copy.sh';
    return execa('sh', [script], { env, extendEnv: false, reject: false });
  };
  const pushed = async (url: string, verb: 'check' | 'run') => {
    const image = `${url.replace('http://', '')}/team/app:latest`;
    project.write({
      'site.yml': `- hosts: localhost\n  gather_facts: false\n  tasks:\n    - name: Image\n      image_push_pull: { image: '${image}' }\n`,
      'hosts.yml': 'all: { hosts: { localhost: { ansible_connection: local } } }',
    });
    return results(await pb(project, [verb, 'site.yml', '-i', 'hosts.yml']), 'Image')['localhost'];
  };

  test('a bucket without an image is copied at once', async () => {
    expect(await copy(join(minio.dir, 'empty'))).toMatchObject({ exitCode: 0, stdout: 'there is no image in the bucket' });
  });

  test('every image is there: a registry on the files gives it back whole; a second copy finds nothing to do', async () => {
    const from = await startRegistry(minio, bucket);
    try {
      expect(await pushed(from.url, 'run')).toMatchObject({ status: 'changed' });
    } finally {
      await from.close();
    }
    const target = join(minio.dir, 'registry');
    const first = await copy(target);
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toContain('copied and compared');
    const digest = tinyImage().digest.replace('sha256:', '');
    const blob = join(target, `docker/registry/v2/blobs/sha256/${digest.slice(0, 2)}/${digest}/data`);
    expect(readFileSync(blob, 'utf8')).toBe(tinyImage().manifest);
    const before = statSync(blob).mtimeMs;
    expect((await copy(target)).exitCode).toBe(0);
    expect(statSync(blob).mtimeMs, 'not written again').toBe(before);
    const to = await startRegistry(minio, { folder: target });
    try {
      // It reads manifest and blobs back and compares their bytes: ok only where all is whole.
      expect(await pushed(to.url, 'check')).toMatchObject({ status: 'ok' });
    } finally {
      await to.close();
    }
  });

  test('what is damaged, or is there by somebody else, is made like the bucket', async () => {
    const target = join(minio.dir, 'damaged');
    const stray = join(target, 'docker/registry/v2/stray');
    mkdirSync(join(target, 'docker/registry/v2'), { recursive: true });
    writeFileSync(stray, 'not an image');
    expect((await copy(target)).exitCode).toBe(0);
    expect(() => statSync(stray)).toThrow(/ENOENT/);
  });

  test('a volume without room and keys that may not read: it fails and says why', async () => {
    const tools = join(minio.dir, 'tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'df'), '#!/bin/sh\necho head\necho ceph 4 4 0 100% /registry\n', { mode: 0o755 });
    const layer = join(minio.dir, 'layer');
    writeFileSync(layer, Buffer.alloc(200_000));
    await minio.mc('cp', layer, `s/${bucket.name}/docker/registry/v2/layer`);
    const full = await copy(join(minio.dir, 'full'), tools);
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toMatch(/the images and a fifth more take \d+ KiB, the volume has \d+ KiB/);
    const refused = await copy(join(minio.dir, 'refused'), '', 'another-secret');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/the bucket cannot be read: .*signature/i);
  });
});
