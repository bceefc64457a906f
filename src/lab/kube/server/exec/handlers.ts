/** What the embedder of the server says that pods answer. */

export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecCall extends ContainerRef {
  readonly command: readonly string[];
  readonly tty: boolean;
  /** Ends when the client closes it; empty when it has none. */
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: (data: string | Uint8Array) => void;
  readonly stderr: (data: string | Uint8Array) => void;
  readonly signal: AbortSignal;
}

/** Runs a command; the exit code. */
export type ExecHandler = (call: ExecCall) => Promise<number>;

export interface LogLine {
  readonly at: Date;
  /** With its newline. */
  readonly text: string;
}

export interface ContainerLog {
  readonly lines: readonly LogLine[];
  /** What the container says after them, until it ends or the signal comes. */
  more(signal: AbortSignal): AsyncIterable<LogLine>;
}

/** A running container's output; undefined: it has said nothing and will not. */
export type LogHandler = (of: ContainerRef) => ContainerLog | undefined;
