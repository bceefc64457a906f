import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/core/value.ts';
import { CONFIG_MAP, REGISTRY_CONFIG, SECRET } from '../../../src/lab/kube/operators/kinds.ts';
import { createAuthority } from '../../../src/lab/kube/server/auth/certificates.ts';
import { registry } from '../../lab/operators/rehearsal.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Minio, type Registry, startMinio, startRegistry } from '../parts/s3.ts';
import { failuresOf, type Ran, told } from './pb.ts';
import { type Site, siteOn } from './site.ts';
import { changes, unknowns } from './streams.ts';

const parts = [await partOrSkip('kube'), await partOrSkip('s3')];
const suite = parts.includes(describe.skip) ? describe.skip : describe;

const bucket = { name: 'ocp-registry', access: 'ocp-registry-id', secret: 'of-the-registry-1' };

suite('the registry on MinIO, with a real MinIO, a real registry on its bucket and a real API server', () => {
  let minio: Minio;
  let pushTo: Registry;
  let site: Site;
  beforeAll(async () => {
    minio = await startMinio();
    // Begun before its bucket is there, as the cluster's own would be.
    pushTo = await startRegistry(minio, bucket);
    const settings = {
      ...{ minio_endpoint: minio.endpoint, minio_ca: minio.ca, minio_admin_key: minio.user, minio_admin_secret: minio.password },
      ...{ minio_user_secret: bucket.secret, registry_route_host: 'registry-int.apps.lab.example.com' },
      registry_test_image: `${new URL(pushTo.url).host}/default/pb-test:latest`,
    };
    site = await siteOn(undefined, { speed: 60, settings });
    const operator = async () => expect(await site.cluster.client.get(REGISTRY_CONFIG, { name: 'cluster' })).toBeDefined();
    await vi.waitFor(operator, { timeout: 60_000, interval: 250 });
  });
  afterAll(async () => {
    await Promise.all([site?.close(), pushTo?.close()]);
    await minio?.close();
  });

  const pb = (command: string, ...more: readonly string[]): Promise<Ran> =>
    site.pb([command, 'playbooks/registry-minio.yml', ...site.job.slice(1), '--output', 'json', ...more]);
  const good = (ran: Ran): Ran => {
    expect(ran.exitCode, JSON.stringify(failuresOf(ran)) + ran.stderr).toBe(0);
    return ran;
  };
  const config = async (): Promise<JsonObject> => {
    const { managementState, replicas, rolloutStrategy, storage, routes, disableRedirect } = {
      ...((await site.cluster.client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec as JsonObject | undefined),
    };
    return { managementState, replicas, rolloutStrategy, storage, routes, disableRedirect } as JsonObject;
  };
  const objects = async (): Promise<string> => minio.mc('ls', '--recursive', `s/${bucket.name}`);

  it('check, run as announced, run again, verify, back to what was, and away', async () => {
    const before = await config();
    const check = good(await pb('check'));
    expect(await minio.mc('ls', 's')).toBe('');
    const run = good(await pb('run'));
    const [announced, open] = [changes(check.events), unknowns(check.events)];
    for (const [where, change] of changes(run.events)) {
      if (announced.has(where)) expect(change).toEqual(announced.get(where));
      else expect([...open.keys()]).toContain(where);
    }
    expect(await config()).toMatchObject({
      ...{ managementState: 'Managed', disableRedirect: true },
      routes: [{ name: 'registry', hostname: 'registry-int.apps.lab.example.com' }],
      storage: { managementState: 'Unmanaged', s3: { bucket: bucket.name, trustedCA: { name: 'registry-minio-ca' } } },
    });
    expect(await objects(), 'the image pushed in the end').toContain('docker/registry/v2/repositories/default/pb-test');
    for (const secret of [bucket.secret, minio.password]) expect(check.stdout + run.stdout + run.stderr).not.toContain(secret);

    expect(changes(good(await pb('run')).events).size).toBe(0);
    expect(changes(good(await pb('run', '--tags', 'verify')).events).size).toBe(0);
    const early = await pb('run', '--tags', 'uninstall', '-e', JSON.stringify({ confirm_uninstall: [bucket.name] }));
    expect(Object.values(failuresOf(early)).map(told)).toEqual([expect.stringMatching(/Roll back first \(--tags rollback\)/)]);

    good(await pb('run', '--tags', 'rollback'));
    expect(await config()).toEqual(before);
    expect(await objects(), 'the bucket keeps its images').toContain('default/pb-test');
    good(await pb('run', '--tags', 'uninstall', '-e', JSON.stringify({ confirm_uninstall: [bucket.name] })));
    expect(await minio.mc('ls', 's')).toBe('');
    expect(await minio.mc('admin', 'user', 'ls', 's')).not.toContain(bucket.access);
    expect(
      await site.cluster.client.get(SECRET, { name: 'image-registry-private-configuration-user', namespace: registry }),
    ).toBeUndefined();
    expect(await site.cluster.client.get(CONFIG_MAP, { name: 'registry-minio-ca', namespace: 'openshift-config' })).toBeUndefined();
  });

  it('with an authority that did not sign its certificate nothing is begun', async () => {
    const ran = await pb('run', '-e', JSON.stringify({ minio_ca: createAuthority(new Date()).cert }));
    expect(ran.exitCode).toBe(2);
    expect(Object.keys(failuresOf(ran))).toEqual(['Bucket on localhost']);
    expect(told(Object.values(failuresOf(ran))[0])).toMatch(/certificate/);
    expect(changes(ran.events).size).toBe(0);
  });
});
