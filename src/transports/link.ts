/** What ssh and local have in common: a way to start commands on a host. Everything above speaks to these two types only. */
import type { Readable, Writable } from 'node:stream';

/** One running command with its streams. */
export interface Wire {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Its exit code (128+n when signal n ended it), once its output was read. Rejects with LinkLost where the end was not seen.
   */
  readonly ended: Promise<number>;
  /** Lets go of the streams; a command that does not care about them goes on. */
  close(): void;
}

export interface Link {
  /** The host, as messages name it. */
  readonly name: string;
  /** Who commands run as. */
  readonly user: string;
  readonly alive: boolean;
  /** Starts a command line for the user's login shell. Throws LinkLost. */
  open(command: string): Promise<Wire>;
  close(): Promise<void>;
}

/** The connection went away. `sent`: the command had been handed over, so it may have run. */
export class LinkLost extends Error {
  readonly sent: boolean;
  constructor(why: string, sent: boolean) {
    super(why);
    this.name = 'LinkLost';
    this.sent = sent;
  }
}

/** Output may arrive after the exit code; a background process may also hold the streams open for ever. */
export const QUIET_MS = 3000;

/** Waits for the exit code, then until both streams ended or nothing came for a while. Whoever reads must listen before the exit. */
export async function drained(exit: Promise<number>, streams: readonly Readable[]): Promise<number> {
  const over = Promise.all(streams.map(ending));
  const code = await exit;
  let timer: NodeJS.Timeout | undefined;
  const quiet = new Promise<void>((resolve) => {
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, QUIET_MS);
    };
    again();
    for (const stream of streams) stream.on('data', again);
  });
  await Promise.race([over, quiet]);
  clearTimeout(timer);
  return code;
}

const ending = (stream: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (stream.readableEnded || stream.destroyed) return resolve();
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
  });
