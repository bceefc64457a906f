/** image_mirror between two real registries, by the built command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../../src/core/value.ts';
import { resultsOf, start } from '../main-job/pb.ts';
import { type Registry, startRegistry } from '../parts/registry.ts';
import { partOrSkip } from '../parts/require.ts';
import { bytesOf, digestAt, INDEX, pushImage, putManifest, sha256 } from './images.ts';

const suite = await partOrSkip('registry');

suite('from registry to registry', () => {
  let source: Registry;
  let dest: Registry;
  let home: string;
  beforeAll(async () => {
    [source, dest] = [await startRegistry(), await startRegistry()];
    home = await mkdtemp(join(tmpdir(), 'pb-mirror-'));
  });
  afterAll(async () => {
    await Promise.all([source?.close(), dest?.close()]);
    await rm(home, { recursive: true, force: true });
  });

  async function pb(command: 'run' | 'check', args: JsonObject) {
    const play = [{ hosts: 'localhost', connection: 'local', gather_facts: false, tasks: [{ name: 'Mirror', image_mirror: args }] }];
    await writeFile(join(home, 'play.yml'), stringify(play));
    const ran = await start([command, join(home, 'play.yml'), '-i', 'localhost,', '--output', 'json'], { home, kubeconfig: '' }).ended;
    return { ...ran, result: resultsOf(ran, 'Mirror')['localhost'] as JsonObject | undefined };
  }

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
    const checked = await pb('check', args);
    expect(checked.stdout).toContain('copy 2 of 2 images');
    expect(checked).toMatchObject({ exitCode: 0, result: { status: 'would-change' } });
    expect(dest.log.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);

    const ran = await pb('run', args);
    expect(ran, JSON.stringify(ran.result)).toMatchObject({
      exitCode: 0,
      result: { status: 'changed', output: { complete: true, copied: 2, failed: 0 } },
    });
    expect(await digestAt(dest.host, 'ocp/team/app', app.digest)).toBe(app.digest);
    expect(await digestAt(dest.host, 'ocp/team/multi', 'v2')).toBe(sha256(index));
    expect(await digestAt(dest.host, 'ocp/team/multi', arm.digest)).toBe(arm.digest);
    expect(dest.log.filter(({ method, path, status }) => method === 'POST' && path.includes('mount=') && status === 201).length).toBe(1);

    const before = dest.log.length;
    const again = await pb('run', args);
    expect(again).toMatchObject({ exitCode: 0, result: { status: 'ok', output: { there: 2 } } });
    expect(dest.log.slice(before).map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });
});
