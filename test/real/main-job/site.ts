/** A whole site: three workers with real disks, a real API server with the operators at work, and the built pb pointed at them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { RunEvent } from '../../../src/core/event.ts';
import type { ClusterVariant, Fault } from '../../../src/lab/kube/operators/index.ts';
import { type Rehearsal, startRehearsal } from '../../lab/operators/rehearsal.ts';
import { type DiskSpec, startHost, type Vm } from '../parts/vm.ts';
import { sshDisks } from './node-disks.ts';

export const WORKERS = ['worker01', 'worker02', 'worker03'] as const;
export const SIZE_GIB = 1;

export interface SiteOptions {
  /** 127.0.<net>.1 and up are the workers. */
  readonly net: number;
  readonly disks?: (worker: string, index: number) => readonly DiskSpec[];
  readonly variant?: ClusterVariant;
  readonly faults?: readonly Fault[];
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly RunEvent[];
}

export interface Site {
  readonly hosts: ReadonlyMap<string, Vm>;
  readonly cluster: Rehearsal;
  /** The built command line; `events` is filled with --output json. */
  pb(args: readonly string[], more?: { readonly input?: string }): Promise<Ran>;
  /** The arguments that point the shipped playbook at this site. */
  readonly job: readonly string[];
  /** SHA-256 of every data disk, by worker. */
  diskHashes(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** One data disk each, with a WWN of its own and a little more than the claim's size. */
const oneDisk = (_: string, index: number): readonly DiskSpec[] => [
  { kind: 'scsi', sizeMiB: SIZE_GIB * 1024 + 64, wwn: `0x5000c5000000000${index + 1}`, serial: `DATA0${index + 1}` },
];

export async function startSite({ net, disks = oneDisk, variant, faults }: SiteOptions): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'pb-site-'));
  const started: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of started.toReversed()) await end();
  };
  try {
    const vms = await Promise.all(
      WORKERS.map(async (name, index) => {
        const vm = await startHost({ name, address: `127.0.${net}.${index + 1}`, disks: disks(name, index) });
        started.push(() => vm.close());
        return [name, vm] as const;
      }),
    );
    const hosts = new Map<string, Vm>(vms);
    const cluster = await startRehearsal({
      disks: sshDisks(hosts),
      speed: 30,
      ...(variant ? { variant } : {}),
      ...(faults ? { faults } : {}),
    });
    started.push(() => cluster.stop());
    const inventory = join(folder, 'reach.yml');
    const reach = Object.fromEntries(
      vms.map(([name, vm]) => [
        name,
        {
          ansible_host: vm.address,
          ansible_port: vm.port,
          ansible_ssh_private_key_file: vm.keyFile,
          ansible_ssh_common_args: `-o UserKnownHostsFile=${vm.knownHostsFile}`,
        },
      ]),
    );
    await writeFile(inventory, JSON.stringify({ workers: { hosts: reach } }));
    const settings = { registry_size_gib: SIZE_GIB, timeout_operator: 120, timeout_volumes: 120, timeout_registry: 180 };
    const job = ['playbooks/baremetal-local.yml', '-i', 'inventory', '-i', inventory, '-e', JSON.stringify(settings)];
    return {
      hosts,
      cluster,
      job,
      close,
      async pb(args, { input } = {}) {
        const options = { reject: false, env: { KUBECONFIG: cluster.kube.kubeconfig, HOME: folder, NO_COLOR: '1' } } as const;
        const { exitCode = -1, stdout, stderr } = await execa('node', ['dist/pb.js', ...args], { ...options, input: input ?? '' });
        const lines = stdout.split('\n').filter((line) => line.startsWith('{"'));
        return { exitCode, stdout, stderr, events: args.includes('json') ? lines.map((line) => JSON.parse(line) as RunEvent) : [] };
      },
      async diskHashes() {
        const hashes = vms.map(async ([name, vm]) => [name, await Promise.all(vm.diskImages.map(sha256))] as const);
        return Object.fromEntries((await Promise.all(hashes)).map(([name, all]) => [name, all.join(' ')]));
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
