/** Results and events: the engine's only output. Every event has passed the Redactor. */
import type { Change } from './change.ts';
import type { ErrorCode, Span } from './diagnostic.ts';
import type { Output } from './probe.ts';
import type { HostName, Json, TaskId } from './value.ts';

export interface Failure {
  readonly code: ErrorCode;
  /** One sentence: what failed and why. */
  readonly message: string;
  readonly hint?: string;
  readonly at?: Span;
  readonly retryable: boolean;
  /** Which of the change's steps failed, from 0. */
  readonly step?: number;
  readonly output?: Output;
  /** Only shown with -vvv. */
  readonly stack?: string;
}

export type TaskResult =
  | { readonly status: 'ok'; readonly output: Json }
  /** `change` is missing where only changed_when says so. */
  | { readonly status: 'changed'; readonly change?: Change; readonly output: Json }
  /** check mode only */
  | {
      readonly status: 'would-change';
      readonly change?: Change;
      readonly note?: string;
      /** changed_when says that it counts as none. */
      readonly changed?: false;
      /** All that will ever be known: of a task that looks only, in a run. */
      readonly output?: Json;
    }
  /** check mode only: cannot be foretold */
  | { readonly status: 'unknown'; readonly until: TaskId; readonly why: string; readonly change?: Change }
  /** `condition` is what did not hold, as `register` shows it: its text, or the constant itself. `empty`: a loop without items. */
  | { readonly status: 'skipped'; readonly why: string; readonly condition?: string | boolean; readonly empty?: true }
  | {
      readonly status: 'failed';
      readonly error: Failure;
      readonly change?: Change;
      readonly output?: Json;
      readonly ignored?: boolean /** What changed_when said, where it was asked. */;
      readonly changed?: boolean;
    }
  | { readonly status: 'unreachable'; readonly error: Failure; readonly change?: Change; readonly ignored?: boolean };

export interface Where {
  readonly task: TaskId;
  readonly host: HostName;
  /** Index in a loop. */
  readonly item?: number;
}

/** What a host came to, as Ansible's recap counts. `wouldChange` and `unknown` are of check mode. */
export interface HostStats {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
  readonly unknown: number;
}

/** What reporters need to know of a task: the plan's nodes hold functions and stay inside. */
export interface TaskHead {
  readonly id: TaskId;
  readonly name: string;
  readonly module: string;
  readonly at: Span;
  readonly handler: boolean;
  /** The task's own `diff:`; left out where it says nothing. */
  readonly diff?: boolean;
}

export type RunEvent = { readonly at: number } & (
  | { readonly type: 'run.start'; readonly mode: 'check' | 'apply'; readonly playbooks: readonly string[] }
  | { readonly type: 'play.start'; readonly play: string; readonly hosts: readonly HostName[] }
  | { readonly type: 'task.start'; readonly task: TaskHead; readonly hosts: readonly HostName[] }
  /** Work has begun on one host (and item); `label` is the loop's label for the item. */
  | { readonly type: 'host.start'; readonly where: Where; readonly label?: string }
  | {
      readonly type: 'task.pending';
      readonly where: Where;
      readonly why: string;
      readonly seen?: string;
      readonly elapsedMs: number;
      readonly timeoutMs: number;
    }
  | {
      readonly type: 'task.retry';
      readonly where: Where;
      readonly attempt: number;
      readonly retries: number;
      readonly why: string;
      readonly delayMs: number;
    }
  /** Before it is applied. */
  | { readonly type: 'task.change'; readonly where: Where; readonly change: Change }
  | { readonly type: 'step.start'; readonly where: Where; readonly step: number }
  | { readonly type: 'step.end'; readonly where: Where; readonly step: number; readonly output: Output }
  /** One item of a loop is done. */
  | { readonly type: 'item.end'; readonly where: Where; readonly label: string; readonly result: TaskResult }
  | { readonly type: 'host.end'; readonly where: Where; readonly result: TaskResult; readonly module: string; readonly items?: number }
  /** A rescue section took up the failure: what the host failed at so far is no failure of the run. */
  | { readonly type: 'host.rescued'; readonly host: HostName }
  | { readonly type: 'task.end'; readonly task: TaskId; readonly hosts: readonly HostName[] }
  | { readonly type: 'notice'; readonly severity: 'info' | 'warning'; readonly text: string; readonly hint?: string; readonly span?: Span }
  | { readonly type: 'run.end'; readonly exitCode: ExitCode; readonly stats: { readonly [host: string]: HostStats } }
);

/** 0 all well · 1 usage or loading · 2 a host failed · 4 a host was unreachable · 130 interrupted; 2 and 4 as ansible-playbook. */
export type ExitCode = 0 | 1 | 2 | 4 | 130;

export interface Reporter {
  on(event: RunEvent): void;
  close(): Promise<void>;
}
