/** W8: images from one real registry to another, and the same again. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installMissing } from '../../test/real/parts/debian.ts';
import { startRegistry } from '../../test/real/parts/registry.ts';
import { bytesOf, pushImage } from '../../test/real/registry/images.ts';
import { pb } from '../contenders.ts';
import type { Contender, Workload } from '../workload.ts';

const BASE_BYTES = 2_000_000;
const LAYER_BYTES = 200_000;
const REPOSITORIES = 10;

export const mirror: Workload = {
  id: 'W8',
  title: 'images mirrored',
  async *races(bench) {
    const count = bench.quick ? 20 : 100;
    const { folder } = bench.site;
    const source = await startRegistry();
    bench.cleanUp(source.close);
    const base = bytesOf('base', BASE_BYTES);
    for (let index = 0; index < count; index++) {
      const layers = [base, bytesOf(`layer ${index}`, LAYER_BYTES)];
      await pushImage(source.host, repositoryOf(index), { tag: `v${index}`, layers });
    }
    const contenders: Contender[] = [];
    const add = async (name: string, jobTo: (dest: string) => Promise<Contender['job']>): Promise<void> => {
      const dest = await startRegistry();
      bench.cleanUp(dest.close);
      const before = (): Promise<void> => rm(join(dest.storage, 'docker'), { recursive: true, force: true });
      contenders.push({ name, before, job: await jobTo(dest.host) });
    };
    await add('pb', async (dest) => {
      const images = Array.from({ length: count }, (_, index) => `${source.host}/${repositoryOf(index)}:v${index}`);
      const site = join(folder, 'mirror.yml');
      const tasks = [{ image_mirror: { images, dest_prefix: `${dest}/m` } }];
      await writeFile(site, JSON.stringify([{ hosts: 'localhost', gather_facts: false, tasks }]));
      return pb('run', site);
    });
    if (bench.wants('skopeo')) {
      const missing = await installMissing({ skopeo: 'skopeo' });
      if (missing) throw new Error(missing);
      await add('skopeo', async (dest) => {
        const list = join(folder, 'mirror.skopeo.yml');
        const repositories = Array.from({ length: Math.min(REPOSITORIES, count) }, (_, index) => [
          repositoryOf(index),
          tagsOf(index, count),
        ]);
        await writeFile(list, JSON.stringify({ [source.host]: { 'tls-verify': false, images: Object.fromEntries(repositories) } }));
        const how = ['--insecure-policy', 'sync', '--src', 'yaml', '--dest', 'docker', '--dest-tls-verify=false'];
        return { argv: ['skopeo', ...how, list, `${dest}/m`] };
      });
    }
    const amount = { count, of: 'images' };
    yield { title: `${count} images to an empty registry`, contenders, amount };
    // What the last round left is what all find.
    yield { title: `the same ${count} images again`, contenders: contenders.map(({ name, job }) => ({ name, job })), amount };
  },
};

const repositoryOf = (index: number): string => `team/app${index % REPOSITORIES}`;

const tagsOf = (repository: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => index)
    .filter((index) => index % REPOSITORIES === repository)
    .map((index) => `v${index}`);
