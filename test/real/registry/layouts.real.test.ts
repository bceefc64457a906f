/** Images that travel in a folder or a file, as into a site without a network; skopeo reads what pb wrote, and the other way round. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthority } from '../../../src/lab/kube/server/auth/certificates.ts';
import { installMissing } from '../parts/debian.ts';
import { type Registry, startRegistry } from '../parts/registry.ts';
import { partOrSkip } from '../parts/require.ts';
import { bytesOf, digestAt, INDEX, MANIFEST, pushImage, putManifest, sha256 } from './images.ts';
import { type Bench, bench, outputOf } from './pb.ts';

const suite = await partOrSkip('registry');
/** What skopeo is asked of every image. */
const digestOf = async (place: string, ...flags: readonly string[]): Promise<string> =>
  sha256((await execa('skopeo', ['inspect', '--raw', ...flags, place], { stripFinalNewline: false })).stdout);

suite('in and out of a folder or a file', () => {
  let source: Registry;
  let at: Bench;
  let index: string;
  beforeAll(async () => {
    const missing = await installMissing({ skopeo: 'skopeo' });
    if (missing) throw new Error(missing);
    [source, at] = [await startRegistry(), await bench()];
    const base = bytesOf('base', 40_000);
    await pushImage(source.host, 'team/app', { tag: 'v1', layers: [base, bytesOf('app', 10_000)] });
    const entries = [];
    for (const architecture of ['amd64', 'arm64', 's390x']) {
      const { digest, text } = await pushImage(source.host, 'team/multi', { layers: [base, bytesOf(architecture, 5000)], architecture });
      entries.push({ mediaType: MANIFEST, digest, size: text.length, platform: { os: 'linux', architecture } });
    }
    index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: entries });
    await putManifest(source.host, 'team/multi', 'v2', { text: index, type: INDEX });
  });
  afterAll(() => Promise.all([source?.close(), at?.close()]));

  it.each([
    ['a folder', 'oci', 'images'],
    ['a file', 'oci-archive', 'images.tar'],
  ])('%s: skopeo finds the same digests in it, and so does the registry behind the gap', async (_, kind, name) => {
    const place = `${kind}:${join(at.home, name)}`;
    const out = { images: [`${source.host}/team/app:v1`, `${source.host}/team/multi:v2`], dest_prefix: place };
    expect(await at.pb('run', 'image_mirror', out)).toMatchObject({ exitCode: 0, result: { status: 'changed', output: { copied: 2 } } });
    expect(await at.pb('run', 'image_mirror', out)).toMatchObject({ exitCode: 0, result: { status: 'ok', output: { there: 2 } } });
    const [app, multi] = out.images.map((image) => `${place}:${image}`) as [string, string];
    expect(await digestOf(multi)).toBe(sha256(index));
    expect(await digestOf(app)).toBe(await digestAt(source.host, 'team/app', 'v1'));

    const dest = await startRegistry();
    try {
      const into = { images: [app, multi], dest_prefix: `${dest.host}/ocp` };
      expect(await at.pb('run', 'image_mirror', into)).toMatchObject({ exitCode: 0, result: { status: 'changed', output: { copied: 2 } } });
      expect(await at.pb('run', 'image_mirror', into)).toMatchObject({ exitCode: 0, result: { status: 'ok', output: { there: 2 } } });
      expect(await digestAt(dest.host, 'ocp/team/multi', 'v2')).toBe(sha256(index));
      expect(await digestAt(dest.host, 'ocp/team/app', 'v1')).toBe(await digestAt(source.host, 'team/app', 'v1'));
    } finally {
      await dest.close();
    }
  });

  it('what skopeo has packed goes into a registry', async () => {
    const file = `oci-archive:${join(at.home, 'of-skopeo.tar')}:team/app:v1`;
    await execa('skopeo', ['copy', '--src-tls-verify=false', `docker://${source.host}/team/app:v1`, file]);
    const dest = await startRegistry();
    try {
      const ran = await at.pb('run', 'image_mirror', { images: [file], dest_prefix: `${dest.host}/ocp` });
      expect(ran, JSON.stringify(ran.result)).toMatchObject({ exitCode: 0, result: { status: 'changed' } });
      expect(await digestAt(dest.host, 'ocp/team/app', 'v1')).toBe(await digestOf(file));
    } finally {
      await dest.close();
    }
  });

  it('behind TLS with an authority of its own: refused without it, and only the platforms asked for', async () => {
    const authority = createAuthority(new Date());
    const dest = await startRegistry({ tls: authority.server() });
    try {
      const host = dest.host.replace('127.0.0.1', 'localhost');
      const ca_file = join(at.home, 'ca.pem');
      await writeFile(ca_file, authority.cert);
      const args = { images: [`${source.host}/team/multi:v2`], dest_prefix: `${host}/ocp`, platforms: ['linux/arm64'] };
      const refused = await at.pb('run', 'image_mirror', { ...args, insecure_registries: [] });
      expect(refused.exitCode).toBe(2);
      expect(JSON.stringify(refused.result)).toMatch(/certificate/);
      expect(JSON.stringify(refused.result)).toMatch(/ca_file/);
      expect(dest.log.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
      const ran = await at.pb('run', 'image_mirror', { ...args, ca_file });
      expect(ran, JSON.stringify(ran.result)).toMatchObject({ exitCode: 0, result: { status: 'changed' } });
      expect(outputOf(ran.result)).toMatchObject({ copied: 1, failed: 0 });
      const { stdout } = await execa('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${host}/ocp/team/multi:v2`]);
      expect(JSON.parse(stdout).manifests.map((one: { platform: object }) => one.platform)).toEqual([
        { os: 'linux', architecture: 'arm64' },
      ]);
    } finally {
      await dest.close();
    }
  });
});
