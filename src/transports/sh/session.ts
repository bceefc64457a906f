/** One user on one host: the framed shell for what is quick, a process of its own for the rest, and what happens when the link drops. */
import { PbError } from '../../core/diagnostic.ts';
import type { Become } from '../../core/inventory.ts';
import { openShell } from '../become.ts';
import { type Link, LinkLost } from '../link.ts';
import type { Slots } from '../slots.ts';
import { framedBoot, type Place } from './boot.ts';
import { type Answer, FramedShell } from './framed.ts';
import { killShell } from './kill.ts';
import { type Run, runScript, Stopped, stopper } from './run.ts';

/** What a session needs of the pool. */
export interface Access {
  /** The host, as messages name it. */
  readonly name: string;
  readonly become: Become | undefined;
  /** The link that is up, or a new one: the pool connects again when it has dropped. */
  link(): Promise<Link>;
  readonly channels: Slots;
  readonly limits: Limits;
}

export interface Limits {
  /** How long a shell may take to open: sudo may wait 20 s for a name server. */
  readonly openMs: number;
  /** How long one question may take. */
  readonly askMs: number;
  /** How long a shell is taken to be there after it was last heard: then it is asked before it gets a command, which must not be sent twice. */
  readonly freshMs: number;
}

/** Asking a command to end and then forcing it takes 2 s and a little. */
const STOPPING_MS = 6000;

interface Open {
  readonly link: Link;
  readonly shell: FramedShell;
  readonly place: Place | undefined;
}

export class Session {
  readonly #access: Access;
  readonly #running = new Set<Promise<unknown>>();
  #open: Promise<Open> | undefined;
  /** What #open came to. */
  #opened: Open | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Whether the shell has answered and nothing has happened to it since. */
  get alive(): boolean {
    return this.#opened?.shell.alive === true && this.#opened.link.alive;
  }

  /** Fulfilled when the shell answers. */
  async ready(): Promise<void> {
    await this.#shell();
  }

  /** A question: asked once more on a new connection when the link dropped, since asking twice does no harm. */
  async ask(script: string, what: string): Promise<Answer> {
    try {
      return await this.#framed(script, what);
    } catch (error) {
      if (!(error instanceof LinkLost)) throw error;
    }
    try {
      return await this.#framed(script, what);
    } catch (error) {
      throw error instanceof LinkLost ? this.#lost(error, `${what} was not answered`) : error;
    }
  }

  /** A short act in the framed shell: never repeated once it was sent. */
  act(script: string, what: string): Promise<Answer> {
    return this.#once(what, () => this.#framed(script, what));
  }

  /** An act that can be stopped and can take a large input. Rejects with Stopped. */
  run(run: Run, what: string): Promise<Answer> {
    return this.#once(what, () => {
      const taken = run.input === undefined ? this.#take() : undefined;
      if (taken) return this.#watched(this.#inShell(taken, run));
      return this.#access.channels.run(async () => {
        const opening = this.#opening(await this.#access.link());
        return this.#watched(runScript(opening, run));
      });
    });
  }

  /**
   * Leaves commands that are being stopped the time for it: without a link nothing on the host can be stopped. A shell that is still opening
   * on a dead link is not waited for longer: it ends with the link.
   */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, STOPPING_MS);
    });
    await Promise.race([Promise.allSettled([...this.#running, this.#open]), late]);
    clearTimeout(timer);
    const open = this.#open;
    this.#open = undefined;
    this.#opened = undefined;
    void open?.then(
      ({ shell }) => shell.close(),
      () => undefined,
    );
  }

  /** The shell, for one command alone, where it is open and idle: the others open another one meanwhile. */
  #take(): Open | undefined {
    const open = this.#opened;
    if (!open || !this.alive || !open.shell.idle) return undefined;
    this.#open = undefined;
    this.#opened = undefined;
    return open;
  }

  #giveBack(open: Open): void {
    if (this.#open !== undefined || !open.shell.alive) return open.shell.close();
    this.#open = Promise.resolve(open);
    this.#opened = open;
  }

  /** Most commands are short: a channel of their own would cost three round trips and a start of the login shell. */
  async #inShell(open: Open, run: Run): Promise<Answer> {
    const stop = stopper(run.signal);
    try {
      if (run.signal.aborted) throw new Stopped({ code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }, 'not begun');
      if (open.shell.silentMs > this.#access.limits.freshMs) await stillThere(open.shell);
      const { answer, partial } = open.shell.command(run.script);
      answer.catch(() => undefined);
      const ended = await Promise.race([answer, stop.stopped]);
      if (ended !== 'stopped') return ended;
      const killed = open.place !== undefined && (await killShell(this.#opening(open.link), open.place));
      const said = { code: 143, ...partial() };
      open.shell.close();
      throw new Stopped(said, killed ? 'ended' : 'perhaps running');
    } finally {
      stop.forget();
      this.#giveBack(open);
    }
  }

  #opening(link: Link): { link: Link; become: Become | undefined; limitMs: number } {
    return { link, become: this.#access.become, limitMs: this.#access.limits.openMs };
  }

  #watched<T>(running: Promise<T>): Promise<T> {
    const done = () => this.#running.delete(running);
    this.#running.add(running);
    running.then(done, done);
    return running;
  }

  /** Tries again only where the link turned out to be gone before anything was sent. */
  async #once(what: string, act: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof LinkLost)) throw error;
        if (error.sent) throw this.#lost(error, `${what} may have run, in part or whole`);
        if (attempt === 2) throw this.#lost(error, `${what} has not run`);
      }
    }
  }

  #lost(error: LinkLost, consequence: string): PbError {
    return new PbError('unreachable', `${this.#access.name}: the connection was lost: ${error.message}; ${consequence}`, {
      hint: 'see whether the host is up and what it logged; running the playbook again picks up where it stands',
      retryable: !error.sent,
      cause: error,
      details: { mayHaveRun: error.sent },
    });
  }

  async #framed(script: string, what: string): Promise<Answer> {
    const open = await this.#shell();
    const { askMs } = this.#access.limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new PbError('timeout', `${this.#access.name}: ${what} took more than ${askMs / 1000} s`)), askMs);
    });
    try {
      return await Promise.race([open.shell.run(script), late]);
    } catch (error) {
      if (error instanceof PbError) this.#abandon(open);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A shell that is stuck in a command answers nobody: it goes, with all it started. */
  #abandon(open: Open): void {
    this.#open = undefined;
    this.#opened = undefined;
    open.shell.close();
    if (open.place !== undefined) void killShell(this.#opening(open.link), open.place);
  }

  async #shell(): Promise<Open> {
    if (this.#opened && this.alive) return this.#opened;
    const known = this.#open;
    const open = await known?.catch(() => undefined);
    if (open?.shell.alive && open.link.alive) return open;
    // Whoever comes first opens one; the others wait for the same.
    if (this.#open === known) this.#open = this.#start();
    return this.#open ?? this.#shell();
  }

  async #start(): Promise<Open> {
    const link = await this.#access.link();
    const { wire, place } = await openShell({ ...this.#opening(link), boot: framedBoot() });
    this.#opened = { link, place, shell: new FramedShell(wire) };
    return this.#opened;
  }
}

/** Rejects with LinkLost where it is not: nothing was sent that could do harm. */
async function stillThere(shell: FramedShell): Promise<void> {
  try {
    await shell.run(':');
  } catch (error) {
    throw new LinkLost((error as Error).message, false);
  }
}
