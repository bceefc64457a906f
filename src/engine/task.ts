/**
 * The whole life of one module call. One loop serves apply, verification and waiting alike, and this is the only file that executes
 * steps: in check mode there is nothing here that could.
 */
import type { Change, HostStep, KubeStep, RegistryStep, Step, StoreStep } from '../core/change.ts';
import { PbError } from '../core/diagnostic.ts';
import type { Clock, Mode } from '../core/engine.ts';
import type { TaskResult } from '../core/event.ts';
import type {
  AnyModule,
  Controller,
  Decision,
  Enlisted,
  HostConnection,
  KubeConnection,
  RegistryConnection,
  StoreConnection,
} from '../core/module.ts';
import type { Output } from '../core/probe.ts';
import { isObject, type Json, type JsonObject, type TaskId, type Value } from '../core/value.ts';
import { Deadline, ENDED } from './deadline.ts';
import { resultOfError } from './failure.ts';
import { type Async, recorded, runAsJob, type Working } from './job.ts';
import type { Overlay } from './overlay.ts';
import { type Machine, Turn } from './turns.ts';

/** What a module talks to, by its target. */
export type Line =
  | { readonly to: 'host'; readonly connection: HostConnection; readonly target: string; readonly machine?: Machine }
  | { readonly to: 'cluster'; readonly connection: KubeConnection; readonly target: string }
  | { readonly to: 'registry'; readonly connection: RegistryConnection; readonly target: string }
  | { readonly to: 'store'; readonly connection: StoreConnection; readonly target: string }
  | { readonly to: 'none'; readonly target: string };

export interface Call {
  readonly id: TaskId;
  readonly module: AnyModule;
  /** Checked, with defaults. */
  readonly args: JsonObject;
  readonly line: Line;
  readonly controller: Controller;
  readonly timeoutMs: number;
  readonly async?: Async;
  /** The task's `environment`, for every command the change runs. */
  readonly environment: { readonly [name: string]: string };
}

export interface CallEvents {
  /** Not to be shown in any event from now on. */
  secret(value: string): void;
  pending(why: string, seen: string | undefined): void;
  change(change: Change): void;
  stepStart(step: number): void;
  stepEnd(step: number, output: Output): void;
}

export interface CallPorts {
  readonly mode: Mode;
  readonly overlay: Overlay;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly events: CallEvents;
}

/** A result, and what the module gives to the host's variables. */
export interface Outcome {
  readonly result: TaskResult;
  readonly facts?: JsonObject;
  readonly vars?: { readonly [name: string]: Value };
  readonly gathered?: JsonObject;
  readonly inventory?: Enlisted;
  /** With what the module was called. */
  readonly invocation?: JsonObject;
}

export async function runCall(call: Call, ports: CallPorts): Promise<Outcome> {
  const deadline = new Deadline(call.timeoutMs, ports.clock);
  const turn = new Turn(call.line.to === 'host' && call.module.effect === 'converge' && !call.async ? call.line.machine : undefined);
  try {
    return await lookAndAct(call, ports, { deadline, turn });
  } finally {
    turn.end();
    deadline.end();
  }
}

