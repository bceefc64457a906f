/** What the disk modules read: everything about the host's disks, in one round trip. */
import type { HostReader } from '../../core/module.ts';
import { diskFacts, type HostDisks } from '../../probes/disk-facts.ts';

export type DisksSeen = { readonly host: string; readonly disks: HostDisks };

/** Programs that it takes to look at disks. */
export const DISK_TOOLS: readonly string[] = ['lsblk', 'blkid', 'wipefs'];

/** Needs root on the host: without it the probe says so. */
export const lookAtDisks = async (io: HostReader, partitioned: boolean): Promise<DisksSeen> => ({
  host: io.host,
  disks: await io.ask(diskFacts, { partitioned }),
});
