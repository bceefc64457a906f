import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CATALOG_SOURCE, CONFIG_MAP, OPERATOR_HUB } from '../../../src/lab/kube/operators/kinds.ts';
import { DIGEST_MIRRORS } from '../../../src/lab/kube/operators/openshift-kinds.ts';
import { type Registry, startRegistry } from '../parts/registry.ts';
import { partOrSkip } from '../parts/require.ts';
import { bytesOf, digestAt, pushImage } from '../registry/images.ts';
import { failuresOf, type Ran, told } from './pb.ts';
import { type Site, siteOn } from './site.ts';
import { changes, unknowns } from './streams.ts';

const parts = [await partOrSkip('kube'), await partOrSkip('registry')];
const suite = parts.includes(describe.skip) ? describe.skip : describe;

const INDEX = 'redhat/redhat-operator-index';
const OPERATOR = 'openshift4/ose-local-storage-rhel9-operator';
const catalog = 'cs-redhat-operator-index-v4-18';
const defaults = ['certified-operators', 'community-operators', 'redhat-marketplace', 'redhat-operators'];

/** The nodes reach the mirror only: what is not in it is not pulled. */
suite('OperatorHub from a mirror, on a real API server and between two real registries', () => {
  let [source, mirror]: (Registry | undefined)[] = [];
  let site: Site;
  let operator: string;
  beforeAll(async () => {
    const [from, to] = [await startRegistry(), await startRegistry()];
    [source, mirror] = [from, to];
    await pushImage(from.host, INDEX, { tag: 'v4.18', layers: [bytesOf('index', 50_000)] });
    operator = (await pushImage(from.host, OPERATOR, { tag: 'v4.18', layers: [bytesOf('operator', 90_000)] })).digest;
    const settings = {
      ...{ mirror_registry: `${to.host}/ocp`, mirror_index: `${from.host}/${INDEX}:v4.18` },
      ...{ mirror_images: [`${from.host}/${OPERATOR}@${operator}`], timeout_mirrored_catalog: 120, timeout_nodes: 180 },
    };
    const pulls = async (image: string): Promise<boolean> => {
      const [, repository = '', tag = ''] = /^[^/]+\/(.+):([^:/]+)$/.exec(image) ?? [];
      return image.startsWith(`${to.host}/`) && (await digestAt(to.host, repository, tag)) !== undefined;
    };
    site = await siteOn(undefined, { speed: 60, settings, pulls });
    await vi.waitFor(async () => expect(await catalogs()).toEqual(defaults), { timeout: 60_000, interval: 250 });
  });
  afterAll(async () => {
    await Promise.all([site?.close(), source?.close(), mirror?.close()]);
  });

  const pb = (command: string, ...more: readonly string[]): Promise<Ran> =>
    site.pb([command, 'playbooks/disconnected-operatorhub.yml', ...site.job.slice(1), '--output', 'json', ...more]);
  const good = (ran: Ran): Ran => {
    expect(ran.exitCode, JSON.stringify(failuresOf(ran)) + ran.stderr).toBe(0);
    return ran;
  };
  const catalogs = async () => (await site.cluster.client.list(CATALOG_SOURCE)).items.map(({ metadata }) => metadata.name).sort();
  const hub = async () => (await site.cluster.client.get(OPERATOR_HUB, { name: 'cluster' }))?.spec;
  const policies = async () => (await site.cluster.client.list(DIGEST_MIRRORS)).items;
  const record = () =>
    site.cluster.client.get(CONFIG_MAP, { name: 'pb-before-disconnected-operatorhub', namespace: 'openshift-marketplace' });

  it('an image that is not there stops it before anything is copied or told', async () => {
    const absent = `${source?.host}/${OPERATOR}@sha256:${'0'.repeat(64)}`;
    const ran = await pb('run', '-e', JSON.stringify({ mirror_images: [absent] }));
    expect(ran.exitCode).toBe(2);
    expect(Object.values(failuresOf(ran)).map(told)).toEqual([expect.stringMatching(/1 of 2 images cannot be copied, so none was/)]);
    expect(await digestAt(mirror?.host ?? '', `ocp/${INDEX}`, 'v4.18')).toBeUndefined();
    expect(await record()).toBeUndefined();
  });

  it('check, run as announced, run again, verify, and back to what was', async () => {
    const before = { hub: await hub(), catalogs: await catalogs() };
    const check = good(await pb('check'));
    expect(mirror?.log.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    expect(await record(), 'check writes nothing').toBeUndefined();
    const run = good(await pb('run'));
    const [announced, open] = [changes(check.events), unknowns(check.events)];
    expect(announced.size).toBe(5);
    for (const [where, change] of changes(run.events)) {
      if (announced.has(where)) expect(change).toEqual(announced.get(where));
      else expect([...open.keys()]).toContain(where);
    }
    expect(await digestAt(mirror?.host ?? '', `ocp/${OPERATOR}`, operator)).toBe(operator);
    expect(await catalogs()).toEqual([catalog]);
    const mirrors = [{ source: `${source?.host}/${OPERATOR}`, mirrors: [`${mirror?.host}/ocp/${OPERATOR}`] }];
    expect((await policies()).map(({ spec }) => spec?.imageDigestMirrors)).toEqual([mirrors]);

    expect(changes(good(await pb('run')).events).size).toBe(0);
    expect(changes(good(await pb('run', '--tags', 'verify')).events).size).toBe(0);

    expect(changes(good(await pb('run', '--tags', 'rollback')).events).size).toBe(4);
    expect(await hub()).toEqual(before.hub);
    await vi.waitFor(async () => expect(await catalogs()).toEqual(before.catalogs), { timeout: 60_000, interval: 250 });
    expect(await policies()).toEqual([]);
    expect(await record()).toBeUndefined();
  });

  it('across an air gap: onto a disk, and from there into an empty mirror while the source is away', async () => {
    const disk = ['-e', JSON.stringify({ mirror_disk: `oci:${site.folder}/disk` })];
    good(await pb('run', '--tags', 'to_disk', ...disk));
    expect(changes(good(await pb('run', '--tags', 'to_disk', ...disk)).events).size).toBe(0);
    await source?.close();
    source = undefined;
    const empty = `${mirror?.host}/carried`;
    const inside = [...disk, '-e', JSON.stringify({ mirror_registry: empty })];
    expect(changes(good(await pb('check', ...inside)).events).size).toBe(5);
    good(await pb('run', ...inside));
    expect(await digestAt(mirror?.host ?? '', `carried/${OPERATOR}`, operator)).toBe(operator);
    expect((await policies())[0]?.spec?.imageDigestMirrors).toMatchObject([{ mirrors: [`${empty}/${OPERATOR}`] }]);
    expect(changes(good(await pb('run', ...inside)).events).size).toBe(0);
    good(await pb('run', '--tags', 'rollback', ...inside));
  });
});
