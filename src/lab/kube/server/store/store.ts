/** All objects, in memory, with every change numbered: what etcd is to a real API server. One thread writes, so a write is one call. */
import { copy, type Obj } from '../json.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `apps/deployments`. */
  readonly bucket: string;
  readonly revision: number;
  /** As it is now; of a deleted object as it last was, with the deletion's revision. */
  readonly object: Obj;
  readonly previous: Obj | undefined;
}

/** Changes remembered for watches and pages; older ones are "too old". */
const remembered = 5000;

export class Store {
  #revision = 100;
  #oldest = 100;
  readonly #buckets = new Map<string, Map<string, Obj>>();
  #history: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();

  get revision(): number {
    return this.#revision;
  }

  /** Changes up to this revision are forgotten. */
  get oldest(): number {
    return this.#oldest;
  }

  get(bucket: string, key: string): Obj | undefined {
    return this.#buckets.get(bucket)?.get(key);
  }

  /** The bucket's objects by key, of one namespace or all. Not copies: nobody may change them. */
  list(bucket: string, namespace = ''): Obj[] {
    const prefix = namespace && `${namespace}/`;
    const entries = [...(this.#buckets.get(bucket) ?? [])].filter(([key]) => key.startsWith(prefix));
    return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** The bucket's objects as they were at a revision; undefined when that is forgotten. */
  listAt(bucket: string, namespace: string, revision: number): Obj[] | undefined {
    if (revision < this.#oldest) return undefined;
    const objects = new Map(this.list(bucket, namespace).map((object) => [keyOf(object), object]));
    for (let index = this.#history.length - 1; index >= 0; index--) {
      const change = this.#history[index];
      if (!change || change.revision <= revision) break;
      if (change.bucket !== bucket || (namespace && change.object.metadata.namespace !== namespace)) continue;
      if (change.previous) objects.set(keyOf(change.object), change.previous);
      else objects.delete(keyOf(change.object));
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  buckets(): string[] {
    return [...this.#buckets.keys()];
  }

  /** Writes the object, giving it the next revision, and tells the listeners. */
  put(bucket: string, object: Obj): Obj {
    const key = keyOf(object);
    const previous = this.get(bucket, key);
    const stored = this.#numbered(object);
    const objects = this.#buckets.get(bucket) ?? new Map<string, Obj>();
    this.#buckets.set(bucket, objects.set(key, stored));
    this.#tell({ type: previous ? 'MODIFIED' : 'ADDED', bucket, revision: this.#revision, object: stored, previous });
    return stored;
  }

  remove(bucket: string, object: Obj): Obj {
    const previous = this.get(bucket, keyOf(object));
    const stored = this.#numbered(object);
    this.#buckets.get(bucket)?.delete(keyOf(object));
    this.#tell({ type: 'DELETED', bucket, revision: this.#revision, object: stored, previous });
    return stored;
  }

  /** Changes after a revision, oldest first; undefined when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#oldest) return undefined;
    return this.#history.filter((change) => change.revision > revision);
  }

  /** Called for every change from now on, in the middle of the write: it must not write itself. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets all changes so far, as compaction does: watches from before now get 410. */
  compact(): void {
    this.#history = [];
    this.#oldest = this.#revision;
  }

  #numbered(object: Obj): Obj {
    this.#revision++;
    const numbered = copy(object);
    numbered.metadata.resourceVersion = String(this.#revision);
    return numbered;
  }

  #tell(change: Change): void {
    this.#history.push(change);
    if (this.#history.length > remembered * 2) {
      this.#history = this.#history.slice(-remembered);
      this.#oldest = (this.#history[0]?.revision ?? this.#revision) - 1;
    }
    for (const listener of this.#listeners) listener(change);
  }
}

export const keyOf = (object: Obj): string => keyFor(object.metadata.namespace, object.metadata.name ?? '');
export const keyFor = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