async function lookAndAct(call: Call, ports: CallPorts, { deadline, turn }: { deadline: Deadline; turn: Turn }): Promise<Outcome> {
  const began = ports.clock.now();
  const run = (what: Change) => execute(what, call, ports, deadline.or(ports.kill));
  const working: Working | undefined = call.async && { call, ports, async: call.async, run };
  let applied: Change | undefined;
  let doubted = false;
  let waiting: AbortSignal | undefined;
  let waited: Extract<Decision, { is: 'pending' }> | undefined;
  for (;;) {
    turn.look();
    const looked = await deadline.unless(ports.stop, read(call, applied !== undefined));
    if (looked === ENDED) return waited ? timedOut(waited, call, ports, applied) : noAnswer(call, ports, applied);
    const state: unknown = looked;
    for (const value of call.module.secrets?.(call.args as never, state as never) ?? []) ports.events.secret(value);
    const decision: Decision = call.module.decide(call.args as never, state as never);
    const stale = ports.mode.is === 'check' ? outdated(decision, call, ports) : undefined;
    if (stale) return stale;
    switch (decision.is) {
      case 'unknown':
        return { result: { status: 'unknown', until: decision.until, why: decision.why } };
      case 'skipped':
        return { result: { status: 'skipped', why: decision.why } };
      case 'ok':
        if (working?.async.pollMs === 0 && ports.mode.is === 'apply') return recorded(undefined, doneAlready(decision.output), working);
        return {
          result: applied
            ? { status: 'changed', change: applied, output: withOutput(decision.output, applied) }
            : { status: decision.changed ? 'changed' : 'ok', output: decision.output },
          ...(decision.facts ? { facts: decision.facts } : {}),
          ...(decision.vars ? { vars: decision.vars } : {}),
          ...(decision.gathered ? { gathered: decision.gathered } : {}),
          ...(decision.inventory ? { inventory: decision.inventory } : {}),
        };
      case 'refused':
        return failed(
          { code: 'refused', message: decision.why, ...(decision.override ? { hint: decision.override } : {}) },
          { applied, output: decision.output },
        );
      case 'failed':
        return failed(
          { code: decision.code ?? 'failed', message: decision.why, ...(decision.hint ? { hint: decision.hint } : {}) },
          { applied, output: decision.output },
        );
      case 'absent':
        return absent(decision, call, ports, applied);
      case 'pending': {
        if (ports.mode.is === 'check' && !applied) return foretold(decision, call, ports);
        waiting ??= deadline.or(ports.stop);
        if (waiting.aborted || ports.clock.now() - began >= call.timeoutMs) return timedOut(decision, call, ports, applied);
        waited = decision;
        ports.events.pending(decision.why, decision.seen);
        await pause(decision, call, ports, waiting);
        continue;
      }
      case 'change': {
        const wanted = withEnvironment(decision.change, call.environment);
        if (ports.mode.is === 'check') return wouldChange(wanted, call, ports);
        if (applied && !doubted && call.line.to === 'cluster') {
          // A controller may have written between the step and the read: look twice before saying so.
          doubted = true;
          continue;
        }
        if (applied) return failed({ code: 'not-converged', message: `still differs after: ${applied.summary}` }, { applied: wanted });
        if ((await deadline.unless(ports.stop, turn.begin())) !== true) continue;
        ports.events.change(wanted);
        const ran = await (working ? runAsJob(wanted, working) : run(wanted));
        if ('result' in ran) return ran;
        applied = working?.job ? { ...wanted, output: { ...wanted.output, ...working.job } } : wanted;
        if (call.module.effect === 'once' || applied.repeats) return once(call, applied, ran, state);
      }
    }
  }
}

/** What a job says that had nothing to do. */
const doneAlready = (output: Json): JsonObject => ({ changed: false, ...(isObject(output) ? (output as JsonObject) : {}) });

const read = (call: Call, applied: boolean): Promise<unknown> => {
  const { line } = call;
  const controller = { ...call.controller, applied };
  const io = line.to === 'none' ? controller : withReader(line.connection.reader, controller);
  return call.module.read(call.args as never, io as never);
};

/** The reader's methods, with the controller's beside them. */
const withReader = (reader: object, controller: Controller): object => Object.assign(Object.create(reader), controller);

