/** W9: hosts that are 60 ms away. What counts is how often pb waits for an answer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { floor, pb } from '../contenders.ts';
import { farAway } from '../machine/delay.ts';
import { writeInventory } from '../machine/site.ts';
import type { Workload } from '../workload.ts';

const ROUND_TRIP_MS = 60;
const TASKS = 50;

export const far: Workload = {
  id: 'W9',
  title: 'hosts that are 60 ms away',
  async *races(bench) {
    const near = await bench.fleet(1);
    const there = await farAway({ ...near, addresses: near.addresses.slice(0, 1) }, ROUND_TRIP_MS);
    bench.cleanUp(there.close);
    const { folder, target } = bench.site;
    const site = join(folder, 'far.yml');
    const task = { 'ansible.builtin.file': { path: `${target}/data/created`, mode: '0640' } };
    await writeFile(site, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks: Array.from({ length: TASKS }, () => task) }]));
    const asked = join(folder, 'far.json');
    const questions = Array.from({ length: TASKS }, () => [`stat -c %a ${target}/data/created`, '640']);
    const { addresses, port, user, keyFile } = there;
    await writeFile(asked, JSON.stringify({ addresses, port, user, keyFile, atOnce: 1, questions }));
    const inventory = await writeInventory(bench.site, there, 1, 'far');
    yield {
      title: `${TASKS} unchanged tasks, ${ROUND_TRIP_MS} ms away`,
      contenders: [
        { name: 'pb', job: pb('run', '-i', inventory, site) },
        { name: 'floor', job: floor(asked) },
      ],
      amount: { count: TASKS, of: 'tasks' },
    };
  },
};
