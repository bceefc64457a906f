/** Cuts one stream into the outputs of the commands that share it: each ends where its nonce stands. */

interface Expected {
  readonly mark: Buffer;
  done(output: Buffer, rest: string): void;
}

/** Bytes in, whole outputs out, in the order in which they were asked for. */
export class Demux {
  readonly #queue: Expected[] = [];
  #parts: Buffer[] = [];
  /** Bytes that may be the beginning of a mark. */
  #carry: Buffer = Buffer.alloc(0);

  /** `done` gets everything before the mark, and what stands behind it on its line. */
  expect(mark: string, done: Expected['done']): void {
    this.#queue.push({ mark: Buffer.from(mark), done });
  }

  /** What came of the output that is awaited first. */
  partial(): Buffer {
    return Buffer.concat([...this.#parts, this.#carry]);
  }

  push(chunk: Buffer): void {
    let data = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    for (;;) {
      const next = this.#queue[0];
      // Nobody asked: a background process of an earlier command.
      if (!next) {
        this.#carry = Buffer.alloc(0);
        return;
      }
      const at = data.indexOf(next.mark);
      const end = at < 0 ? -1 : data.indexOf(0x0a, at);
      if (end < 0) {
        const keep = at < 0 ? Math.max(0, data.length - next.mark.length + 1) : at;
        if (keep > 0) this.#parts.push(data.subarray(0, keep));
        this.#carry = data.subarray(keep);
        return;
      }
      const output = Buffer.concat([...this.#parts, data.subarray(0, at)]);
      this.#parts = [];
      this.#queue.shift();
      next.done(output, data.toString('latin1', at + next.mark.length, end));
      data = data.subarray(end + 1);
    }
  }
}
