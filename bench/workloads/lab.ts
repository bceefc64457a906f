/** W5 and lab: the engine itself, on pretended hosts that answer at once. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pb } from '../contenders.ts';
import { output } from '../machine/command.ts';
import type { Workload } from '../workload.ts';

const TASKS = 50;

export const checks: Workload = {
  id: 'W5',
  title: 'the engine in check mode',
  async *races(bench) {
    const hosts = bench.quick ? 10 : 100;
    const { folder } = bench.site;
    const state = join(folder, 'state');
    const lab = join(state, 'pb', 'lab');
    const env = { XDG_STATE_HOME: state };
    const inventory = join(folder, 'lab-hosts.json');
    await writeFile(
      inventory,
      JSON.stringify({ all: { children: { workers: { hosts: { [`w[001:${String(hosts).padStart(3, '0')}]`]: null } } } } }),
    );
    const site = join(folder, 'lab.yml');
    const task = { 'ansible.builtin.file': { path: '/etc/hostname', mode: '0644' }, when: 'inventory_hostname in groups.workers' };
    await writeFile(site, JSON.stringify([{ hosts: 'workers', gather_facts: false, tasks: Array.from({ length: TASKS }, () => task) }]));
    const [node, ...start] = pb('lab', 'up', '-i', inventory).argv;
    await output('env', [`XDG_STATE_HOME=${state}`, node, ...start]);
    bench.cleanUp(async () => void (await output('env', [`XDG_STATE_HOME=${state}`, ...pb('lab', 'down').argv])));
    const check = (...args: readonly string[]) => ({
      ...pb('check', '-f', String(hosts), '-i', inventory, '-i', join(lab, 'inventory'), ...args),
      env,
    });
    yield {
      title: `${TASKS} tasks, ${hosts} lab hosts, check mode`,
      contenders: [{ name: 'pb', job: check(site) }],
      amount: { count: TASKS * hosts, of: 'tasks' },
    };
  },
};

/** What scripts/bench-lab.mjs prints: seconds, and MiB of the lab's process. */
interface Figures {
  readonly up_s: number;
  readonly rss_mb: number;
  readonly check_s: number;
  readonly run_s: number;
  readonly rss_after_mb: number;
  readonly again_s: number;
  /** Tasks that changed something in the second run. */
  readonly changed_again: number;
}

/** The lab's own bench: hundreds of hosts in one process, and the shipped playbook on them, twice. */
export const fullJob: Workload = {
  id: 'lab',
  title: 'the shipped playbook on a lab',
  async *races(bench) {
    const hosts = bench.quick ? 20 : 300;
    const root = join(import.meta.dirname, '../..');
    const job = { argv: [process.execPath, 'scripts/bench-lab.mjs', String(hosts)], cwd: root } as const;
    const check = (stdout: string): string => {
      const { up_s, rss_mb, check_s, run_s, again_s, changed_again, rss_after_mb } = JSON.parse(stdout) as Figures;
      if (changed_again !== 0) throw new Error(`the second run changed something: ${stdout}`);
      return (
        `start-up ${up_s} s, ${rss_mb} MiB; check ${check_s} s; run ${run_s} s; the same again ${again_s} s, ` +
        `nothing changed; ${rss_after_mb} MiB after the first run`
      );
    };
    yield { title: `lab up, baremetal-local.yml checked and run twice on ${hosts} hosts`, contenders: [{ name: 'pb', job, check }] };
  },
};
