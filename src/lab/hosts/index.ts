/** Pretend hosts behind real ssh servers, several hundred in one process. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/engine.ts';
import { type Faults, noFaults } from './faults.ts';
import { Machine } from './kernel/machine.ts';
import { keptKey } from './keys.ts';
import type { WorldHolder } from './node-disks.ts';
import { loader, PROGRAM_DIRS, withProgram } from './programs/index.ts';
import { type ServerOptions, type SshServer, startServer } from './server.ts';
import { uuidOf } from './world/defaults.ts';
import { place } from './world/files.ts';
import type { World } from './world/types.ts';

export type { Faults, Lie } from './faults.ts';
export { nodeDisks } from './node-disks.ts';
export { type DiskSpec, defaultMaster, defaultWorker, GIB, type HostShape, newDisk, newWorld } from './world/defaults.ts';
export type { Disk, User, World } from './world/types.ts';

export interface HostSpec {
  readonly name: string;
  readonly world: World;
  /** 127.0.0.1 where left out. */
  readonly address?: string;
  /** A free one where left out. */
  readonly port?: number;
}

export interface HostsOptions {
  readonly hosts: readonly HostSpec[];
  /** Lab seconds pass this much faster. */
  readonly speed: number;
  /** Where keys are kept from one start to the next. */
  readonly keyDir: string;
  readonly signal: AbortSignal;
  /** The system's own where left out. */
  readonly clock?: Clock;
}

export interface LabHost extends WorldHolder {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** "ssh-ed25519 AAAA…" */
  readonly hostKey: string;
  /** The host's line for known_hosts. */
  readonly knownHosts: string;
  world(): World;
  /** From now on the host is as this world has it. */
  set(world: World): void;
  /** Whether it says a byte to who connects. */
  answers(): boolean;
  /** Turns switches; those not named stay. A link that goes down is cut at once. */
  fault(change: Partial<Faults>): void;
  /** Turns all of them off. */
  heal(): void;
  /** Ends every connection once; new ones are accepted. */
  drop(): void;
  /** Cuts the power and comes up again after `downMs` of lab time, or stays down without it. */
  reboot(downMs?: number): Promise<void>;
}

export interface LabHosts {
  readonly hosts: ReadonlyMap<string, LabHost>;
  /** The private key that every user of every host lets in. */
  readonly userKey: { readonly file: string; readonly public: string };
  /** Content for a known_hosts file. */
  readonly knownHosts: string;
  close(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
      signal.addEventListener('abort', done, { once: true });
    }),
};

/** How long a bare-metal host takes to come back, in ms of lab time. */
const BOOT_MS = 240_000;

export async function startHosts(options: HostsOptions): Promise<LabHosts> {
  const userKey = keptKey(options.keyDir, 'id_ed25519');
  const hosts = new Map<string, LabHost>();
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(closing.map((one) => one()));
  };
  try {
    for (const spec of options.hosts) {
      const started = await startHost(spec, options, userKey.public);
      hosts.set(spec.name, started.host);
      closing.push(started.close);
    }
  } catch (error) {
    await close();
    throw error;
  }
  options.signal.addEventListener('abort', () => void close(), { once: true });
  return { hosts, userKey, knownHosts: [...hosts.values()].map(({ knownHosts }) => `${knownHosts}\n`).join(''), close };
}

/** With what the lab's programs are to be found as. */
const withPrograms = (world: World, now: number): World =>
  (['bin', 'sbin'] as const).reduce((next, name) => place(next, `/usr/${name}`, { node: PROGRAM_DIRS[name], now }), world);

async function startHost(
  spec: HostSpec,
  options: HostsOptions,
  authorized: string,
): Promise<{ readonly host: LabHost; readonly close: () => Promise<void> }> {
  const key = keptKey(options.keyDir, `ssh_host_${spec.name}`);
  const clock = options.clock ?? systemClock;
  const machine = new Machine({ world: withPrograms(spec.world, clock.now() / 1000), clock, speed: options.speed, load: loader });
  const address = spec.address ?? '127.0.0.1';
  const serverOptions: Omit<ServerOptions, 'port'> = { machine, hostKey: key.private, authorized: [authorized], address };
  let server: SshServer | undefined = await startServer({ ...serverOptions, port: spec.port ?? 0 });
  const { port } = server;
  const up = async (): Promise<void> => {
    server ??= await startServer({ ...serverOptions, port });
  };
  const down = async (): Promise<void> => {
    const old = server;
    server = undefined;
    await old?.close();
  };
  const hostKey = key.public.split(' ').slice(0, 2).join(' ');
  const host: LabHost = {
    ...{ name: spec.name, address, port, hostKey },
    knownHosts: `${port === 22 ? address : `[${address}]:${port}`} ${hostKey}`,
    world: () => machine.world,
    set(world) {
      machine.world = world;
    },
    answers: () => machine.faults.link === 'up',
    now: () => machine.now(),
    uuid: () => randomUUID(),
    fault(change) {
      const before = machine.faults.link;
      machine.faults = { ...machine.faults, ...change };
      const { link, tools } = machine.faults;
      machine.world = tools.reduce((world, tool) => withProgram(world, tool, machine.now()), machine.world);
      if (link === before) return;
      server?.hold(link === 'hang' || link === 'silent');
      if (link === 'down') server?.drop();
    },
    heal() {
      machine.faults = noFaults;
      server?.hold(false);
    },
    drop: () => server?.drop(),
    async reboot(downMs) {
      await down();
      machine.halt();
      machine.world = rebooted(machine.world, machine.now());
      if (downMs === undefined) return;
      await machine.sleep(downMs, options.signal);
      if (!options.signal.aborted) await up();
    },
  };
  machine.onReboot = () => void host.reboot(BOOT_MS);
  return {
    host,
    async close() {
      machine.halt();
      await down();
    },
  };
}

/** What does not survive: mounts that nobody wrote into fstab, swap, loops, /tmp and /run. */
function rebooted(world: World, now: number): World {
  const boots = world.boots + 1;
  return {
    ...world,
    boots,
    bootedAt: now,
    bootId: uuidOf(`${world.hostname}/boot/${boots}`),
    mounts: world.mounts.filter(({ id }) => id < 40),
    swaps: [],
    loops: {},
    units: world.units.map((unit) => ({
      ...unit,
      active: unit.enabled === 'enabled' ? 'active' : unit.active === 'failed' ? 'inactive' : unit.active,
      since: now,
    })),
  };
}
