/**
 * One long-lived `sh`, many commands: they are written one after another without waiting, and answered in order. Each runs in a subshell with
 * no input; its end is marked by a nonce of its own.
 */
import { LinkLost, QUIET_MS, type Wire } from '../link.ts';
import { quote } from '../quote.ts';
import { nonce } from './boot.ts';
import { Demux } from './demux.ts';

export interface Answer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface Running {
  readonly answer: Promise<Answer>;
  /** What it has written so far. */
  partial(): Omit<Answer, 'code'>;
}

const NOTHING = Buffer.alloc(0);

interface Waiting {
  reject(error: Error): void;
  /** The shell itself has ended, with this exit code. */
  shellEnded?(code: number): void;
}

export class FramedShell {
  readonly #wire: Wire;
  readonly #out = new Demux();
  readonly #err = new Demux();
  readonly #waiting = new Set<Waiting>();
  /** What every mark begins with: 128 random bits, and a number behind them. */
  readonly #mark = nonce();
  #marks = 0;
  /** Questions that are sent together, once all that was begun at the same time has been said. */
  #unsent = '';
  /** When the host last said something, by performance.now(). */
  #heard = performance.now();
  #gone: LinkLost | undefined;

  /** `wire` has greeted and reads commands. */
  constructor(wire: Wire) {
    this.#wire = wire;
    const listen = (demux: Demux) => (chunk: Buffer) => {
      this.#heard = performance.now();
      demux.push(chunk);
    };
    wire.stdout.on('data', listen(this.#out)).resume();
    wire.stderr.on('data', listen(this.#err)).resume();
    wire.ended.then(
      (code) => {
        for (const waiting of this.#waiting) waiting.shellEnded?.(code);
        this.#end(new LinkLost(`the shell ended with exit code ${code}`, true));
      },
      (error: Error) => this.#end(new LinkLost(error.message, true)),
    );
  }

  get alive(): boolean {
    return this.#gone === undefined;
  }

  /** Whether nothing is being asked. */
  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  /** Since the host last said something. */
  get silentMs(): number {
    return performance.now() - this.#heard;
  }

  /**
   * Runs a script that leaves nothing behind. What it says on stderr comes behind its output, in the same packet: the shell itself has kept it,
   * without NULs and with one line end. Rejects with LinkLost when the shell ends first.
   */
  run(script: string): Promise<Answer> {
    if (this.#gone) return Promise.reject(new LinkLost(this.#gone.message, false));
    const mark = this.#nextMark();
    return new Promise((resolve, reject) => {
      const waiting = { reject };
      this.#waiting.add(waiting);
      let code = 0;
      let stdout: Buffer = NOTHING;
      this.#out.expect(mark, (text, said) => {
        stdout = text;
        code = Number(said);
      });
      this.#out.expect(mark, (text) => {
        this.#waiting.delete(waiting);
        resolve({ code, stdout, stderr: text.length > 1 ? text : NOTHING });
      });
      const asked = `pb_said=$(exec 2>&1 >&3 3>&- </dev/null; eval ${quote(script)})`;
      this.#send(`{ ${asked}; } 3>&1 2>/dev/null; printf '%s %s\\n%s\\n%s\\n' '${mark}' "$?" "$pb_said" '${mark}'\n`);
    });
  }

  /**
   * Runs a script that may leave processes behind. Those would write into what is asked later: so its output goes through pipes, whose end tells
   * that nobody holds them any more. Where that end does not come soon after the script's own, the shell is given up. Nobody else may ask
   * meanwhile. Rejects with LinkLost when the link drops; a script that ends the shell itself has the shell's exit code.
   */
  command(script: string): Running {
    const exit = this.#nextMark();
    const end = this.#nextMark();
    let code = 0;
    /** What came before the exit. */
    let before: Buffer = NOTHING;
    const partial = () => ({ stdout: this.#out.partial(), stderr: Buffer.concat([before, this.#err.partial()]) });
    const answer = new Promise<Answer>((resolve, reject) => {
      if (this.#gone) return reject(new LinkLost(this.#gone.message, false));
      let timer: NodeJS.Timeout | undefined;
      let stdout: Buffer | undefined;
      let after: Buffer | undefined;
      const finish = (answer: Answer) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(answer);
      };
      const settle = () => {
        if (stdout && after) finish({ code, stdout, stderr: Buffer.concat([before, after]) });
      };
      const giveUp = () => {
        finish({ code, ...partial() });
        this.close();
      };
      const watch = () => {
        const left = QUIET_MS - this.silentMs;
        if (left > 0) timer = setTimeout(watch, left);
        else giveUp();
      };
      const failed = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      const waiting: Waiting = { reject: failed, shellEnded: (ended) => finish({ code: ended, ...partial() }) };
      this.#waiting.add(waiting);
      this.#err.expect(exit, (text, said) => {
        before = text;
        code = Number(said);
        watch();
      });
      this.#err.expect(end, (text) => {
        after = text;
        settle();
      });
      this.#out.expect(end, (text) => {
        stdout = text;
        settle();
      });
      // The shell's own word on a script that a signal ends ("Terminated") is nobody's output.
      const heard = `{ (\n${script}\n) </dev/null 2>&4 4>&-; printf '%s %s\\n' '${exit}' "$?" >&4; } 4>&1 >&3 2>/dev/null 3>&-`;
      this.#send(`{ ${heard} | cat >&2 3>&-; } 3>&1 | cat; printf '%s\\n' '${end}'; printf '%s\\n' '${end}' >&2\n`);
    });
    return { answer, partial };
  }

  /** Everything still waiting is rejected. */
  close(): void {
    this.#end(new LinkLost('the shell was closed', true));
    this.#wire.close();
  }

  #nextMark(): string {
    return `${this.#mark}-${this.#marks++};`;
  }

  /** One packet for many questions: each costs an encryption, a system call and a wake-up on the other side. */
  #send(text: string): void {
    if (this.#unsent === '') {
      process.nextTick(() => {
        const all = this.#unsent;
        this.#unsent = '';
        if (!this.#gone) this.#wire.stdin.write(all);
      });
    }
    this.#unsent += text;
  }

  #end(error: LinkLost): void {
    this.#gone ??= error;
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}
