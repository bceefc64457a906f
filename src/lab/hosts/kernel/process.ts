/** A process: identity, descriptors, environment, and how it ends. */

import { Errno } from '../world/errno.ts';
import type { Identity } from '../world/files.ts';
import type { ProcessView } from '../world/proc.ts';
import type { OpenFile } from './open.ts';
import { BrokenPipe } from './pipe.ts';
import { type Exit, HARMLESS, Killed, SIGNALS, type Signal } from './signals.ts';

export interface Credentials extends Identity {
  readonly user: string;
}

/** What a child has from its parent. */
export interface Inheritance {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly who: Credentials;
  readonly cwd: string;
  readonly umask: number;
  readonly env: ReadonlyMap<string, string>;
  readonly fds: ReadonlyMap<number, OpenFile>;
  readonly ignored: ReadonlySet<Signal>;
  readonly argv: readonly string[];
}

export class Process {
  readonly pid: number;
  ppid: number;
  pgrp: number;
  session: number;
  who: Credentials;
  cwd: string;
  umask: number;
  env: Map<string, string>;
  argv: readonly string[];
  readonly fds: Map<number, OpenFile>;
  readonly ignored: Set<Signal>;
  /** A shell's traps: true where the signal is taken care of. */
  handler: ((signal: Signal) => boolean) | undefined;
  readonly ended: Promise<Exit>;
  readonly #end: (exit: Exit) => void;
  /** Told when a signal has ended the process. */
  readonly #waiting = new Set<(why: Killed) => void>();
  #killed: Killed | undefined;
  #alive: AbortController | undefined;
  #exit: Exit | undefined;

  constructor(from: Inheritance) {
    this.pid = from.pid;
    this.ppid = from.ppid;
    this.pgrp = from.pgrp;
    this.session = from.session;
    this.who = from.who;
    this.cwd = from.cwd;
    this.umask = from.umask;
    this.env = new Map(from.env);
    this.argv = from.argv;
    this.ignored = new Set(from.ignored);
    this.fds = new Map([...from.fds].map(([fd, file]) => [fd, file.share()]));
    let end: (exit: Exit) => void = () => undefined;
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
    this.#end = end;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Aborted as soon as a signal has ended the process. */
  get alive(): AbortSignal {
    this.#alive ??= new AbortController();
    if (this.#killed) this.#alive.abort(this.#killed);
    return this.#alive.signal;
  }

  /** Closes everything and tells whoever waits; only the first time counts. */
  finish(exit: Exit): void {
    if (this.#exit) return;
    this.#exit = exit;
    for (const file of this.fds.values()) file.release();
    this.fds.clear();
    this.#end(exit);
  }

  kill(signal: Signal): void {
    if (this.#exit) return;
    if (signal !== 'KILL') {
      if (HARMLESS.has(signal) || this.ignored.has(signal)) return;
      if (this.handler?.(signal)) return;
    }
    this.#killed = new Killed(signal);
    for (const tell of this.#waiting) tell(this.#killed);
    this.#alive?.abort(this.#killed);
    this.finish({ code: 128 + SIGNALS[signal], signal });
  }

  /** Throws Killed once a signal has ended the process. */
  check(): void {
    if (this.#killed) throw this.#killed;
  }

  /** Waits for something; throws Killed when a signal comes first. */
  until<T>(what: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const over = (): boolean => this.#waiting.delete(reject);
      what.finally(over).then(resolve, reject);
      this.check();
    });
  }

  file(fd: number): OpenFile {
    const file = this.fds.get(fd);
    if (!file) throw new Errno('EBADF');
    return file;
  }

  /** Puts an open file (which is handed over, not shared) at a descriptor; undefined closes it. */
  setFile(fd: number, file: OpenFile | undefined): void {
    const old = this.fds.get(fd);
    if (file) this.fds.set(fd, file);
    else this.fds.delete(fd);
    old?.release();
  }

  async write(fd: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.until(this.file(fd).write(bytes));
    } catch (error) {
      if (!(error instanceof BrokenPipe)) throw error;
      this.kill('PIPE');
      this.check();
      throw new Errno('EIO');
    }
  }

  view(): ProcessView {
    const [name = ''] = this.argv;
    return {
      pid: this.pid,
      ppid: this.ppid,
      pgrp: this.pgrp,
      session: this.session,
      state: this.#exit ? 'Z' : 'S',
      uid: this.who.uid,
      gid: this.who.gid,
      argv: this.argv,
      comm: name
        .slice(name.lastIndexOf('/') + 1)
        .replace(/^-/, '')
        .slice(0, 15),
      cwd: this.cwd,
      fds: [...this.fds].map(([fd, file]) => [fd, file.stream.path] as const),
    };
  }
}