/** Runs the change's steps in order; the first that fails ends it. */
async function execute(change: Change, call: Call, ports: CallPorts, signal: AbortSignal): Promise<readonly Output[] | Outcome> {
  const outputs: Output[] = [];
  for (const [index, step] of change.steps.entries()) {
    ports.events.stepStart(index);
    const began = ports.clock.now();
    let output: Output;
    try {
      output = await perform(step, call.line, ports, signal);
    } catch (error) {
      return { result: resultOfError(stepError(error, { index, change, signal, ports }), change) };
    }
    ports.events.stepEnd(index, output);
    const good = step.do === 'exec' ? (step.okCodes ?? [0]) : [0];
    outputs.push({ ...output, began, ended: ports.clock.now() });
    if (good.includes(output.code)) continue;
    const result = call.module.result?.(call.args as never, outputs, undefined as never) as Json | undefined;
    const error = { code: 'exec' as const, message: stepFailure(change, output), retryable: false, step: index, output };
    return { result: { status: 'failed', error, change, ...(result === undefined ? {} : { output: result }) } };
  }
  return outputs;
}

/** What was under way when a step did not come back: the reader must know what may be half done. */
function stepError(error: unknown, during: { index: number; change: Change; signal: AbortSignal; ports: CallPorts }): unknown {
  const what = `step ${during.index + 1} of ${during.change.steps.length} of "${during.change.summary}"`;
  if (during.ports.kill.aborted) return new PbError('interrupted', `interrupted during ${what}: it may be half done`, { cause: error });
  if (during.signal.aborted)
    return new PbError('timeout', `${what} did not end in time and was stopped: it may be half done`, { cause: error });
  if (error instanceof PbError && error.code === 'unreachable') {
    return new PbError('unreachable', `${error.message} (during ${what})`, {
      hint: error.hint,
      details: error.details,
      cause: error,
    });
  }
  return error;
}

const withEnvironment = (change: Change, environment: Call['environment']): Change => {
  if (Object.keys(environment).length === 0) return change;
  const steps = change.steps.map((step) => (step.do === 'exec' ? { ...step, env: { ...environment, ...step.env } } : step));
  return { ...change, steps: steps as unknown as Change['steps'] };
};

function perform(step: Step, line: Line, { mode, events }: CallPorts, signal: AbortSignal): Promise<Output> {
  if (mode.is === 'check') throw new PbError('bug', 'check mode reached a step');
  if (line.to === 'cluster') return mode.kubeWriter(line.connection).run(step as KubeStep, signal);
  if (line.to === 'host') return mode.hostWriter(line.connection).run(step as HostStep, signal);
  if (line.to === 'registry')
    return mode.registryWriter(line.connection).run(step as RegistryStep, signal, ({ why, seen }) => events.pending(why, seen));
  if (line.to === 'store') return mode.storeWriter(line.connection).run(step as StoreStep, signal);
  throw new PbError('bug', `a module without a target has a step ${step.do}`);
}

const stepFailure = (change: Change, output: Output): string => {
  const said = (output.stderr.trim() || output.stdout.trim()).split('\n').slice(-1)[0];
  return `${change.summary}: exit code ${output.code}${said ? `: ${said}` : ''}`;
};

function once(call: Call, change: Change, outputs: readonly Output[], state: unknown): Outcome {
  const output = call.module.result?.(call.args as never, outputs, state as never) as Json | undefined;
  const said = withOutput(output ?? null, change);
  return { result: change.uncounted ? { status: 'ok', output: said } : { status: 'changed', change, output: said } };
}

/** What the look after the change says, and what the change says of itself. */
const withOutput = (seen: Json, { output }: Change): Json => (output === undefined ? seen : { ...(isObject(seen) ? seen : {}), ...output });

function wouldChange(change: Change, call: Call, ports: CallPorts): Outcome {
  ports.overlay.add(call.line.target, call.id, change);
  ports.events.change(change);
  if (call.module.effect === 'once' && !change.certain) {
    return { result: { status: 'unknown', until: call.id, why: `what "${change.summary}" does is known only after it ran`, change } };
  }
  return { result: { status: 'would-change', change } };
}

