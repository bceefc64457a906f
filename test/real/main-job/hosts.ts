/** The three workers: emulated machines with real disks. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type DiskSpec, startHost, type Vm } from '../parts/vm.ts';

export const WORKERS = ['worker01', 'worker02', 'worker03'] as const;
export type Worker = (typeof WORKERS)[number];
export const SIZE_GIB = 1;

export interface Hosts {
  readonly vms: ReadonlyMap<string, Vm>;
  /** As root on one worker; throws unless it ends with 0. */
  sh(worker: Worker, script: string): Promise<string>;
  /** SHA-256 of every disk, by worker, once what the kernels hold back is written. */
  diskHashes(): Promise<Readonly<Record<string, string>>>;
  /** When each disk's image was written to last, by worker: the same again means that not a byte was, not even an equal one. */
  lastWrites(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

export interface HostsOptions {
  /** 127.0.<net>.1 and up are the workers. */
  readonly net: number;
  readonly disks?: (worker: Worker, index: number) => readonly DiskSpec[];
}

/** A little more than the claim's size, with an identity of its own. */
export const dataDisk = (index: number): DiskSpec => ({
  ...{ kind: 'scsi', sizeMiB: SIZE_GIB * 1024 + 64, wwn: `0x5000c5000000000${index + 1}`, serial: `DATA0${index + 1}` },
});

export async function startHosts({ net, disks = (_, index) => [dataDisk(index)] }: HostsOptions): Promise<Hosts> {
  const booted = await Promise.allSettled(
    WORKERS.map((name, index) => startHost({ name, address: `127.0.${net}.${index + 1}`, disks: disks(name, index) })),
  );
  const up = booted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async (): Promise<void> => void (await Promise.all(up.map((vm) => vm.close())));
  const lost = booted.find((one) => one.status === 'rejected');
  if (lost) {
    await close();
    throw lost.reason;
  }
  const vms = new Map<string, Vm>(up.map((vm) => [vm.name, vm]));
  const sh: Hosts['sh'] = async (worker, script) => {
    const result = await vms.get(worker)?.ssh('sudo sh -es', { stdin: `exec 2>&1\n${script}\n`, timeoutMs: 180_000 });
    if (result?.exitCode !== 0)
      throw new Error(`${worker}: exit code ${result?.exitCode} of: ${script}\n${result?.stdout}${result?.stderr}`);
    return result.stdout.trim();
  };
  const ofImages = async (ask: (image: string) => Promise<string>): Promise<Readonly<Record<string, string>>> => {
    const asked = up.map(async (vm) => {
      await vm.ssh('sync');
      return [vm.name, (await Promise.all(vm.diskImages.map(ask))).join(' ')] as const;
    });
    return Object.fromEntries(await Promise.all(asked));
  };
  return {
    ...{ vms, sh, close },
    diskHashes: () => ofImages(sha256),
    lastWrites: () => ofImages(async (image) => String((await stat(image, { bigint: true })).mtimeNs)),
  };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 22 }), hash);
  return hash.digest('hex');
}
