/** A module: read (IO, read-only) → decide (pure). There is no apply to write, so none to lie in. */
import type { Change, HostStep, KubeStep, RegistryStep, Resource, StoreStep } from './change.ts';
import type { KubeAnswer, KubeEvent, KubeObject, KubeQuery, KubeRef, KubeStatus, LogPart } from './kube.ts';
import type { Output, Probe } from './probe.ts';
import type { CopyOutcome, CopyProgress, ImageManifest, ImageRef } from './registry.ts';
import type { StoreAnswer, StoreKeys, StoreRequest } from './store.ts';
import type { HostName, Json, JsonObject, Resolved, TaskId, Vars } from './value.ts';

/** What a module says of the world it read. */
export type Decision<O extends Json = Json> =
  /** The world already matches. `facts` become variables of the host (set_fact), `vars` likewise (include_vars), `gathered` its ansible_facts; `inventory` is a host put into groups (add_host, group_by). */
  | {
      readonly is: 'ok';
      readonly output: O;
      /** Something that was started earlier has changed the world (async_status). */
      readonly changed?: true;
      readonly facts?: JsonObject;
      readonly vars?: Vars;
      readonly gathered?: JsonObject;
      readonly inventory?: Enlisted;
    }
  /** Nothing to do for a reason of its own (debug below its verbosity, a script whose `creates` is there): counted as skipped. */
  | { readonly is: 'skipped'; readonly why: string }
  /** The world differs. */
  | { readonly is: 'change'; readonly change: Change }
  /** Asked for, not there yet: watch or poll again until the task's timeout. */
  | {
      readonly is: 'pending';
      readonly why: string;
      /** What to show meanwhile: "phase=Pending (want Bound)". */
      readonly seen?: string;
      /** Objects whose change is a reason to look again at once; otherwise the module is read again after `pollMs` (1000). */
      readonly watch?: readonly KubeQuery[];
      readonly pollMs?: number;
      /** Given when nothing but time is missing (pause): check mode reports it as ok. */
      readonly output?: O;
      /** Lines for the timeout's message: last events, what would have satisfied it. */
      readonly detail?: readonly string[];
      /** What to do when it has not come in time. */
      readonly hint?: string;
      /** The failed result's output once the time is up. */
      readonly late?: JsonObject;
    }
  /**
   * A prerequisite does not exist; `hint` says how it may come to be. `then` is the change that would be made once it did: check shows it if an
   * earlier task provides `what`.
   */
  | {
      readonly is: 'absent';
      readonly what: Resource;
      readonly why: string;
      readonly hint?: string;
      readonly then?: Change;
      readonly output?: JsonObject;
    }
  /** Check mode only: an argument it has to evaluate itself depends on a task that was not applied. */
  | { readonly is: 'unknown'; readonly until: TaskId; readonly why: string }
  /** Would lose data or break a guard. `override` says what the operator may set, where an override exists. */
  | { readonly is: 'refused'; readonly why: string; readonly override?: string; readonly output?: O }
  /** Asked and answered: no (assert, fail, fail_when, a conflict). */
  | {
      readonly is: 'failed';
      readonly why: string;
      readonly hint?: string;
      readonly output?: O;
      readonly code?: 'failed' | 'kube' | 'conflict' | 'args';
    };

/** A host of the inventory, new or not, for the rest of the run. */
export interface Enlisted {
  readonly host: string;
  /** Groups it comes into; those that do not exist are made. Each may have parents: groups that hold all its hosts too. */
  readonly groups: readonly string[];
  readonly parents?: readonly string[];
  /** Variables of the host. */
  readonly vars?: JsonObject;
}

