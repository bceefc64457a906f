/** One call of a module for one host and item: arguments resolved, connection made, result judged by changed_when and failed_when. */
import { randomUUID } from 'node:crypto';
import { PbError } from '../core/diagnostic.ts';
import type { Mode } from '../core/engine.ts';
import type { TaskResult, Where } from '../core/event.ts';
import { JOBS } from '../core/job.ts';
import type { Controller } from '../core/module.ts';
import type { ModuleTask, Settings } from '../core/plan.ts';
import { OMIT, resolve, resolveNow, settled } from '../core/resolve.ts';
import {
  type Bound,
  type Expression,
  isObject,
  type Json,
  type JsonObject,
  type Resolved,
  type Scope,
  Unknown,
  unknownIn,
  type Value,
} from '../core/value.ts';
import { booleanOf } from '../core/yes-no.ts';
import { ALONE, alone } from './alone.ts';
import { all, withExtra } from './conditions.ts';
import { failureOf, resultOfError } from './failure.ts';
import type { HostState } from './host-state.ts';
import { invocationOf } from './invocation.ts';
import type { Async } from './job.ts';
import { lineTo } from './line.ts';
import { concealed } from './no-log.ts';
import { Overlay, worldOf } from './overlay.ts';
import { hasChanged, registered } from './registered.ts';
import type { BatchContext } from './run-context.ts';
import { type CallEvents, type Outcome, runCall } from './task.ts';

export interface CallSite {
  readonly node: ModuleTask;
  readonly state: HostState;
  readonly scope: Scope;
  readonly where: Where;
  readonly hidden: boolean;
}

const DEFAULT_TIMEOUT_S = 1800;

/** One attempt. Never throws: what goes wrong is a result. */
export async function callModule(site: CallSite, batch: BatchContext): Promise<Outcome> {
  try {
    const given = await resolveArgs(site.node, site.scope);
    const unknown = unknownIn(given as Resolved);
    if (unknown && site.node.module.assigns !== 'arguments') return foretoldNothing(site, batch, unknown);
    const open = await openKeyword(site);
    if (open) return foretoldNothing(site, batch, open);
    return await judged(await call(site, batch, given), site);
  } catch (error) {
    return { result: resultOfError(error) };
  }
}

const HANGS_ON: readonly (keyof Settings)[] = [
  ...(['delegate_to', 'environment', 'check_mode', 'timeout', 'connection', 'port', 'remote_user'] as const),
  ...(['become', 'become_user', 'become_method', 'become_exe', 'become_flags'] as const),
];

/** A keyword that says where or how the task runs and hangs on what only the run will bring. */
async function openKeyword({ node, scope }: CallSite): Promise<Unknown | undefined> {
  for (const name of HANGS_ON) {
    const value = node.settings[name];
    const open = value === undefined ? undefined : unknownIn(await resolve(value as Value, scope));
    if (open) return open;
  }
  return undefined;
}

function foretoldNothing(site: CallSite, batch: BatchContext, unknown: Unknown): Outcome {
  const { module } = site.node;
  if (module.target !== 'none') batch.overlay.add(worldOf(module, site.state.host.name), site.node.id);
  return { result: { status: 'unknown', until: unknown.until, why: unknown.why } };
}

