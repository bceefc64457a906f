/** A pipe: bytes from whoever writes to whoever reads, with room for 64 KiB in between. */
import type { Stream } from './open.ts';

export const ROOM = 65_536;

/** Thrown at a writer whose reader is gone: it dies of SIGPIPE. */
export class BrokenPipe extends Error {
  constructor() {
    super('Broken pipe');
    this.name = 'BrokenPipe';
  }
}

export class Pipe {
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #written = false;
  #deaf = false;
  #readers: (() => void)[] = [];
  #writers: (() => void)[] = [];
  readonly reader: Stream;
  readonly writer: Stream;

  constructor(name = 'pipe:[1]') {
    this.reader = {
      path: name,
      read: () => this.#read(),
      unread: (bytes) => {
        this.#chunks.unshift(bytes);
        this.#held += bytes.length;
      },
      close: () => {
        this.#deaf = true;
        this.#wake('writers');
      },
    };
    this.writer = {
      path: name,
      write: (bytes) => this.#write(bytes),
      close: () => {
        this.#written = true;
        this.#wake('readers');
      },
    };
  }

  async #read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#held -= chunk.length;
        if (this.#held < ROOM) this.#wake('writers');
        return chunk;
      }
      if (this.#written) return undefined;
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#deaf) throw new BrokenPipe();
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    this.#wake('readers');
    while (this.#held >= ROOM && !this.#deaf) await new Promise<void>((resolve) => this.#writers.push(resolve));
    if (this.#deaf && this.#held > 0) throw new BrokenPipe();
  }

  #wake(who: 'readers' | 'writers'): void {
    const waiting = who === 'readers' ? this.#readers : this.#writers;
    if (who === 'readers') this.#readers = [];
    else this.#writers = [];
    for (const wake of waiting) wake();
  }
}
