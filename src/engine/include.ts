/** include_tasks and include_role: loaded when reached; hosts that include the same file with the same variables go on together. */
import type { TaskResult } from '../core/event.ts';
import type { Include, Node } from '../core/plan.ts';
import type { Layer } from '../core/precedence.ts';
import { resolve } from '../core/resolve.ts';
import {
  isObject,
  type JsonObject,
  nameText,
  type Resolved,
  type Scope,
  Unknown,
  unknownIn,
  type Value,
  type Vars,
} from '../core/value.ts';
import { all, skippedBy } from './conditions.ts';
import { resultOfError } from './failure.ts';
import type { HostState } from './host-state.ts';
import { orIgnored } from './ignored.ts';
import { stopIfTooMany } from './limits.ts';
import { eachItem, itemsOf } from './loop.ts';
import { truth } from './module-call.ts';
import { type ItemDone, loopResult, registered, worst } from './registered.ts';
import { headOf, type Walk, walk } from './walk.ts';

interface Group {
  readonly args: Resolved;
  readonly extra: Vars;
  readonly item?: number;
  readonly hosts: HostState[];
}

export async function runInclude(node: Include, hosts: readonly HostState[], on: Walk): Promise<void> {
  const { batch } = on;
  const [first] = hosts;
  if (!first) return;
  batch.emit({ type: 'task.start', task: await headOf(node, first, on), hosts: hosts.map((state) => state.host.name) });
  const groups = new Map<string, Group>();
  const once = batch.play.strategy === 'linear' && (await truth(node.settings.run_once, batch.scopes.of(first, batch.view, node))) === true;
  for (const state of once ? [first] : hosts) {
    const scope = batch.scopes.of(state, batch.view, node);
    const result = await orIgnored(await gather({ node, scope }, state, on, groups).catch(resultOfError), node, scope);
    state.tookPart(node.role, result);
    if (result.status === 'failed') lost(node, state, result);
    else if (result.status === 'unknown') {
      state.count('unknown');
      batch.overlay.add(state.host.name, node.id);
    } else if (result.status === 'skipped') state.count('skipped');
    batch.emit({ type: 'host.end', where: { task: node.id, host: state.host.name }, module: `include_${node.what}`, result });
  }
  batch.emit({ type: 'task.end', task: node.id, hosts: hosts.map((state) => state.host.name) });
  let broken = hosts.some((state) => state.standing === 'failed');
  for (const group of groups.values()) broken = !(await follow(node, group, on)) || broken;
  if (!broken) return;
  const fatal = await truth(node.settings.any_errors_fatal, batch.scopes.of(first, batch.view, node));
  stopIfTooMany(batch, hosts, fatal ?? batch.play.anyErrorsFatal);
}

/** The host is out, unless that is ignored or a rescue section takes it up. */
function lost(node: Include, state: HostState, result: TaskResult): void {
  const register = registered(result, node.id) as Value;
  if (node.register !== undefined) state.assigned.set(node.register, register);
  if ('ignored' in result && result.ignored) return state.count('ok', 'ignored');
  state.standing = 'failed';
  state.count('failed');
  state.failedAt({ name: nameText(node.name) ?? '', action: `include_${node.what}` }, register);
}

/** Adds the host to the groups of what it includes. */
async function gather(
  { node, scope }: { readonly node: Include; readonly scope: Scope },
  state: HostState,
  { batch }: Walk,
  groups: Map<string, Group>,
): Promise<TaskResult> {
  const add = async (inner: Scope, extra: Vars, item?: number): Promise<TaskResult> => {
    const verdict = await all(node.when, inner);
    if (verdict.is === 'false') return skippedBy(verdict);
    if (verdict.is === 'unknown') return { status: 'unknown', until: verdict.unknown.until, why: `when: ${verdict.unknown.why}` };
    const args = await resolve(node.args, inner);
    const unknown = args instanceof Unknown ? args : unknownIn(args);
    if (unknown) return { status: 'unknown', until: unknown.until, why: unknown.why };
    const key = JSON.stringify([args, item ?? null, extra]);
    const group = groups.get(key) ?? { args, extra, hosts: [], ...(item === undefined ? {} : { item }) };
    group.hosts.push(state);
    groups.set(key, group);
    return { status: 'ok', output: outputOf(node, args) };
  };
  const keep = (register: Resolved): void => {
    if (node.register !== undefined) state.assigned.set(node.register, register as Value);
  };
  if (!node.loop) {
    const result = await add(scope, {});
    keep(registered(result, node.id));
    return result;
  }
  const items = await itemsOf(node, scope);
  if ('result' in items) return items.result;
  const done: ItemDone[] = [];
  for await (const item of eachItem(node.loop, items.list, { scope, batch })) {
    const result = await add(item.scope, item.own as Vars, item.index);
    done.push({ result, own: item.own });
    if (result.status === 'unknown') break;
  }
  keep(loopResult(done, node.id));
  return worst(done.map(({ result }) => result));
}

/** What `register` keeps of an include that is followed. */
const outputOf = (node: Include, args: Resolved): JsonObject => {
  const given = isObject(args) ? (args as JsonObject) : {};
  return node.what === 'tasks' ? { include: given['file'] ?? null, include_args: {} } : { include_args: given };
};

/** Whether what is included could be loaded. */
async function follow(node: Include, group: Group, on: Walk): Promise<boolean> {
  const { batch } = on;
  try {
    const layers: readonly Layer[] = [{ precedence: 'include params', vars: group.extra, origin: 'the include' }];
    const loaded = await batch.ports.include(node, group.args, layers);
    // Each inclusion counts as ok, as with Ansible.
    for (const state of group.hosts) state.count('ok');
    for (const { summary, hint, at } of loaded.warnings) {
      batch.emit({ type: 'notice', severity: 'warning', text: summary, ...(hint ? { hint } : {}), ...(at ? { span: at } : {}) });
    }
    batch.handlers.add(loaded.handlers);
    batch.view.shared.push(...loaded.layers);
    const role = node.what === 'role' ? loaded.nodes.findLast(({ kind }) => kind === 'block') : undefined;
    if (role) batch.view.includedRoles.push(String(role.name));
    const { item } = group;
    await walk(item === undefined ? loaded.nodes : loaded.nodes.map((inner) => within(inner, item)), group.hosts, on);
    return true;
  } catch (error) {
    const result = resultOfError(error);
    for (const state of group.hosts) {
      lost(node, state, result);
      batch.emit({ type: 'host.end', where: { task: node.id, host: state.host.name }, module: `include_${node.what}`, result });
    }
    return false;
  }
}

/** The nodes that one item of a loop included: its index keeps their ids apart. */
function within(node: Node, item: number): Node {
  const id = `${node.id}[${item}]` as Node['id'];
  if (node.kind !== 'block') return { ...node, id };
  const inside = (nodes: readonly Node[]): readonly Node[] => nodes.map((inner) => within(inner, item));
  return { ...node, id, block: inside(node.block), rescue: inside(node.rescue), always: inside(node.always) };
}