/** In check mode an answer is worth nothing where an earlier task of the run would change what it was read from. */
function outdated(decision: Decision, call: Call, ports: CallPorts): Outcome | undefined {
  if (decision.is === 'pending' || decision.is === 'absent' || decision.is === 'unknown') return undefined;
  if (decision.is === 'change' && decision.change.certain && call.module.effect === 'converge') return undefined;
  for (const resource of call.module.reads?.(call.args as never) ?? []) {
    const until = ports.overlay.changer(call.line.target, resource);
    if (until === undefined) continue;
    ports.overlay.add(call.line.target, call.id);
    return { result: { status: 'unknown', until, why: `${resource.slice(resource.indexOf('/') + 1)} is changed by ${until}` } };
  }
  return undefined;
}

/** In check mode a wait is known only when nothing but time is missing. */
function foretold(decision: Extract<Decision, { is: 'pending' }>, call: Call, ports: CallPorts): Outcome {
  if (decision.output !== undefined) return { result: { status: 'ok', output: decision.output } };
  ports.overlay.add(call.line.target, call.id);
  return { result: { status: 'unknown', until: call.id, why: `would wait: ${decision.why}` } };
}

function absent(decision: Extract<Decision, { is: 'absent' }>, call: Call, ports: CallPorts, applied: Change | undefined): Outcome {
  const provider = ports.mode.is === 'check' ? ports.overlay.provider(call.line.target, decision.what) : undefined;
  const { why, hint } = decision;
  if (provider === undefined)
    return failed({ code: 'absent', message: why, ...(hint === undefined ? {} : { hint }) }, { applied, output: decision.output });
  if (decision.then) {
    ports.overlay.add(call.line.target, call.id, decision.then);
    ports.events.change(decision.then);
    return { result: { status: 'would-change', change: decision.then, note: `${decision.why}: it comes with ${provider}` } };
  }
  return { result: { status: 'unknown', until: provider, why: `${decision.why}: known after ${provider}` } };
}

async function pause(decision: Extract<Decision, { is: 'pending' }>, call: Call, ports: CallPorts, signal: AbortSignal): Promise<void> {
  const patience = decision.pollMs ?? (decision.watch ? 15_000 : 1000);
  const { line } = call;
  try {
    if (line.to === 'cluster' && decision.watch) await line.connection.changed(decision.watch, patience, signal);
    else await ports.clock.sleep(patience, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function timedOut(decision: Extract<Decision, { is: 'pending' }>, call: Call, ports: CallPorts, applied: Change | undefined): Outcome {
  const seen = decision.seen ? `; last seen: ${decision.seen}` : '';
  const detail = decision.detail?.length ? `\n${decision.detail.join('\n')}` : '';
  if (ports.stop.aborted) return failed({ code: 'interrupted', message: `interrupted while waiting: ${decision.why}${seen}` }, { applied });
  const message = `gave up after ${seconds(call.timeoutMs)}: ${decision.why}${seen}${detail}`;
  const { hint, late } = decision;
  return failed({ code: 'timeout', message, ...(hint === undefined ? {} : { hint }) }, { applied, output: late });
}

function noAnswer(call: Call, ports: CallPorts, applied: Change | undefined): Outcome {
  const what = applied
    ? `after "${applied.summary}" was done, before the host was looked at again`
    : `while ${call.module.name} was looking`;
  if (ports.stop.aborted) return failed({ code: 'interrupted', message: `interrupted ${what}` }, { applied });
  const hint = 'set timeout: on the task to allow more time';
  return failed({ code: 'timeout', message: `no answer within ${seconds(call.timeoutMs)} ${what}`, hint }, { applied });
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

function failed(
  error: {
    code: 'refused' | 'failed' | 'absent' | 'timeout' | 'not-converged' | 'interrupted' | 'kube' | 'conflict' | 'args';
    message: string;
    hint?: string;
  },
  more: { applied?: Change | undefined; output?: Json | undefined },
): Outcome {
  return {
    result: {
      status: 'failed',
      error: { ...error, retryable: error.code === 'timeout' },
      ...(more.applied ? { change: more.applied } : {}),
      ...(more.output === undefined ? {} : { output: more.output }),
    },
  };
}