async function call(site: CallSite, batch: BatchContext, given: { readonly [name: string]: unknown }): Promise<Outcome> {
  const { node, scope, state } = site;
  const { module } = node;
  const checked = batch.ports.checkArgs(module, node.as, given, node.argsAt);
  const environment = await environmentOf(node, scope);
  const line = await lineTo(site, batch, checked, environment);
  const began = batch.ports.clock.now();
  const controller: Controller = {
    files: batch.ports.files(scope, node.role, node.at.file),
    now: () => batch.ports.clock.now(),
    elapsed: () => batch.ports.clock.now() - began,
    fresh: randomUUID(),
    expected: (what) => batch.overlay.changer(line.target, what) !== undefined,
    host: state.host.name,
    variable: async (name) => {
      const value = scope.get(name);
      return value === undefined ? undefined : resolve(value, scope);
    },
  };
  const background = await asyncOf(node, scope);
  const timeoutMs = await timeoutOf(node, scope, { args: checked, async: background });
  const mode = await modeOf(site, batch);
  const { stop, kill, clock } = batch.ports;
  const events = eventsOf(site, batch, { began, timeoutMs });
  const isAlone = mode.is === 'check' && mode.alone === true;
  const outcome = await runCall(
    { id: node.id, module, args: checked, line, controller, timeoutMs, environment, ...(background ? { async: background } : {}) },
    { mode, overlay: isAlone ? new Overlay() : batch.overlay, clock, stop, kill, events },
  );
  const invocation = node.loop && invocationOf(module, checked);
  const told = isAlone ? alone(outcome) : node.settings.timeout === undefined ? outcome : timed(outcome, timeoutMs);
  return { ...told, ...(invocation ? { invocation } : {}) };
}

/** What ran longer than the task's own timeout says so, and as in Ansible counts as no change. */
function timed(outcome: Outcome, timeoutMs: number): Outcome {
  const { result } = outcome;
  if (result.status !== 'failed' || result.error.code !== 'timeout') return outcome;
  const said = isObject(result.output) ? (result.output as JsonObject) : {};
  return { ...outcome, result: { ...result, changed: false, output: { ...said, timedout: { period: timeoutMs / 1000 } } } };
}

/** Every argument's name and value; expressions are handed over bound to the scope; omitted ones are left out. */
const resolveArgs = (node: ModuleTask, scope: Scope): Promise<{ readonly [name: string]: unknown }> => settled(() => argsNow(node, scope));

function argsNow(node: ModuleTask, scope: Scope): { readonly [name: string]: unknown } {
  const out: { [name: string]: unknown } = node.allArgs === undefined ? {} : allNow(node, node.allArgs, scope);
  for (const [written, value] of Object.entries(node.args)) {
    const name = nameNow(node, written, scope);
    if (isExpression(value)) out[name] = bind(value, scope);
    else if (Array.isArray(value) && value.length > 0 && value.every(isExpression)) out[name] = value.map((one) => bind(one, scope));
    else {
      const resolved = resolveNow(value as Value, scope);
      if (resolved !== OMIT) out[name] = resolved;
    }
  }
  return out;
}

/** Of `module: "{{ them }}"`; omitted ones are left out. */
function allNow(node: ModuleTask, value: Value, scope: Scope): { [name: string]: unknown } {
  const given = resolveNow(value, scope);
  if (given instanceof Unknown && node.module.assigns === undefined) return { args: given };
  if (given instanceof Unknown)
    throw new PbError('args', `the arguments of ${node.as} are not known yet: ${given.why}`, { at: node.argsAt });
  if (!isObject(given)) throw new PbError('args', `the arguments of ${node.as} must be a mapping`, { at: node.argsAt });
  const properties = (node.module.args['properties'] ?? {}) as { readonly [name: string]: { readonly 'x-pb'?: string } };
  const bare = Object.keys(given).find((name) => Object.hasOwn(properties, name) && properties[name]?.['x-pb']?.startsWith('expression'));
  if (bare !== undefined)
    throw new PbError('args', `${bare} of ${node.as} is an expression: write it in the task itself`, { at: node.argsAt });
  return Object.fromEntries(Object.entries(given).filter(([, one]) => one !== OMIT));
}

function nameNow({ argNames }: ModuleTask, written: string, scope: Scope): string {
  const template = argNames && Object.hasOwn(argNames, written) ? argNames[written] : undefined;
  if (template === undefined) return written;
  const name = resolveNow(template, scope);
  if (name instanceof Unknown) throw new PbError('args', `the name ${written} is not known yet: ${name.why}`);
  return String(name);
}

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'holds' in value && 'value' in value;

