/** One host that is up: its world, its processes, its clock. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../core/engine.ts';
import { type Faults, noFaults } from '../faults.ts';
import { type Found, find, may, type Sight } from '../world/files.ts';
import type { World } from '../world/types.ts';
import type { OpenFile } from './open.ts';
import { type Credentials, type Inheritance, Process } from './process.ts';
import type { Exit, Signal } from './signals.ts';
import { Killed, SIGNALS } from './signals.ts';

/** What runs as a process: gives its exit code. */
export type Image = (process: Process) => Promise<number>;

/** From a program's file to what it does; given by programs/, so that the kernel knows none of them. */
export type Loader = (machine: Machine, file: Found, argv: readonly string[]) => Image | undefined;

export interface MachineOptions {
  readonly world: World;
  readonly clock: Clock;
  /** Lab seconds pass this much faster than the clock's. */
  readonly speed: number;
  readonly load: Loader;
}

const FIRST_PID = 4000;
const LAST_PID = 4_000_000;
/** Where execvp(3) looks in an environment without PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

export class Machine {
  world: World;
  faults: Faults = noFaults;
  readonly load: Loader;
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #processes = new Map<number, Process>();
  readonly #init: Process;
  #lastPid = FIRST_PID;
  /** Called when something on the host asks it to reboot. */
  onReboot: () => void = () => undefined;

  constructor(options: MachineOptions) {
    this.world = options.world;
    this.load = options.load;
    this.#clock = options.clock;
    this.#speed = options.speed;
    const root: Credentials = { user: 'root', uid: 0, gid: 0, groups: [0] };
    this.#init = new Process({
      ...{ pid: 1, ppid: 0, pgrp: 1, session: 1, who: root, cwd: '/', umask: 0o022, env: new Map(), fds: new Map() },
      ...{ ignored: new Set<Signal>(), argv: ['/usr/lib/systemd/systemd', '--switched-root', '--system'] },
    });
    this.#processes.set(1, this.#init);
  }

  /** Seconds since the epoch, as the host's own clock has it. */
  now(): number {
    return this.#clock.now() / 1000;
  }

  /** Lets lab time pass. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return;
    await this.#clock.sleep(ms / this.#speed, signal).catch(() => undefined);
  }

  async slowDown(path: string): Promise<void> {
    const ms = this.faults.slow(path);
    if (ms > 0) await this.sleep(ms, new AbortController().signal);
  }

  uuid(): string {
    return randomUUID();
  }

  sight(process: Process): Sight {
    return {
      world: this.world,
      kernel: { processes: () => this.views(), pid: process.pid, now: this.now() },
      who: process.who,
      cwd: process.cwd,
    };
  }

  views(): readonly ReturnType<Process['view']>[] {
    return [...this.#processes.values()].map((process) => process.view());
  }

  process(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  group(pgrp: number): readonly Process[] {
    return [...this.#processes.values()].filter((process) => process.pgrp === pgrp);
  }

  /** A process in a session of its own, as sshd starts one. */
  login(who: Credentials, more: Pick<Inheritance, 'cwd' | 'env' | 'argv'> & { readonly fds: ReadonlyMap<number, OpenFile> }): Process {
    const pid = this.#nextPid();
    return this.#add(new Process({ pid, ppid: 1, pgrp: pid, session: pid, who, umask: 0o022, ignored: new Set(), ...more }));
  }

  fork(parent: Process, argv: readonly string[] = parent.argv): Process {
    const { pgrp, session, who, cwd, umask, env, fds, ignored } = parent;
    return this.#add(new Process({ pid: this.#nextPid(), ppid: parent.pid, pgrp, session, who, cwd, umask, env, fds, ignored, argv }));
  }

  /** Runs to the end and cleans up. Never rejects. */
  async run(process: Process, image: Image): Promise<Exit> {
    let exit: Exit;
    try {
      exit = { code: (await image(process)) & 255 };
    } catch (error) {
      if (!(error instanceof Killed)) {
        process.finish({ code: 134, signal: 'TERM' });
        throw error;
      }
      exit = { code: 128 + SIGNALS[error.signal], signal: error.signal };
    }
    process.finish(exit);
    return process.exit ?? exit;
  }

  /** Ends every process, as losing power does. */
  halt(): void {
    for (const process of this.#processes.values()) if (process.pid !== 1) process.kill('KILL');
  }

  /** The program a word means, searched along PATH; undefined where there is none. Throws Errno for a path that may not be run. */
  search(process: Process, word: string): Found | 'denied' | undefined {
    const sight = this.sight(process);
    const tries = word.includes('/')
      ? [word]
      : (process.env.get('PATH') ?? DEFAULT_PATH).split(':').map((dir) => `${dir === '' ? '.' : dir}/${word}`);
    let denied = false;
    for (const path of tries) {
      const found = attempt(() => find(sight, path));
      if (found?.node.kind !== 'file') continue;
      if (may(sight.who, found.node, 1)) return { ...found, path: path.startsWith('/') ? path : found.path };
      denied = true;
    }
    return denied ? 'denied' : undefined;
  }

  #add(process: Process): Process {
    this.#processes.set(process.pid, process);
    void process.ended.then(() => {
      this.#processes.delete(process.pid);
      for (const other of this.#processes.values()) if (other.ppid === process.pid) other.ppid = 1;
    });
    return process;
  }

  #nextPid(): number {
    do this.#lastPid = this.#lastPid >= LAST_PID ? FIRST_PID : this.#lastPid + 1;
    while (this.#processes.has(this.#lastPid));
    return this.#lastPid;
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
