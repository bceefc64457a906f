/** W7: the expression language, on variables of a thousand hosts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ansible, pb } from '../contenders.ts';
import type { Workload } from '../workload.ts';

const HOSTS = 1000;
const ITEMS = 2000;

export const templates: Workload = {
  id: 'W7',
  title: 'expressions',
  async *races(bench) {
    const { folder } = bench.site;
    const inventory = join(folder, 'variables.json');
    const hosts = Object.fromEntries(Array.from({ length: HOSTS }, (_, index) => [`h${index}`, { rack: index % 40, weight: index }]));
    await writeFile(inventory, JSON.stringify({ all: { vars: { site: 'north' }, hosts } }));
    const playbook = join(folder, 'templates.yml');
    const msg = "{{ site }}-{{ '%04d' | format(item) }}-{{ hostvars['h' ~ (item % 1000)].rack }}-{{ (item * 7) % 13 | int }}";
    const tasks = [
      { 'ansible.builtin.set_fact': { total: "{{ groups.all | map('extract', hostvars, 'weight') | sum }}" } },
      { 'ansible.builtin.assert': { that: [`total | int == ${(HOSTS * (HOSTS - 1)) / 2}`] } },
      { 'ansible.builtin.set_fact': { made: msg }, loop: `{{ range(${ITEMS}) | list }}` },
    ];
    await writeFile(playbook, JSON.stringify([{ hosts: 'h0', connection: 'local', gather_facts: false, tasks }]));
    const peers = bench.wants('ansible') ? await bench.peers() : undefined;
    const args = ['-i', inventory, playbook];
    yield {
      title: `${ITEMS} templates, variables of ${HOSTS} hosts`,
      contenders: [
        { name: 'pb', job: pb('run', ...args) },
        ...(peers ? [{ name: 'ansible', job: ansible(bench, peers, { forks: 1 }, args) }] : []),
      ],
      amount: { count: ITEMS, of: 'templates' },
    };
  },
};
