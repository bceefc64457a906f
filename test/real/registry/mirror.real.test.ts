/** image_mirror between two real registries, by the built command line. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Registry, startRegistry } from '../parts/registry.ts';
import { partOrSkip } from '../parts/require.ts';
import { bytesOf, digestAt, INDEX, pushImage, putManifest, sha256 } from './images.ts';
import { type Bench, bench } from './pb.ts';

const suite = await partOrSkip('registry');

suite('from registry to registry', () => {
  let source: Registry;
  let dest: Registry;
  let at: Bench;
  beforeAll(async () => {
    [source, dest, at] = [await startRegistry(), await startRegistry(), await bench()];
  });
  afterAll(() => Promise.all([source?.close(), dest?.close(), at?.close()]));

  it('checks, copies by digest with every platform, and has nothing to do again', async () => {
    const base = bytesOf('base', 40_000);
    const app = await pushImage(source.host, 'team/app', { tag: 'v1', layers: [base, bytesOf('app', 10_000)] });
    const [amd, arm] = [
      await pushImage(source.host, 'team/multi', { layers: [base, bytesOf('amd', 5000)] }),
      await pushImage(source.host, 'team/multi', { layers: [base, bytesOf('arm', 5000)], architecture: 'arm64' }),
    ];
    const entry = (image: typeof amd, architecture: string) => ({
      ...{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: image.digest, size: image.text.length },
      platform: { os: 'linux', architecture },
    });
    const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [entry(amd, 'amd64'), entry(arm, 'arm64')] });
    await putManifest(source.host, 'team/multi', 'v2', { text: index, type: INDEX });

    const args = { images: [`${source.host}/team/app@${app.digest}`, `${source.host}/team/multi:v2`], dest_prefix: `${dest.host}/ocp` };
    const checked = await at.pb('check', 'image_mirror', args);
    expect(checked.stdout).toContain('copy 2 of 2 images');
    expect(checked).toMatchObject({ exitCode: 0, result: { status: 'would-change' } });
    expect(dest.log.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);

    const ran = await at.pb('run', 'image_mirror', args);
    expect(ran, JSON.stringify(ran.result)).toMatchObject({
      exitCode: 0,
      result: { status: 'changed', output: { complete: true, copied: 2, failed: 0 } },
    });
    expect(await digestAt(dest.host, 'ocp/team/app', app.digest)).toBe(app.digest);
    expect(await digestAt(dest.host, 'ocp/team/multi', 'v2')).toBe(sha256(index));
    expect(await digestAt(dest.host, 'ocp/team/multi', arm.digest)).toBe(arm.digest);
    expect(dest.log.filter(({ method, path, status }) => method === 'POST' && path.includes('mount=') && status === 201).length).toBe(1);

    const before = dest.log.length;
    const again = await at.pb('run', 'image_mirror', args);
    expect(again).toMatchObject({ exitCode: 0, result: { status: 'ok', output: { there: 2 } } });
    expect(dest.log.slice(before).map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });
});
