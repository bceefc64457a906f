/** What the engine is given by the composition root: connections, files, loaders, a clock. Types only. */

import type { ClusterTarget } from './cluster.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import type { RunEvent, TaskHead } from './event.ts';
import type { Become, Endpoint, Inventory } from './inventory.ts';
import type {
  AnyModule,
  Files,
  HostConnection,
  HostWriter,
  KubeConnection,
  KubeWriter,
  RegistryConnection,
  RegistryWriter,
  StoreConnection,
  StoreWriter,
} from './module.ts';
import type { Include, Node, RoleRef } from './plan.ts';
import type { Layer } from './precedence.ts';
import type { RegistryAccess } from './registry.ts';
import type { Redactor } from './secret.ts';
import type { HostName, JsonObject, Resolved, Scope } from './value.ts';

/** Which object store, as whom and how: arguments as the amazon.aws modules have them. Empty: as AWS's own tools would choose. */
export interface StoreTarget {
  readonly endpoint_url?: string;
  readonly access_key?: string;
  readonly secret_key?: string;
  readonly region?: string;
  /** PEM text, or the path of a file of the controller: the only authorities trusted. */
  readonly ca_bundle?: string;
  readonly validate_certs?: boolean;
  /** The bucket is part of the host's name, not of the path. */
  readonly virtual_hosted?: boolean;
}

export interface Clock {
  /** ms since the epoch. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back when work has taken so long; the answer lets go of it. In real time where left out. */
  limit?(ms: number, passed: () => void): () => void;
}

/** Check mode holds no way to obtain a writer: these exist only on the apply branch. */
export type Mode =
  | {
      readonly is: 'check';
      /** For tasks with `check_mode: false` alone, which run for real in check mode too. */
      readonly exempt?: Extract<Mode, { readonly is: 'apply' }>;
      /** Of one task of a run that looks only. */
      readonly alone?: true;
    }
  | {
      readonly is: 'apply';
      hostWriter(on: HostConnection): HostWriter;
      kubeWriter(on: KubeConnection): KubeWriter;
      registryWriter(on: RegistryConnection): RegistryWriter;
      storeWriter(on: StoreConnection): StoreWriter;
    };

export interface IncludedTasks {
  readonly nodes: readonly Node[];
  readonly handlers: readonly Node[];
  /** Defaults and variables of a public role, for the rest of the play. */
  readonly layers: readonly Layer[];
  readonly warnings: readonly Diagnostic[];
}

export interface Ports {
  /** One connection per host and become user for the whole run. Throws PbError unreachable, auth, host-key or become. */
  connect(host: HostName, endpoint: Endpoint, become: Become | undefined, signal: AbortSignal): Promise<HostConnection>;
  cluster(target: ClusterTarget, signal: AbortSignal): Promise<KubeConnection>;
  /** For one task; nothing is connected to before the first question. */
  registry(access: RegistryAccess): RegistryConnection;
  /** `from`: the host that asks; the controller itself where there is none. Throws PbError 'args' where the target is incomplete; asks nothing yet. */
  store(target: StoreTarget, from: HostConnection | undefined): Promise<StoreConnection>;
  /** Drops the host's connection (meta: reset_connection). */
  reset(host: HostName): Promise<void>;
  /** Coerces, checks against the schema and fills defaults; throws PbError 'args'. */
  checkArgs(module: AnyModule, as: string, args: { readonly [name: string]: unknown }, at: Span): JsonObject;
  /** Loads what a dynamic include names; `layers` are the variables of the loop it stands in. */
  include(include: Include, args: Resolved, layers: readonly Layer[]): Promise<IncludedTasks>;
  /** The inventory as its sources are now (meta: refresh_inventory). Throws PbError 'args' where it cannot be read. */
  refresh?(): Promise<Inventory>;
  /** The hosts that these patterns of a play mean, in an inventory that has grown since the plan was made. */
  match?(patterns: readonly string[], inventory: Inventory): readonly HostName[];
  files(scope: Scope, role: RoleRef | undefined, taskFile: string): Files;
  /** --step: asked before each task; false leaves it out. */
  confirm?(task: TaskHead): Promise<boolean>;
  readonly clock: Clock;
  /** First Ctrl-C: start nothing more, stop waiting, let running steps end. */
  readonly stop: AbortSignal;
  /** Second Ctrl-C: end running steps too. */
  readonly kill: AbortSignal;
  readonly redactor: Redactor;
  emit(event: RunEvent): void;
}
