/**
 * What check mode knows would exist by now: the changes earlier tasks of this run would have made, per host and for the cluster.
 * A prerequisite that is absent but provided here does not fail the check.
 */
import type { Change, Resource } from '../core/change.ts';
import type { AnyModule } from '../core/module.ts';
import type { HostName, TaskId } from '../core/value.ts';

/** What a module's changes are kept under: the host, or the one cluster, the registries or the stores, which all hosts share. */
export const worldOf = ({ target }: AnyModule, host: HostName): string => (target === 'host' || target === 'none' ? host : target);

export class Overlay {
  readonly #provided = new Map<string, Map<Resource, TaskId>>();
  /** The last task of each target that would change it, or whose effect nobody can foretell. */
  readonly #last = new Map<string, TaskId>();

  add(target: string, task: TaskId, change?: Change): void {
    this.#last.set(target, task);
    const provided = this.#provided.get(target) ?? new Map<Resource, TaskId>();
    for (const resource of change?.provides ?? []) provided.set(resource, task);
    this.#provided.set(target, provided);
  }

  /** The task that would change `what`; "…/*" is anything below. */
  changer(target: string, what: Resource): TaskId | undefined {
    const provided = this.#provided.get(target);
    if (!what.endsWith('/*')) return provided?.get(what) ?? (provided && under(what, provided));
    return [...(provided ?? [])].find(([resource]) => resource.startsWith(what.slice(0, -1)))?.[1];
  }

  /** The task after which `what` will, or may, exist. Objects may be made by any controller once something has changed. */
  provider(target: string, what: Resource): TaskId | undefined {
    const provided = this.#provided.get(target);
    const kind = what.slice(0, what.indexOf('/'));
    return provided?.get(what) ?? (kind === 'object' ? this.#last.get(target) : provided?.get(`${kind}/*`));
  }
}

/** The task that would change all that is below a directory in which `what` lies. */
function under(what: Resource, provided: ReadonlyMap<Resource, TaskId>): TaskId | undefined {
  for (let end = what.lastIndexOf('/'); end > 0; end = what.lastIndexOf('/', end - 1)) {
    const task = provided.get(`${what.slice(0, end)}/*`);
    if (task !== undefined) return task;
  }
  return undefined;
}
