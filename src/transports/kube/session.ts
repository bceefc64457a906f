/** What the reader, the writer and the watch of one connection share. */
import type { Redactor } from '../../core/secret.ts';
import type { Api } from './api.ts';
import type { Discovery } from './discovery.ts';

export interface Session {
  /** Behind the fence: cannot change anything. */
  readonly api: Api;
  readonly discovery: Discovery;
  readonly redactor: Redactor;
  /** What was last seen by `queryKey`, so that a watch misses nothing that happened since. */
  readonly seen: Map<string, Sighting>;
  /** Runs argv in a container; looked at by nobody here. */
  readonly exec: Exec;
}

/** A list ended at this version; or an object alone had it (undefined: it did not exist). */
export type Sighting = { readonly list: string } | { readonly object: string | undefined };

export interface ExecCall {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | undefined;
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Uint8Array;
}
/** `bytes` is stdout as it came: not everything is text. */
export type Exec = (
  call: ExecCall,
  signal?: AbortSignal,
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string; readonly bytes?: Uint8Array }>;
