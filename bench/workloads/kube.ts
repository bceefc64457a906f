/** W6: objects in a real kube-apiserver, applied and then found to be as asked. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startKube } from '../../test/real/parts/kube.ts';
import { pb } from '../contenders.ts';
import type { Contender, Workload } from '../workload.ts';

export const objects: Workload = {
  id: 'W6',
  title: 'objects in a cluster',
  async *races(bench) {
    const count = bench.quick ? 20 : 200;
    const { folder } = bench.site;
    const kube = await startKube();
    bench.cleanUp(kube.close);
    const source = join(folder, 'objects.yml');
    const metadata = (index: number) => ({ name: `setting-${index}`, namespace: 'default', labels: { bench: 'yes' } });
    const manifests = Array.from({ length: count }, (_, index) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(index), data: { number: String(index) } }),
    );
    await writeFile(source, manifests.map((manifest) => `---\n${manifest}\n`).join(''));
    const site = join(folder, 'objects-site.yml');
    await writeFile(site, JSON.stringify([{ hosts: 'localhost', gather_facts: false, tasks: [{ k8s_apply: { src: source } }] }]));
    const env = { KUBECONFIG: kube.kubeconfig, XDG_CACHE_HOME: join(folder, 'cache') };
    const kubectl = ['--cache-dir', join(folder, 'kubectl'), 'apply', '--server-side', '-f', source];
    const contenders: Contender[] = [{ name: 'pb', job: { ...pb('run', site), env } }];
    if (bench.wants('kubectl')) contenders.push({ name: 'kubectl', job: { argv: ['kubectl', ...kubectl], env } });
    const before = async (): Promise<void> => void (await kube.kubectl(['delete', 'configmaps', '-n', 'default', '-l', 'bench=yes']));
    const amount = { count, of: 'objects' };
    yield { title: `${count} objects made`, contenders: contenders.map((one) => ({ ...one, before })), amount };
    // pb and kubectl are different field managers: each finds what all of them have applied.
    yield { title: `the same ${count} objects again`, contenders, amount };
  },
};