/** What a call asks of the cluster: verbs of RBAC on objects of a kind. Without namespace and name: on all of them. */
export interface KubeNeed {
  readonly api_version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Stands in arguments, for `access` and `tools`, where a value is known in a run only. */
export const OPEN = '\0open';

export type Target = 'host' | 'cluster' | 'registry' | 'store' | 'none';

/** JSON Schema (2020-12) of a module's arguments, written with TypeBox. Keywords of ours: see modules/define.ts. */
export type ArgsSchema = { readonly [keyword: string]: unknown };

export interface Example<S = Json> {
  readonly title: string;
  readonly args: JsonObject;
  readonly state: S;
  readonly expect: Decision['is'];
}

export interface Module<A = never, S = never, O extends Json = Json, T extends Target = Target> {
  /** As in playbooks: "k8s_apply". */
  readonly name: string;
  /** Fully qualified and other names that mean the same: "ansible.builtin.copy". */
  readonly aliases?: readonly string[];
  readonly target: T;
  /** One line for `pb doc`. */
  readonly summary: string;
  readonly notes?: readonly string[];
  readonly args: ArgsSchema;
  /** Other names of arguments, as Ansible has them: { dest: 'path' }. */
  readonly argAliases?: { readonly [alias: string]: string };
  /** The argument that a plain string after the module's name is: `command: ls -l`. */
  readonly freeForm?: string;
  /** converge: the engine reads and decides again after applying. once: it cannot be read back (command). */
  readonly effect: 'converge' | 'once';
  /** Its arguments become variables (set_fact): unknown ones are assigned as unknown. "anything": so do names that nobody knows before (include_vars). */
  readonly assigns?: 'arguments' | 'anything';
  /** It may put hosts and groups into the inventory: later plays may name what is not there yet. */
  readonly enlists?: boolean;
  readonly examples: readonly Example<S>[];
  /** It acts for all hosts of the batch at once: run for the first of them only (add_host). */
  readonly together?: true;
  /** Its looks wait for the host: no connection has to stand before the first of them (wait_for_connection). */
  readonly awaitsHost?: boolean;
  /** It asks the store from the task's host, not from the controller (s3_probe). */
  readonly fromHost?: true;
  /** Time limit in ms where the task gives none; 600000 when left out. */
  timeoutMs?(args: A): number;
  /** What the answer depends on: check mode calls it unknown once an earlier task would change that. "object/v1/Pod/ns/*" is all below. */
  reads?(args: A): readonly Resource[];
  /** For pb doctor: what a call needs to be allowed in the cluster. Arguments as written, unchecked; OPEN where nobody knows yet. */
  access?(args: JsonObject): readonly KubeNeed[];
  /** For pb doctor: programs that have to be on the host. */
  tools?(args: JsonObject): readonly string[];
  /** Another module that serves a call with these arguments: wait_for with `k8s` looks at the cluster, not at the host. */
  variant?(given: ReadonlySet<string>): AnyModule | undefined;
  /** Values that must not be shown in anything pb prints from then on: passwords given, hashes found. Asked after every read. */
  secrets?(args: A, state: S): readonly string[];
  read(args: A, io: ReaderOf<T>): Promise<S>;
  decide(args: A, state: S): Decision<O>;
  /** effect once: what the steps' outputs are to the user. */
  result?(args: A, outputs: readonly Output[], state: S): O;
}
// biome-ignore lint/suspicious/noExplicitAny: the registry holds modules of every type; each is checked where it is defined
export type AnyModule = Module<any, any, any, any>;

// ── readers: what a module may ask. None of these can write; writers are another type, held by engine/task.ts alone ──

/** A file of the controller. */
export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly mode: string;
  /** Another one whenever its content may be another. */
  readonly version?: string;
}

/** Files on the controller, found as Ansible finds them (role, then playbook directory). */
export interface Files {
  /** Where relative paths of files to be written start: the playbook's directory. */
  readonly base?: string;
  /** Absolute path; throws PbError 'args' naming every place looked at. */
  find(kind: 'files' | 'templates' | 'vars', name: string): Promise<string>;
  /** A vaulted file comes opened, unless asked for as it is stored. */
  read(path: string, as?: 'stored'): Promise<Uint8Array>;
  stat(path: string): Promise<FileFacts | undefined>;
  list(path: string): Promise<readonly string[]>;
  /** The variables of a file of variables, templates and vaulted values in it kept as such. Throws PbError 'args'. */
  vars?(path: string): Promise<Vars>;
  /** The text of a template file, rendered with the task's variables; `settings` as in a `#jinja2:` header. */
  render(path: string, vars?: Vars, settings?: { readonly [name: string]: string | boolean }): Promise<Resolved>;
}

export interface Controller {
  readonly files: Files;
  /** ms since the epoch. */
  now(): number;
  /** ms since this task began on this host. */
  elapsed(): number;
  /** Whether an earlier task of this run would have made it by now: in check mode only, where it is not there yet. */
  expected?(what: Resource): boolean;
  /** A change of this very call was applied: this look is to prove it. */
  readonly applied?: boolean;
  /** This call's own, the same at every look: what names are generated from. */
  readonly fresh?: string;
  readonly host: HostName;
  /** The host's variable, worked out; undefined where there is none. For modules that judge variables. */
  variable?(name: string): Promise<Resolved | undefined>;
}

export interface HostReader extends Controller {
  ask<A, R extends Json>(probe: Probe<A, R>, args: A): Promise<R>;
  /** Undefined where there is no such file. */
  readFile(path: string): Promise<Uint8Array | undefined>;
}

