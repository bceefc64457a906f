/**
 * Walking a play's tree of blocks for a set of hosts. Linear strategy is one walk with all hosts of the batch, which take each task
 * together; free is one walk per host.
 */
import { PbError } from '../core/diagnostic.ts';
import type { TaskHead, TaskResult } from '../core/event.ts';
import type { Block, Include, ModuleTask, Node } from '../core/plan.ts';
import { resolve } from '../core/resolve.ts';
import { nameText, Unknown } from '../core/value.ts';
import { failureOf } from './failure.ts';
import type { HostState } from './host-state.ts';
import { runOnHost } from './host-task.ts';
import { runInclude } from './include.ts';
import { stopIfTooMany } from './limits.ts';
import { runMeta } from './meta.ts';
import { truth } from './module-call.ts';
import type { BatchContext } from './run-context.ts';
import { Slots } from './slots.ts';

export interface Walk {
  readonly batch: BatchContext;
  readonly handler: boolean;
}

export async function walk(nodes: readonly Node[], hosts: readonly HostState[], on: Walk): Promise<void> {
  for (const node of nodes) {
    const here = taking(hosts);
    if (here.length === 0 || over(on.batch)) return;
    if (node.kind === 'block') await walkBlock(node, here, on);
    else if (node.kind === 'meta') await runMeta(node, here, on);
    else if (node.kind === 'include') await runInclude(node, here, on);
    else await walkTask(node, here, on);
  }
}

const taking = (hosts: readonly HostState[]): readonly HostState[] => hosts.filter((state) => state.standing === 'in');
const over = (batch: BatchContext): boolean => batch.ended !== 'no' || batch.ports.stop.aborted;

/** Hosts that fail in the block go through rescue; all but the unreachable go through always. */
async function walkBlock(node: Block, hosts: readonly HostState[], on: Walk): Promise<void> {
  const role = node.roleRoot ? node.role : undefined;
  const here = role && node.once ? hosts.filter((state) => !state.wentThrough(role)) : hosts;
  await walkSections(node, here, on);
  if (role) for (const state of here) state.leave(role);
}

async function walkSections(node: Block, hosts: readonly HostState[], on: Walk): Promise<void> {
  await walk(node.block, hosts, on);
  if (node.rescue.length > 0) {
    const broken = hosts.filter((state) => state.standing === 'failed');
    if (broken.length > 0 && !on.batch.ports.stop.aborted) {
      for (const state of broken) {
        state.rescue();
        on.batch.emit({ type: 'host.rescued', host: state.host.name });
      }
      if (on.batch.ended === 'play' || on.batch.ended === 'run') on.batch.ended = 'no';
      await walk(node.rescue, broken, on);
    }
  }
  if (node.always.length === 0) return;
  const failed = hosts.filter((state) => state.standing === 'failed');
  const ended = on.batch.ended;
  on.batch.ended = 'no';
  for (const state of failed) state.standing = 'in';
  await walk(node.always, hosts, on);
  for (const state of failed) if (state.standing === 'in') state.standing = 'failed';
  if (on.batch.ended === 'no') on.batch.ended = ended;
}

async function walkTask(node: ModuleTask, hosts: readonly HostState[], on: Walk): Promise<void> {
  const { batch } = on;
  const [first] = hosts;
  if (!first) return;
  const once = node.module.together === true || ((await keyword(node, first, on, 'run_once')) === true && isTogether(node, batch));
  const workers = once ? [first] : hosts;
  const head = await headOf(node, first, on);
  if (batch.ports.confirm && !(await batch.ports.confirm(head))) return;
  batch.emit({ type: 'task.start', task: head, hosts: workers.map((state) => state.host.name) });
  const throttle = await throttleOf(node, first, batch);
  const results = await Promise.all(
    workers.map((state) => throttle.use(() => batch.slots.use(() => one(node, state, on, once ? hosts.slice(1) : [])))),
  );
  batch.emit({ type: 'task.end', task: node.id, hosts: workers.map((state) => state.host.name) });
  if (once && results[0]?.status === 'failed' && !results[0].ignored) for (const state of hosts.slice(1)) state.sweep();
  const fatal = (await keyword(node, first, on, 'any_errors_fatal')) ?? batch.play.anyErrorsFatal;
  stopIfTooMany(batch, hosts, fatal);
}

async function one(node: ModuleTask, state: HostState, on: Walk, sharers: readonly HostState[]): Promise<TaskResult> {
  const { batch } = on;
  if (batch.ports.stop.aborted) {
    return { status: 'skipped', why: 'the run was interrupted before' };
  }
  return runOnHost(node, state, batch, sharers);
}

/** run_once needs hosts that go together; under free each goes alone, and Ansible runs the task on every one. */
function isTogether(node: ModuleTask, batch: BatchContext): boolean {
  if (batch.play.strategy === 'linear') return true;
  if (!batch.told.has(node.id)) {
    batch.told.add(node.id);
    const text = `run_once has no effect with strategy ${batch.play.strategy}: the task runs on every host`;
    batch.emit({ type: 'notice', severity: 'warning', text, span: node.at, hint: 'use strategy: linear, or when: with one host' });
  }
  return false;
}

const keyword = async (
  node: ModuleTask,
  state: HostState,
  on: Walk,
  name: 'run_once' | 'any_errors_fatal' | 'diff',
): Promise<boolean | undefined> => {
  const value = node.settings[name];
  return value === undefined ? undefined : truth(value, on.batch.scopes.of(state, on.batch.view, node));
};

/** One limit per task for all hosts of the batch, however they go through it. */
async function throttleOf(node: ModuleTask, state: HostState, batch: BatchContext): Promise<Slots> {
  const value = node.settings.throttle;
  const limit = value === undefined ? 0 : Number(await resolve(value, batch.scopes.of(state, batch.view, node)));
  const made = batch.throttles.get(node.id) ?? new Slots(limit > 0 ? limit : Number.MAX_SAFE_INTEGER);
  batch.throttles.set(node.id, made);
  return made;
}

/** A task's name with its templates, as the first host sees it; the raw text where that cannot be told yet. */
export async function headOf(node: ModuleTask | Include, state: HostState, on: Walk): Promise<TaskHead> {
  const module = node.kind === 'module' ? node.as : `include_${node.what}`;
  const name = await nameOf(node, state, on, module);
  const diff = node.kind === 'module' ? await keyword(node, state, on, 'diff') : undefined;
  return { id: node.id, name, module, at: node.at, handler: on.handler, ...(diff === undefined ? {} : { diff }) };
}

async function nameOf(node: ModuleTask | Include, state: HostState, on: Walk, fallback: string): Promise<string> {
  const inRole = (text: string): string => (node.role ? `${node.role.name} : ${text}` : text);
  if (node.name === undefined) return inRole(fallback);
  try {
    const name = await resolve(node.name, on.batch.scopes.of(state, on.batch.view, node));
    const text = name instanceof Unknown ? fallback : String(name);
    return inRole(text);
  } catch (error) {
    if (!(error instanceof PbError)) throw error;
    return `${nameText(node.name) ?? fallback} (${failureOf(error).message})`;
  }
}
