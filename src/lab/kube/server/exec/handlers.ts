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

export interface LogCall extends ContainerRef {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tailLines: number | undefined;
  readonly signal: AbortSignal;
}

/** A container's output, piece by piece; with `follow`, until it ends or the signal comes. */
export type LogHandler = (call: LogCall) => AsyncIterable<string>;
