/** W4: a file of 20 MB to many hosts, and the same again. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onHosts } from '../contenders.ts';
import type { Workload } from '../workload.ts';

export const bigFile: Workload = {
  id: 'W4',
  title: '20 MB to many hosts',
  async *races(bench) {
    const count = bench.quick ? 3 : 20;
    const { addresses } = await bench.fleet(count);
    const to = join(bench.site.target, 'big');
    const upload = { file: join(bench.site.files, 'big'), to };
    const contenders = await onHosts(bench, { name: 'big-file', count, asking: { questions: [], upload }, pyinfra: 'pyinfra_big_file.py' });
    const before = async (): Promise<void> => {
      await Promise.all(addresses.slice(0, count).map((address) => rm(join(to, address), { force: true })));
    };
    yield { title: `20 MB to ${count} hosts`, contenders: contenders.map((one) => ({ ...one, before })) };
    // What the last contender left is what all find.
    const again = contenders.filter(({ name }) => name !== 'floor');
    yield { title: `the same 20 MB to ${count} hosts again`, contenders: again };
  },
};
