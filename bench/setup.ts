/** What the workloads share, made when the first of them needs it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing } from '../test/real/parts/debian.ts';
import { installPeers, type Peers } from './machine/peers.ts';
import { makeSite } from './machine/site.ts';
import { type Fleet, startFleet } from './machine/sshd.ts';
import type { Options } from './options.ts';
import type { Bench } from './workload.ts';

/** What is needed beside Node, with the Debian package that brings it. */
const PROGRAMS = { python3: 'python3', setpriv: 'util-linux', 'ssh-keygen': 'openssh-client', sshd: 'openssh-server' } as const;

export interface OpenBench extends Bench {
  close(): Promise<void>;
}

/** Throws where the machine lacks a program that cannot be installed. */
export async function openBench({ quick, peers: wanted }: Options): Promise<OpenBench> {
  if (process.platform !== 'linux') throw new Error('the bench needs Linux: it gives every host a loopback address and reads /proc');
  process.env['PATH'] = `${process.env['PATH']}:/usr/sbin:/sbin`;
  const missing = await installMissing(PROGRAMS);
  if (missing) throw new Error(missing);
  const folder = await mkdtemp(join(tmpdir(), 'pb-bench-'));
  const site = await makeSite(folder);
  const ends: (() => Promise<void>)[] = [];
  const fleets: Fleet[] = [];
  let peers: Promise<Peers | undefined> | undefined;
  const install = async (): Promise<Peers | undefined> => {
    if (wanted.length === 0) return undefined;
    try {
      return await installPeers();
    } catch (error) {
      process.stderr.write(`without peers: ${(error as Error).message}\n`);
      return undefined;
    }
  };
  return {
    quick,
    site,
    async fleet(count) {
      const known = fleets.find(({ addresses }) => addresses.length >= count);
      if (known) return known;
      const fleet = await startFleet(join(folder, `ssh-${count}`), count);
      fleets.push(fleet);
      return fleet;
    },
    peers: () => (peers ??= install()),
    wants: (peer) => wanted.includes(peer),
    cleanUp: (work) => void ends.push(work),
    async close() {
      for (const end of ends.toReversed()) await end().catch((error: Error) => process.stderr.write(`${error.message}\n`));
      await Promise.all(fleets.map((fleet) => fleet.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
