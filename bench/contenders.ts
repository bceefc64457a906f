/** How each program is started for work on hosts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from './machine/measure.ts';
import type { Peers } from './machine/peers.ts';
import { writeInventory } from './machine/site.ts';
import type { Bench, Contender } from './workload.ts';

const here = import.meta.dirname;
const root = join(here, '..');

export const playbook = (name: string): string => join(here, 'playbooks', `${name}.yml`);

export const pb = (...args: readonly string[]): Job => ({ argv: [process.execPath, join(root, 'dist/pb.js'), ...args] });

/** What floor.mjs, asyncssh.py and fabric_ssh.py are told. */
export interface Asking {
  /** Command, and what its answer begins with. */
  readonly questions: readonly (readonly [string, string])[];
  readonly upload?: { readonly file: string; readonly to: string };
  /** All connections stay open until the last host is done. */
  readonly hold?: boolean;
  readonly addresses?: readonly string[];
  readonly port?: number;
}

/** How many handshakes pb has under way at once: the plain scripts get the same. */
const AT_ONCE = 32;

export async function askingFile(bench: Bench, name: string, count: number, asking: Asking): Promise<string> {
  const { addresses, port, user, keyFile } = await bench.fleet(count);
  const path = join(bench.site.folder, `${name}-${count}.json`);
  const job = { addresses: addresses.slice(0, count), port, user, keyFile, atOnce: Math.min(AT_ONCE, count), ...asking };
  await writeFile(path, JSON.stringify(job));
  return path;
}

export const floor = (askingFile: string): Job => ({ argv: [process.execPath, join(here, 'peers/floor.mjs'), askingFile] });

/** pb, the floor, and the wanted peers that can run `playbook` or its like on `count` hosts. */
export async function onHosts(bench: Bench, what: { name: string; count: number; asking: Asking; pyinfra?: string }): Promise<Contender[]> {
  const { name, count } = what;
  const inventory = await writeInventory(bench.site, await bench.fleet(count), count);
  const asked = await askingFile(bench, name, count, what.asking);
  const site = playbook(name);
  const all: Contender[] = [
    { name: 'pb', job: pb('run', '-f', String(count), '-i', inventory, site) },
    { name: 'floor', job: floor(asked) },
  ];
  const peers = await bench.peers();
  if (!peers) return all;
  const { python } = peers;
  const scripts = ['asyncssh', 'fabric'] as const;
  for (const peer of what.asking.upload ? [] : scripts) {
    if (bench.wants(peer)) all.push({ name: peer, job: { argv: [python, join(here, `peers/${peer}_hosts.py`), asked] } });
  }
  if (what.pyinfra !== undefined && bench.wants('pyinfra')) all.push({ name: 'pyinfra', job: pyinfra(bench, peers, asked, what.pyinfra) });
  for (const peer of ['ansible', 'mitogen'] as const) {
    if (bench.wants(peer))
      all.push({ name: peer, job: ansible(bench, peers, { forks: count, mitogen: peer === 'mitogen' }, ['-i', inventory, site]) });
  }
  return all;
}

/** pipelining and kept connections, as its own manual recommends. */
export function ansible(
  { site }: Bench,
  { python, mitogen }: Peers,
  how: { readonly forks: number; readonly mitogen?: boolean },
  args: readonly string[],
): Job {
  const strategy = how.mitogen ? { ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: mitogen } : {};
  return {
    argv: [python, '-m', 'ansible', 'playbook', '-f', String(how.forks), ...args],
    env: {
      ANSIBLE_HOME: join(site.folder, 'ansible'),
      ANSIBLE_PIPELINING: 'True',
      ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=60s',
      ANSIBLE_PYTHON_INTERPRETER: python,
      ANSIBLE_LOCALHOST_WARNING: 'False',
      ANSIBLE_DEPRECATION_WARNINGS: 'False',
      ANSIBLE_TIMEOUT: '300',
      LC_ALL: 'C.UTF-8',
      ...strategy,
    },
  };
}

const pyinfra = ({ site }: Bench, { python }: Peers, askingFile: string, deploy: string): Job => ({
  argv: [python, '-m', 'pyinfra', '-y', join(here, 'peers/pyinfra_hosts.py'), join(here, 'peers', deploy)],
  env: { BENCH_HOSTS: askingFile, BENCH_TARGET: site.target, BENCH_FILES: site.files },
  cwd: site.folder,
});
