/** Handlers: who is notified by what, and running those that were. */
import { nearest, PbError } from '../core/diagnostic.ts';
import type { TaskResult } from '../core/event.ts';
import type { ModuleTask, Node } from '../core/plan.ts';
import { resolve } from '../core/resolve.ts';
import type { TaskId } from '../core/value.ts';
import type { HostState } from './host-state.ts';
import { hasChanged } from './registered.ts';
import type { BatchContext } from './run-context.ts';

/** The play's handlers; a role's answer to "role : name" too. Of two with one name the last defined runs; all listeners of a topic do. */
export class Handlers {
  readonly #nodes: Node[] = [];
  readonly #byName = new Map<string, TaskId>();
  readonly #byTopic = new Map<string, TaskId[]>();

  constructor(nodes: readonly Node[]) {
    this.add(nodes);
  }

  add(nodes: readonly Node[]): void {
    for (const node of nodes) {
      this.#nodes.push(node);
      for (const handler of flat(node)) {
        if (typeof handler.name === 'string') {
          this.#byName.set(handler.name, handler.id);
          if (handler.role) this.#byName.set(`${handler.role.name} : ${handler.name}`, handler.id);
        }
        const topics = handler.kind === 'module' ? (handler.listen ?? []) : [];
        for (const topic of topics) this.#byTopic.set(topic, [...(this.#byTopic.get(topic) ?? []), handler.id]);
      }
    }
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  find(name: string): readonly TaskId[] {
    const named = this.#byName.get(name);
    return [...(named === undefined ? [] : [named]), ...(this.#byTopic.get(name) ?? [])];
  }

  names(): readonly string[] {
    return [...this.#byName.keys(), ...this.#byTopic.keys()];
  }
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
      const ids = batch.handlers.find(String(name));
      if (ids.length === 0) throw unknownHandler(String(name), node, batch);
      for (const id of ids) state.notified.add(id);
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
