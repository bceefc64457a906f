/** A module task on one host: when, loop and retries around the call; register, notify and the host's standing after it. */
import type { HostStats, TaskResult, Where } from '../core/event.ts';
import type { ModuleTask } from '../core/plan.ts';
import { isObject, nameText, type Resolved, type Scope, Unknown, type Value, type Vars } from '../core/value.ts';
import { all, skippedBy, withExtra } from './conditions.ts';
import { delegateOf, withDelegatedVars } from './delegate.ts';
import { enlist } from './enlist.ts';
import { resultOfError } from './failure.ts';
import { notify } from './handlers.ts';
import type { HostState } from './host-state.ts';
import { orIgnored, settle } from './ignored.ts';
import { eachItem, type Item, itemsOf } from './loop.ts';
import { callModule, truth } from './module-call.ts';
import { concealedResult } from './no-log.ts';
import { worldOf } from './overlay.ts';
import { type ItemDone, loopResult, registered, worst } from './registered.ts';
import { withRetries } from './retry.ts';
import type { BatchContext } from './run-context.ts';
import type { Outcome } from './task.ts';

/** Runs it and leaves the host's state up to date; `sharers` are given what was registered too (run_once). */
export async function runOnHost(
  node: ModuleTask,
  state: HostState,
  batch: BatchContext,
  sharers: readonly HostState[] = [],
): Promise<TaskResult> {
  const scope = batch.scopes.of(state, batch.view, node);
  const where: Where = { task: node.id, host: state.host.name };
  const hidden = await settle(() => truth(node.settings.no_log, scope));
  batch.emit({ type: 'host.start', where });
  const { result, register, count } = await withItems({ node, state, scope, where, hidden }, batch, sharers);
  const told = await notify(result, node, state, batch).then(() => result, resultOfError);
  const final = await orIgnored(told, node, scope);
  for (const one of [state, ...sharers]) {
    if (node.register) one.assigned.set(node.register, register);
    if (final.status !== 'failed' || final.ignored) continue;
    one.failedAt({ name: nameText(node.name) ?? '', action: node.as }, register as Value);
  }
  state.tookPart(node.role, final);
  settleStanding(final, state, isObject(register) && (register as { changed?: Resolved }).changed === true);
  batch.emit({
    type: 'host.end',
    where,
    module: node.module.name,
    result: hidden ? concealedResult(final) : final,
    ...(count === undefined ? {} : { items: count }),
  });
  return final;
}

interface Site {
  readonly node: ModuleTask;
  readonly state: HostState;
  readonly scope: Scope;
  readonly where: Where;
  readonly hidden: boolean;
}

interface Ran {
  readonly result: TaskResult;
  readonly register: Resolved;
  /** How many items the loop had. */
  readonly count?: number;
}

async function withItems(site: Site, batch: BatchContext, sharers: readonly HostState[]): Promise<Ran> {
  const { node } = site;
  if (!node.loop) {
    const { result } = await guarded(site, site.scope, batch, sharers);
    return { result, register: registered(result, node.id) };
  }
  const items = await itemsOf(node, site.scope);
  if ('result' in items) return { result: items.result, register: registered(items.result, node.id) };
  const done: ItemDone[] = [];
  for await (const item of eachItem(node.loop, items.list, { scope: site.scope, batch })) {
    const where = { ...site.where, item: item.index };
    const { result, invocation } = await oneItem({ ...site, where }, item, { batch, sharers });
    done.push({ result, own: { ...item.own, ...(invocation ? { invocation } : {}) } });
    if ((result.status === 'unreachable' && !result.ignored) || batch.ports.stop.aborted) break;
    const finished = await all(
      node.loop.breakWhen,
      withExtra(item.scope, node.register ? { [node.register]: registered(result, node.id) } : {}),
    );
    if (node.loop.breakWhen.length > 0 && finished.is === 'true') break;
    if (finished.is === 'unknown') {
      const { until, why } = finished.unknown;
      done.push({ result: { status: 'unknown', until, why: `loop_control.break_when: ${why}` }, own: {} });
      break;
    }
  }
  return { result: worst(done.map(({ result }) => result)), register: loopResult(done, node.id), count: done.length };
}