const bind = (expression: Expression, scope: Scope): Bound => ({
  source: expression.source,
  ...(expression.literal === undefined ? {} : { literal: expression.literal }),
  value: (extra) => expression.value(extra ? withExtra(scope, extra) : scope),
  holds: (extra) => expression.holds(extra ? withExtra(scope, extra) : scope),
});

async function environmentOf(node: ModuleTask, scope: Scope): Promise<{ readonly [name: string]: string }> {
  const merged: { [name: string]: string } = {};
  for (const layer of node.settings.environment) {
    const values = await resolve(layer, scope);
    if (values === OMIT) continue;
    if (!isObject(values)) throw new PbError('args', 'environment must be a dictionary of names and values', { at: node.at });
    for (const [name, value] of Object.entries(values)) if (value !== null) merged[name] = String(value);
  }
  return merged;
}

async function asyncOf(node: ModuleTask, scope: Scope): Promise<Async | undefined> {
  if (!node.async) return undefined;
  const seconds = Number(await resolve(node.async.seconds, scope));
  if (!(seconds > 0)) return undefined;
  const directory = scope.get('ansible_async_dir');
  return {
    seconds,
    pollMs: Math.max(0, Number(await resolve(node.async.poll, scope))) * 1000,
    directory: directory === undefined ? JOBS : String(await resolve(directory, scope)),
    status: node.async.status,
  };
}

async function timeoutOf(node: ModuleTask, scope: Scope, { args, async }: { args: JsonObject; async: Async | undefined }): Promise<number> {
  const own = node.settings.timeout === undefined ? undefined : Number(await resolve(node.settings.timeout, scope));
  if (own) return own * 1000;
  if (async) return Math.max(async.seconds * 2, DEFAULT_TIMEOUT_S) * 1000;
  return node.module.timeoutMs?.(args as never) ?? DEFAULT_TIMEOUT_S * 1000;
}

/** check_mode: true looks only, in a run too; false runs for real in a check too, and says so. */
async function modeOf({ node, scope, where }: CallSite, batch: BatchContext): Promise<Mode> {
  const own = await truth(node.settings.check_mode, scope);
  if (own === true) return batch.mode.is === 'apply' ? ALONE : { is: 'check' };
  if (own === undefined || batch.mode.is === 'apply' || node.module.target === 'none') return batch.mode;
  if (!batch.mode.exempt) return batch.mode;
  if (!batch.told.has(node.id)) {
    batch.told.add(node.id);
    const text = `${where.task} runs for real in this check: its check_mode is false`;
    batch.emit({ type: 'notice', severity: 'warning', text, span: node.at });
  }
  return batch.mode.exempt;
}

/** A keyword that is true, false, unknown or not given. */
export async function truth(value: Value | undefined, scope: Scope): Promise<boolean | undefined> {
  if (value === undefined || value === null) return undefined;
  const got = await settled(() => resolveNow(value, scope));
  if (typeof got === 'boolean') return got;
  return booleanOf(String(got)) === true;
}

/** changed_when and failed_when, which may read the result under the name it is registered as. */
async function judged(outcome: Outcome, site: CallSite): Promise<Outcome> {
  const { node } = site;
  const { result } = outcome;
  if (!node.changedWhen && !node.failedWhen) return outcome;
  if (result.status === 'unreachable' || (result.status === 'failed' && !['exec', 'failed', 'kube'].includes(result.error.code)))
    return outcome;
  const scope = node.register ? withExtra(site.scope, { [node.register]: registered(result, node.id) }) : site.scope;
  let judged: TaskResult = result;
  for (const [key, work] of [
    ['failed_when_result', async () => (node.failedWhen ? judgeFailure(judged, node.failedWhen, scope) : judged)],
    ['changed_when_result', async () => (node.changedWhen ? judgeChange(judged, node.changedWhen, scope) : judged)],
  ] as const) {
    try {
      judged = await work();
    } catch (error) {
      return { ...outcome, result: unjudged(judged, key, error) };
    }
  }
  return { ...outcome, result: judged };
}