export interface KubeReader extends Controller {
  /** Undefined for 404; throws PbError 'kube' for anything else but 2xx. */
  get(ref: KubeRef): Promise<KubeObject | undefined>;
  list(query: KubeQuery): Promise<readonly KubeObject[]>;
  /** How the server serves a kind; undefined while it does not (CRD missing). */
  served(apiVersion: string, kind: string): Promise<{ readonly plural: string; readonly namespaced: boolean } | undefined>;
  /** Server-side apply, field manager pb, fieldValidation=Strict, dryRun=All. */
  dryRunApply(manifest: KubeObject, force: boolean): Promise<KubeAnswer>;
  dryRunPatch(step: Extract<KubeStep, { do: 'kube.patch' }>): Promise<KubeAnswer>;
  events(ref: KubeRef): Promise<readonly KubeEvent[]>;
  /** What a container of a pod has written; a Status where it has not begun yet, or there is none of that name. */
  log(pod: KubeRef, part: LogPart): Promise<{ readonly text: string } | { readonly status: KubeStatus }>;
  /** The status of a review (SelfSubjectAccessReview, SubjectAccessReview, SelfSubjectReview): a question that is put as a POST and leaves nothing. */
  review(apiVersion: string, kind: string, spec: JsonObject): Promise<JsonObject>;
  /** The API server's clock, ms since the epoch, to the second; undefined where it does not tell. */
  clock(): Promise<number | undefined>;
  /** Runs a command in a container that only looks: the caller vouches for it. */
  probeExec(ref: KubeRef, container: string | undefined, argv: readonly [string, ...string[]]): Promise<Output>;
}

/** Registries, and images in folders and archives of the controller. Whatever cannot be reached or read throws PbError 'failed'. */
export interface RegistryReader extends Controller {
  /** Of its manifest; undefined where there is no such image. */
  digest(image: ImageRef): Promise<string | undefined>;
  manifest(image: ImageRef): Promise<ImageManifest | undefined>;
  hasBlob(image: ImageRef, digest: string): Promise<boolean>;
  blob(image: ImageRef, digest: string): Promise<Uint8Array | undefined>;
  /** Bytes free where a folder or archive lies, or would be made; undefined for a registry, which does not tell. */
  free(image: ImageRef): Promise<number | undefined>;
  /** How the copies of this very task ended, by `imageName` of their destinations. */
  copied(): ReadonlyMap<string, CopyOutcome>;
  /** The whole of a small file of the controller; undefined where there is none. */
  text(path: string): Promise<string | undefined>;
}

export interface StoreReader extends Controller {
  /** Only GET and HEAD, of IAM Get… and List…. Throws PbError 'failed', cause and remedy in it, where no answer of the store comes. */
  ask(request: StoreRequest): Promise<StoreAnswer>;
  /** What an answer that the module has no meaning for is to the user. `what` was being done: "look at the bucket x". */
  refusal(answer: StoreAnswer, what: string): Error;
  /** Keeps a secret out of whatever is reported from now on. */
  hide(secret: string): void;
  /** Forty random characters, hidden likewise. */
  newSecret(): string;
  /** The keys that a step of this task had IAM make; the store tells their secret this once. */
  made(): StoreKeys | undefined;
}

interface Readers {
  readonly host: HostReader;
  readonly cluster: KubeReader;
  readonly registry: RegistryReader;
  readonly store: StoreReader;
  readonly none: Controller;
}
export type ReaderOf<T extends Target> = Readers[T];

// ── connections: made by transports/, handed to the engine by cli/ ──

type Bare<T extends Controller> = Omit<T, keyof Controller>;

export interface HostConnection {
  readonly reader: Bare<HostReader>;
  close(): Promise<void>;
}
export interface KubeConnection {
  readonly reader: Bare<KubeReader>;
  /** Fulfilled as soon as one of the queries changes, or after `timeoutMs`. */
  changed(queries: readonly KubeQuery[], timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
/** Of one task. */
export interface RegistryConnection {
  readonly reader: Bare<RegistryReader>;
}
export interface StoreConnection {
  readonly reader: Bare<StoreReader>;
}
export interface HostWriter {
  run(step: HostStep, signal: AbortSignal): Promise<Output>;
}
export interface KubeWriter {
  run(step: KubeStep, signal: AbortSignal): Promise<Output>;
}
export interface RegistryWriter {
  run(step: RegistryStep, signal: AbortSignal, tell: (progress: CopyProgress) => void): Promise<Output>;
}
export interface StoreWriter {
  run(step: StoreStep, signal: AbortSignal): Promise<Output>;
}
