/** A cluster with the operators at work, on whichever API server: what the lives of operators are told on. */
import { vi } from 'vitest';
import type { ClusterVariant, Fault, NodeDisks, Operators } from '../../../../src/lab/kube/operators/index.ts';
import type { Client } from '../../../../src/lab/kube/operators/toolkit/client.ts';
import type { Kind, Obj } from '../../../../src/lab/kube/operators/toolkit/objects.ts';

export interface StageEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

export interface Stage {
  readonly client: Client;
  readonly operators: Operators;
  readonly log: readonly string[];
  events(namespace: string, reason: string): Promise<readonly StageEvent[]>;
  stop(): Promise<void>;
}

export interface StageWish {
  readonly faults?: readonly Fault[];
  readonly variant?: ClusterVariant;
  /** None beside the system's when left out. */
  readonly disks?: NodeDisks;
}

export type StartStage = (wish?: StageWish) => Promise<Stage>;

export const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 80_000, interval: 50 });

/** Every state of an object from now on, also those that pass quickly. */
export async function historyOf<T extends Obj>(client: Client, kind: Kind<T>, name: string): Promise<readonly T[]> {
  const seen: T[] = [];
  const { resourceVersion } = await client.list(kind);
  const watching = client.watch(kind, resourceVersion, ({ object }) => {
    if (object.metadata.name === name) seen.push(object);
  });
  // It ends with the server.
  watching.catch(() => undefined);
  return seen;
}