/** A condition that cannot be worked out fails the task, which keeps what it came to. */
function unjudged(result: TaskResult, key: string, error: unknown): TaskResult {
  const failure = failureOf(error);
  const output = 'output' in result && isObject(result.output) ? (result.output as JsonObject) : {};
  const change = 'change' in result && result.change ? { change: result.change } : {};
  const said = { ...output, [key]: `Error while evaluating conditional: ${failure.message}` };
  return { status: 'failed', error: failure, output: said, ...change, changed: hasChanged(result) };
}

async function judgeFailure(result: TaskResult, conditions: readonly Expression[], scope: Scope): Promise<TaskResult> {
  const verdict = await all(conditions, scope);
  if (verdict.is === 'unknown') return leftOpen(result, verdict.unknown);
  if (verdict.is === 'false') {
    if (result.status !== 'failed')
      return 'output' in result ? ({ ...result, output: withVerdict(result.output, false) } as TaskResult) : result;
    const output = withVerdict(
      result.output ?? (result.error.output ? { rc: result.error.output.code, ...result.error.output } : null),
      false,
    );
    return result.change && hasChanged(result) ? { status: 'changed', change: result.change, output } : { status: 'ok', output };
  }
  if (result.status === 'failed') return { ...result, output: withVerdict(result.output ?? {}, true) };
  const output = 'output' in result ? { output: withVerdict(result.output, true) } : {};
  const change = 'change' in result && result.change ? { change: result.change } : {};
  const message = `failed_when: ${conditions.map((condition) => condition.source).join(' and ')}`;
  return { status: 'failed', error: { code: 'failed', message, retryable: false }, ...output, ...change };
}

const withVerdict = (output: Json | undefined, failed: boolean): Json => ({
  ...(isObject(output) ? (output as JsonObject) : {}),
  failed_when_result: failed,
});

async function judgeChange(result: TaskResult, conditions: readonly Expression[], scope: Scope): Promise<TaskResult> {
  const verdict = await all(conditions, scope);
  if (verdict.is === 'unknown') return leftOpen(result, verdict.unknown);
  if (verdict.is === 'true' && result.status === 'ok') return { status: 'changed', output: result.output };
  if (verdict.is === 'false' && result.status === 'changed') return { status: 'ok', output: result.output };
  if (verdict.is === 'false' && result.status === 'would-change') return { ...result, changed: false };
  if (result.status === 'failed') return { ...result, changed: verdict.is === 'true' };
  return result;
}

/** What failed_when or changed_when will say is not known yet; what would be changed is shown all the same. */
const leftOpen = (result: TaskResult, { until, why }: Unknown): TaskResult => ({
  status: 'unknown',
  until,
  why,
  ...('change' in result && result.change ? { change: result.change } : {}),
});

function eventsOf(site: CallSite, batch: BatchContext, timing: { began: number; timeoutMs: number }): CallEvents {
  const { where, hidden } = site;
  return {
    secret: (value) => batch.ports.redactor.add(value),
    pending: (why, seen) =>
      batch.emit({
        type: 'task.pending',
        where,
        why,
        ...(seen ? { seen } : {}),
        elapsedMs: batch.ports.clock.now() - timing.began,
        timeoutMs: timing.timeoutMs,
      }),
    change: (change) => batch.emit({ type: 'task.change', where, change: hidden ? concealed(change) : change }),
    stepStart: (step) => batch.emit({ type: 'step.start', where, step }),
    stepEnd: (step, output) =>
      batch.emit({ type: 'step.end', where, step, output: hidden ? { code: output.code, stdout: '', stderr: '' } : output }),
  };
}
