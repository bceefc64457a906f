/** W0: what it takes to begin, with no host to reach. */
import { join } from 'node:path';
import { ansible, pb, playbook } from '../contenders.ts';
import type { Contender, Workload } from '../workload.ts';

const node = (code: string): Contender => ({
  name: `node: ${code}`,
  job: { argv: [process.execPath, '--input-type=module', '-e', code], cwd: join(import.meta.dirname, '../..') },
});

export const startup: Workload = {
  id: 'W0',
  title: 'start-up',
  async *races(bench) {
    yield { title: 'pb --version', contenders: [{ name: 'pb', job: pb('--version') }, node('0')] };
    const local = playbook('local');
    const peers = bench.wants('ansible') ? await bench.peers() : undefined;
    const theirs = peers ? [{ name: 'ansible', job: ansible(bench, peers, { forks: 1 }, [local]) }] : [];
    const loaded = node('import "ssh2"; import "yaml"');
    yield { title: 'one debug task on localhost', contenders: [{ name: 'pb', job: pb('run', local) }, loaded, ...theirs] };
    yield { title: 'pb lint', contenders: [{ name: 'pb', job: pb('lint', local) }, loaded] };
  },
};