async function oneItem(site: Site, item: Item, shared: { batch: BatchContext; sharers: readonly HostState[] }): Promise<Attempt> {
  const { batch } = shared;
  batch.emit({ type: 'host.start', where: site.where, label: item.label });
  const { result, ...more } = await guarded(site, item.scope, batch, shared.sharers);
  const final = await orIgnored(result, site.node, item.scope);
  const label = site.hidden ? `item ${item.index}` : item.label;
  batch.emit({ type: 'item.end', where: site.where, label, result: site.hidden ? concealedResult(final) : final });
  return { result: final, ...more };
}

type Attempt = Pick<Outcome, 'result' | 'invocation'>;

async function guarded(site: Site, scope: Scope, batch: BatchContext, sharers: readonly HostState[]): Promise<Attempt> {
  const attempt = await attempted(site, scope, batch, sharers);
  const { result } = attempt;
  if (result.status === 'unknown') for (const one of [site.state, ...sharers]) leaveOpen(site.node, result, one);
  return attempt;
}

/** What a task that brings variables may assign is unknown where the task is. */
function leaveOpen({ module, args }: ModuleTask, { until, why }: Extract<TaskResult, { status: 'unknown' }>, state: HostState): void {
  const unknown = new Unknown(until, why);
  if (module.assigns === 'arguments') for (const name of Object.keys(args)) state.assigned.set(name, unknown);
  else if (module.assigns === 'anything') state.open = unknown;
}

/** `when`, then the call with its retries. */
async function attempted(site: Site, own: Scope, batch: BatchContext, sharers: readonly HostState[]): Promise<Attempt> {
  const { node, state } = site;
  try {
    const scope = await withDelegatedVars(node, own, state, batch);
    const verdict = await all(node.when, scope);
    if (verdict.is === 'false') return { result: skippedBy(verdict) };
    if (verdict.is === 'unknown') {
      batch.overlay.add(worldOf(node.module, state.host.name), node.id);
      return { result: { status: 'unknown', until: verdict.unknown.until, why: `when: ${verdict.unknown.why}` } };
    }
    const outcome = await withRetries({ ...site, scope }, batch, () => callModule({ ...site, scope }, batch));
    for (const one of await owners(site.node, scope, [state, ...sharers], batch)) keep(outcome, one);
    if (outcome.inventory && enlist(outcome.inventory, batch) && outcome.result.status === 'ok' && !node.changedWhen)
      return { result: { status: 'changed', output: outcome.result.output } };
    return outcome;
  } catch (error) {
    return { result: resultOfError(error) };
  }
}

/** Whose variables the facts become: the delegate's where delegate_facts says so. */
async function owners(node: ModuleTask, scope: Scope, own: readonly HostState[], batch: BatchContext): Promise<readonly HostState[]> {
  const name = (await truth(node.settings.delegate_facts, scope)) === true ? await delegateOf(node, scope) : undefined;
  const state = name === undefined ? undefined : batch.states.get(name);
  return state ? [state] : own;
}

function keep(outcome: Outcome, state: HostState): void {
  for (const [name, value] of Object.entries(outcome.facts ?? {})) state.assigned.set(name, value);
  for (const [name, value] of Object.entries(outcome.gathered ?? {})) state.facts.set(name, value);
  for (const [name, value] of Object.entries((outcome.vars ?? {}) as Vars)) state.included.set(name, value);
}

/** What each result adds to the host's recap, as Ansible counts: a change is ok too. */
const COUNTS: { readonly [status in TaskResult['status']]: readonly (keyof HostStats)[] } = {
  ok: ['ok'],
  changed: ['ok', 'changed'],
  'would-change': ['ok', 'changed'],
  unknown: ['unknown'],
  skipped: ['skipped'],
  failed: ['failed'],
  unreachable: ['unreachable'],
};

function settleStanding(result: TaskResult, state: HostState, changed: boolean): void {
  if (result.status === 'would-change' && result.changed === false) state.count('ok');
  else if (result.status !== 'failed' && result.status !== 'unreachable') state.count(...COUNTS[result.status]);
  else if (result.ignored) state.count('ok', 'ignored', ...(changed ? (['changed'] as const) : []));
  else {
    state.standing = result.status;
    state.count(result.status);
  }
}
