/**
 * One long-lived `sh`, many commands: they are written one after another without waiting, and answered in order. Each runs in a subshell with
 * no input; its end is marked on stdout and stderr by a nonce of its own.
 */
import { LinkLost, type Wire } from '../link.ts';
import { nonce } from './boot.ts';
import { Demux } from './demux.ts';

export interface Answer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export class FramedShell {
  readonly #wire: Wire;
  readonly #out = new Demux();
  readonly #err = new Demux();
  readonly #waiting = new Set<(error: Error) => void>();
  /** What every mark begins with: 128 random bits, and a number behind them. */
  readonly #mark = nonce();
  #asked = 0;
  /** Commands that are sent together, once all that was begun at the same time has been said. */
  #unsent = '';
  #gone: LinkLost | undefined;

  /** `wire` has greeted and reads commands. */
  constructor(wire: Wire) {
    this.#wire = wire;
    wire.stdout.on('data', (chunk: Buffer) => this.#out.push(chunk)).resume();
    wire.stderr.on('data', (chunk: Buffer) => this.#err.push(chunk)).resume();
    wire.ended.then(
      (code) => this.#end(new LinkLost(`the shell ended with exit code ${code}`, true)),
      (error: Error) => this.#end(new LinkLost(error.message, true)),
    );
  }

  get alive(): boolean {
    return this.#gone === undefined;
  }

  /** Runs a script. Rejects with LinkLost when the shell ends first. */
  run(script: string): Promise<Answer> {
    if (this.#gone) return Promise.reject(new LinkLost(this.#gone.message, false));
    const mark = `${this.#mark}-${this.#asked++};`;
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      let out: { code: number; stdout: Buffer } | undefined;
      let stderr: Buffer | undefined;
      const settle = () => {
        if (!out || !stderr) return;
        this.#waiting.delete(reject);
        resolve({ ...out, stderr });
      };
      this.#out.expect(mark, (stdout, code) => {
        out = { code: Number(code), stdout };
        settle();
      });
      this.#err.expect(mark, (text) => {
        stderr = text;
        settle();
      });
      this.#send(`(\n${script}\n) </dev/null; printf '%s %s\\n' '${mark}' "$?"; printf '%s\\n' '${mark}' >&2\n`);
    });
  }

  /** Everything still waiting is rejected. */
  close(): void {
    this.#end(new LinkLost('the shell was closed', true));
    this.#wire.close();
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
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}
