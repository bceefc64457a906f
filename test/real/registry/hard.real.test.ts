/** image_mirror where things go wrong: images that are broken, a run that is killed, a full disk, tokens that end. Real registries throughout. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/value.ts';
import { told } from '../main-job/pb.ts';
import { installMissing } from '../parts/debian.ts';
import { type Registry, startRegistry } from '../parts/registry.ts';
import { partOrSkip } from '../parts/require.ts';
import { bytesOf, digestAt, type Image, pushImage } from './images.ts';
import { type Bench, bench, outputOf } from './pb.ts';
import { startTokenServer } from './token-server.ts';

const suite = await partOrSkip('registry');
const IMAGES = 400;
const BROKEN = [17, 200, 399];

suite('where things go wrong', () => {
  let source: Registry;
  let at: Bench;
  const images: Image[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  const fresh = async (options: Parameters<typeof startRegistry>[0] = {}): Promise<Registry> => {
    const made = await startRegistry(options);
    closing.push(() => made.close());
    return made;
  };
  const named = (index: number): string => `${source.host}/team/app${index % 40}:v${index}`;
  const failureOf = (result: unknown): string => told((result as { error?: never } | undefined)?.error);
  /** What a test says that wanted it to go well. */
  const saidBy = (ran: { result: unknown; stderr: string }): string => `${failureOf(ran.result)}\n${ran.stderr}`;

  beforeAll(async () => {
    [source, at] = [await startRegistry(), await bench()];
    const base = bytesOf('base', 20_000);
    for (let from = 0; from < IMAGES; from += 20) {
      const some = Array.from({ length: 20 }, (_, index) => from + index);
      const layers = (index: number) => [base, bytesOf(`layer ${index}`, 3000 + (index % 7) * 500)];
      images.push(
        ...(await Promise.all(
          some.map((index) => pushImage(source.host, `team/app${index % 40}`, { tag: `v${index}`, layers: layers(index) })),
        )),
      );
    }
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => Promise.all([source?.close(), at?.close()]));

  /** The blob's file in the source, as the filesystem driver lays it out. */
  const fileOf = (digest: string): string => {
    const hex = digest.slice('sha256:'.length);
    return join(source.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  };

  it('a run killed twenty times ends with every image, and sends no finished blob again', async () => {
    const dest = await fresh();
    const some = images.slice(0, 60);
    const args: JsonObject = { images: some.map((_, index) => named(index)), dest_prefix: `${dest.host}/m`, parallel: 4 };
    const finished = (): string[] =>
      dest.log.flatMap(({ method, path, status }) => {
        const digest = /[?&]digest=(sha256(?::|%3A)[0-9a-f]+)/.exec(path)?.[1];
        return method === 'PUT' && status === 201 && digest ? [decodeURIComponent(digest)] : [];
      });
    let seed = 42;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    for (let round = 0; round < 20; round++) {
      const before = finished();
      const goal = before.length + 1 + random(5);
      const running = await at.begin('run', 'image_mirror', args);
      const reached = dest.until(() => finished().length >= goal);
      await Promise.race([reached, running.ended]);
      running.signal('SIGKILL');
      await running.ended;
      expect(
        finished()
          .slice(before.length)
          .filter((digest) => before.includes(digest)),
        `round ${round}`,
      ).toEqual([]);
    }
    const before = finished();
    expect(before.length, 'it was killed before its end').toBeLessThan(new Set(some.flatMap(({ blobs }) => blobs)).size);
    const ran = await at.pb('run', 'image_mirror', args);
    expect(ran, saidBy(ran)).toMatchObject({ exitCode: 0, result: { output: { complete: true, failed: 0 } } });
    expect(
      finished()
        .slice(before.length)
        .filter((digest) => before.includes(digest)),
    ).toEqual([]);
    for (const [index, { digest }] of some.entries())
      expect(await digestAt(dest.host, `m/team/app${index % 40}`, `v${index}`)).toBe(digest);
  });

  it('tokens that have ended are fetched anew, and neither they nor the password are told', async () => {
    const password = 's3cret-of-the-robot';
    const tokens = await startTokenServer(at.home, { name: 'robot', password });
    closing.push(() => tokens.close());
    const dest = await fresh({ token: tokens });
    const authfile = join(at.home, 'auth.json');
    const auth = Buffer.from(`robot:${password}`).toString('base64');
    await writeFile(
      authfile,
      JSON.stringify({
        auths: { [`${dest.host}/m/team`]: { auth }, [dest.host]: { auth: Buffer.from('nobody:wrong').toString('base64') } },
      }),
    );
    // The registry refuses the first of each scope, long before the end that was told with it.
    tokens.life((nth) => (nth === 1 ? -120 : 300));
    const args: JsonObject = { images: images.slice(0, 40).map((_, index) => named(index)), dest_prefix: `${dest.host}/m`, authfile };
    const ran = await at.pb('run', 'image_mirror', args);
    expect(ran, saidBy(ran)).toMatchObject({ exitCode: 0, result: { output: { copied: 40 } } });
    expect(dest.log.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(40);
    expect(tokens.asked).toContain('repository:m/team/app0:pull,push');
    for (const secret of [password, auth, ...tokens.tokens]) expect(ran.stdout + ran.stderr).not.toContain(secret);

    await writeFile(authfile, JSON.stringify({ auths: { [dest.host]: { auth: Buffer.from('nobody:wrong').toString('base64') } } }));
    const refused = await at.pb('run', 'image_mirror', args);
    expect(refused.exitCode).toBe(2);
    expect(failureOf(refused.result)).toMatch(
      /40 of 40 images cannot be copied.*a token for 127\.0\.0\.1:\d+ from 127\.0\.0\.1:\d+: 401: UNAUTHORIZED who are you/,
    );
  });

  it('a disk that is full at 62 % stops it, and with more room it goes on', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('a small disk is mounted by root alone');
    const storage = await mkdtemp(join(tmpdir(), 'pb-registry-small-'));
    closing.push(() => rm(storage, { recursive: true, force: true }));
    const layers = (index: number) => [bytesOf(`big ${index}`, 400_000)];
    const big = await Promise.all(
      Array.from({ length: 40 }, (_, index) => pushImage(source.host, 'big/app', { tag: `v${index}`, layers: layers(index) })),
    );
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', `size=${Math.round(40 * 0.62 * 400)}k`, 'pb-small', storage], {
      reject: false,
    });
    if (mounted.exitCode !== 0) return context.skip(`no tmpfs can be mounted here: ${mounted.stderr}`);
    closing.push(() => execa('umount', [storage]));
    const dest = await fresh({ storage });
    const args: JsonObject = {
      images: big.map((_, index) => `${source.host}/big/app:v${index}`),
      dest_prefix: `${dest.host}/m`,
      parallel: 4,
    };
    const stopped = await at.pb('run', 'image_mirror', args);
    expect(stopped.exitCode).toBe(2);
    expect(failureOf(stopped.result)).toMatch(/of 40 images could not be copied, and max_failed is 0:.*no room is left there/);
    const { copied, images: rows } = outputOf(stopped.result) as { copied: number; images: { status: string }[] };
    expect(copied).toBeGreaterThan(10);
    expect(copied).toBeLessThan(30);
    expect(rows.filter(({ status }) => status === 'not tried').length).toBeGreaterThan(5);

    await execa('mount', ['-o', 'remount,size=64m', storage]);
    // This registry writes manifests in place and never replaces one: what the full disk cut short has to be taken away by hand.
    await execa('find', [storage, '-type', 'f', '-size', '0', '-delete']);
    const ran = await at.pb('run', 'image_mirror', args);
    expect(ran, saidBy(ran)).toMatchObject({
      exitCode: 0,
      result: { output: { complete: true, there: copied, copied: 40 - copied } },
    });
  });

  it('beside skopeo: the same images, and one with large layers', async () => {
    const missing = await installMissing({ skopeo: 'skopeo' });
    if (missing) return void process.stderr.write(`nothing to compare with: ${missing}\n`);
    const layers = Array.from({ length: 6 }, (_, index) => bytesOf(`large ${index}`, 12_000_000));
    await pushImage(source.host, 'large/app', { tag: 'v1', layers });
    const seconds = async (work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work();
      return (performance.now() - began) / 1000;
    };
    const sets = {
      'one image of 72 MB': [`${source.host}/large/app:v1`],
      '60 small images': Array.from({ length: 60 }, (_, index) => named(index)),
    };
    for (const [what, names] of Object.entries(sets)) {
      const [ours, theirs] = [await fresh(), await fresh()];
      const pb = await seconds(async () => {
        const ran = await at.pb('run', 'image_mirror', { images: names, dest_prefix: `${ours.host}/m` });
        expect(ran.exitCode).toBe(0);
      });
      const byName = new Map<string, string[]>();
      for (const name of names) {
        const [, repository = '', tag = ''] = /\/(.*):(.*)$/.exec(name) ?? [];
        byName.set(repository, [...(byName.get(repository) ?? []), tag]);
      }
      const list = join(at.home, 'sync.yml');
      await writeFile(list, JSON.stringify({ [source.host]: { 'tls-verify': false, images: Object.fromEntries(byName) } }));
      const skopeo = await seconds(() =>
        execa('skopeo', [
          '--insecure-policy',
          'sync',
          '--src',
          'yaml',
          '--dest',
          'docker',
          '--dest-tls-verify=false',
          list,
          `${theirs.host}/m`,
        ]),
      );
      process.stderr.write(`${what}: pb ${pb.toFixed(1)} s, skopeo ${skopeo.toFixed(1)} s, ratio ${(pb / skopeo).toFixed(2)}\n`);
    }
  });

  it('three broken images of 400 are told, all others are copied, and the exit code is 2', async () => {
    for (const index of BROKEN) await truncate(fileOf(images[index]?.blobs[2] ?? ''), 100);
    const dest = await fresh();
    const args: JsonObject = { images: images.map((_, index) => named(index)), dest_prefix: `${dest.host}/m`, retries: 1 };
    const ran = await at.pb('run', 'image_mirror', args);
    expect(ran.exitCode).toBe(2);
    expect(failureOf(ran.result)).toMatch(
      /3 of 400 images could not be copied, and max_failed is 0:.*m\/team\/app17:v17: .*help: what was copied stays/,
    );
    expect(outputOf(ran.result)).toMatchObject({ copied: 397, failed: 3, complete: false });
    for (const [index, { digest }] of images.entries()) {
      const found = await digestAt(dest.host, `m/team/app${index % 40}`, `v${index}`);
      expect(found, named(index)).toBe(BROKEN.includes(index) ? undefined : digest);
    }
    const within = await at.pb('run', 'image_mirror', { ...args, max_failed: 3 });
    expect(within).toMatchObject({ exitCode: 0, result: { output: { there: 397, failed: 3, complete: false } } });
  });
});
