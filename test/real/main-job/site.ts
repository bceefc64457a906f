/** A whole site: three workers with real disks, a real API server with the operators at work, and the built pb pointed at them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/value.ts';
import type { ClusterVariant, Fault, NodeDisks } from '../../../src/lab/kube/operators/index.ts';
import { type Rehearsal, startRehearsal } from '../../lab/operators/rehearsal.ts';
import { type Hosts, type HostsOptions, SIZE_GIB, startHosts, WORKERS } from './hosts.ts';
import { sshDisks } from './node-disks.ts';
import { type Ran, type Running, start } from './pb.ts';

export interface ClusterOptions {
  readonly variant?: ClusterVariant;
  readonly faults?: readonly Fault[];
  /** What the operators see of the workers' disks, where there are no hosts. */
  readonly nodeDisks?: NodeDisks;
  /** Simulated seconds in a real one. */
  readonly speed?: number;
  /** Which catalogs' images nodes can pull; all of them when left out. */
  pulls?(image: string): Promise<boolean>;
  /** Variables of the run, stronger than those of the inventory. */
  readonly settings?: JsonObject;
}

export interface Site {
  readonly cluster: Rehearsal;
  /** A folder for the test's own files; HOME of pb. */
  readonly folder: string;
  /** The arguments that point the shipped playbook at this site. */
  readonly job: readonly string[];
  /** The same for a playbook of the test's own. */
  playbook(plays: unknown): Promise<readonly string[]>;
  pb(args: readonly string[]): Promise<Ran>;
  start(args: readonly string[]): Running;
  /** Which of these exist: "LocalVolume", "Subscription". */
  existing(resource: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Both at once; closing the site leaves nothing. */
export async function startSite(options: HostsOptions & ClusterOptions): Promise<Site & { readonly hosts: Hosts }> {
  const hosts = await startHosts(options);
  try {
    const site = await siteOn(hosts, options);
    return {
      ...{ ...site, hosts },
      async close() {
        await site.close();
        await hosts.close();
      },
    };
  } catch (error) {
    await hosts.close();
    throw error;
  }
}

/** A new cluster on these hosts. Without hosts the workers are addresses where nobody answers. */
export async function siteOn(
  hosts: Hosts | undefined,
  { variant, faults, nodeDisks = noDisks, speed = 30, settings, pulls }: ClusterOptions = {},
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'pb-site-'));
  const cluster = await startRehearsal({
    disks: hosts ? sshDisks(hosts.vms) : nodeDisks,
    speed,
    ...(variant ? { variant } : {}),
    ...(faults ? { faults } : {}),
    ...(pulls ? { pulls } : {}),
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  const reach = join(folder, 'reach.yml');
  await writeFile(reach, JSON.stringify({ workers: { hosts: Object.fromEntries(WORKERS.map((name) => [name, reachOf(hosts, name)])) } }));
  const limits = { timeout_catalogs: 60, timeout_operator: 120, timeout_volumes: 120, timeout_registry: 180 };
  const inventory = ['-i', 'inventory', '-i', reach, '-e', JSON.stringify({ registry_size_gib: SIZE_GIB, ...limits, ...settings })];
  const run: Site['start'] = (args) => start(args, { home: folder, kubeconfig: cluster.kube.kubeconfig });
  return {
    ...{ cluster, folder, start: run },
    job: ['playbooks/baremetal-local.yml', ...inventory],
    async playbook(plays) {
      const file = join(folder, 'playbook.yml');
      await writeFile(file, JSON.stringify(plays));
      return [file, ...inventory];
    },
    pb: (args) => run(args).ended,
    async existing(resource) {
      const { exitCode, stdout, stderr } = await cluster.kube.kubectl(['get', resource, '-A', '-o', 'name']);
      if (exitCode === 0) return stdout.split('\n').filter((line) => line !== '');
      if (/the server doesn't have a resource type/.test(stderr)) return [];
      throw new Error(stderr);
    },
    async close() {
      await cluster.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Waits until nothing is written any more, so that what pb writes would show. */
export async function quietRevision({ kube }: Rehearsal): Promise<number> {
  let before = -1;
  for (;;) {
    const now = await kube.etcdRevision();
    if (now === before) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 4000));
  }
}

const noDisks: NodeDisks = { look: async () => ({ devices: [] }) };

function reachOf(hosts: Hosts | undefined, name: string): JsonObject {
  const vm = hosts?.vms.get(name);
  if (!vm) return { ansible_host: '127.0.0.1', ansible_port: 1 };
  return {
    ansible_host: vm.address,
    ansible_port: vm.port,
    ansible_ssh_private_key_file: vm.keyFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${vm.knownHostsFile}`,
  };
}
