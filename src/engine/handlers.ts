/** Handlers: who is notified by what, and running those that were. */
import { nearest, PbError } from '../core/diagnostic.ts';
import type { TaskResult } from '../core/event.ts';
import type { ModuleTask, Node } from '../core/plan.ts';
import { resolve } from '../core/resolve.ts';
import type { TaskId } from '../core/value.ts';
import type { HostState } from './host-state.ts';
import { hasChanged } from './registered.ts';
import type { BatchContext } from './run-context.ts';

/**
 * The play's handlers; a role's answer to "role : name" too. Of two with one name the one from the later source runs (each use of a role and
 * each include is one, the play's own list comes last), within a source the first; all listeners of a topic do, of two with one name likewise.
 */
export class Handlers {
  readonly #nodes: Node[] = [];
  readonly #byName = new Map<string, Known>();
  readonly #byTopic = new Map<string, Known[]>();
  readonly #ids = new Set<TaskId>();
  #sources = 0;

  constructor(nodes: readonly Node[]) {
    this.add(nodes);
  }

  add(nodes: readonly Node[]): void {
    this.#sources++;
    for (const given of nodes) {
      // an include that is followed again brings the same ids again
      const node = this.#ids.has(given.id) ? { ...given, id: `${given.id}#${this.#sources}` as TaskId } : given;
      this.#ids.add(node.id);
      this.#nodes.push(node);
      for (const handler of flat(node)) this.#add(handler);
    }
  }

  #add(handler: ReturnType<typeof flat>[number]): void {
    const { id, role } = handler;
    const name = typeof handler.name === 'string' ? handler.name : undefined;
    const own: Known = { id, name, source: `${this.#sources} ${role ? useOf(id) : ''}` };
    for (const answer of name === undefined ? [] : [name, ...(role ? [`${role.name} : ${name}`] : [])])
      if (this.#byName.get(answer)?.source !== own.source) this.#byName.set(answer, own);
    for (const topic of handler.kind === 'module' ? (handler.listen ?? []) : []) {
      const listeners = this.#byTopic.get(topic) ?? [];
      const same = listeners.find((one) => name !== undefined && one.name === name);
      if (same?.source !== own.source) this.#byTopic.set(topic, [...listeners.filter((one) => one !== same), own]);
    }
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  find(name: string): readonly TaskId[] {
    const named = this.#byName.get(name);
    return [...(named === undefined ? [] : [named]), ...(this.#byTopic.get(name) ?? [])].map(({ id }) => id);
  }

  names(): readonly string[] {
    return [...this.#byName.keys(), ...this.#byTopic.keys()];
  }
}

/** The use of a role that a handler's id names. */
const useOf = (id: TaskId): string => id.slice(0, id.indexOf('.', id.lastIndexOf('/handlers')));

interface Known {
  readonly id: TaskId;
  readonly name: string | undefined;
  readonly source: string;
}

/** The tasks of a handler, which may be a block. */
export function flat(node: Node): readonly Exclude<Node, { kind: 'block' }>[] {
  return node.kind === 'block' ? [...node.block, ...node.rescue, ...node.always].flatMap(flat) : [node];
}

/** A change owes the handlers it names; in check mode a change that would be made does too. */
export async function notify(result: TaskResult, node: ModuleTask, state: HostState, batch: BatchContext): Promise<void> {
  if (node.notify.length === 0 || result.status === 'failed' || !hasChanged(result)) return;
  const scope = batch.scopes.of(state, batch.view, node);
  for (const value of node.notify) {
    const resolved = await resolve(value, scope);
    for (const name of Array.isArray(resolved) ? resolved : [resolved]) {
      if (batch.handlers.find(String(name)).length === 0) throw unknownHandler(String(name), node, batch);
      state.notified.add(String(name));
    }
  }
}

function unknownHandler(name: string, node: ModuleTask, batch: BatchContext): PbError {
  const near = nearest(name, batch.handlers.names());
  return new PbError('args', `notify: there is no handler named "${name}" and none that listens to it`, {
    at: node.at,
    hint: near ? `did you mean "${near}"?` : 'define it under handlers:',
  });
}
