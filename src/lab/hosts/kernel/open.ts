/** Open files: what a descriptor refers to. Shared by descriptors and processes, closed with the last of them. */
import { joined } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';

/** One end or place to read from or write to. `path` is what /proc/PID/fd shows. */
export interface Stream {
  readonly path: string;
  /** Up to 64 KiB; undefined at the end. */
  read?(): Promise<Uint8Array | undefined>;
  /** Gives back what was read too much. */
  unread?(bytes: Uint8Array): void;
  /** Settles when the bytes have gone; throws BrokenPipe where nobody will read them. */
  write?(bytes: Uint8Array): Promise<void>;
  close?(): void;
}

export class OpenFile {
  readonly stream: Stream;
  #users = 1;
  constructor(stream: Stream) {
    this.stream = stream;
  }
  share(): OpenFile {
    this.#users++;
    return this;
  }
  release(): void {
    if (--this.#users === 0) this.stream.close?.();
  }
  read(): Promise<Uint8Array | undefined> {
    if (!this.stream.read) return Promise.reject(new Errno('EBADF'));
    return this.stream.read();
  }
  write(bytes: Uint8Array): Promise<void> {
    if (!this.stream.write) return Promise.reject(new Errno('EBADF'));
    return bytes.length === 0 ? Promise.resolve() : this.stream.write(bytes);
  }
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.stream.unread?.(bytes);
  }

  /** Bytes up to and with the next newline, or up to the end; undefined at the end. What follows stays unread. */
  async readLine(): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const chunk = await this.read();
      if (chunk === undefined) return parts.length === 0 ? undefined : joined(parts);
      const end = chunk.indexOf(0x0a);
      if (end < 0) {
        parts.push(chunk);
        continue;
      }
      parts.push(chunk.subarray(0, end + 1));
      this.unread(chunk.subarray(end + 1));
      return joined(parts);
    }
  }

  async readAll(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) parts.push(chunk);
    return joined(parts);
  }
}
