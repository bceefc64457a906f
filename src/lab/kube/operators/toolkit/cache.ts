/** What the API server holds of one kind, kept current by list and watch; listed anew after 410, a drop or a restart of the server. */
import type { Client } from './client.ts';
import { sleep } from './clock.ts';
import { isStatus } from './http.ts';
import { type Kind, keyOf, type Obj } from './objects.ts';

export class Cache<T extends Obj> {
  readonly kind: Kind<T>;
  readonly #objects = new Map<string, T>();
  readonly #listeners: ((object: T) => void)[] = [];
  #version = 0;
  #synced: (() => void) | undefined;
  /** Fulfilled after the first list. */
  readonly synced: Promise<void>;

  constructor(kind: Kind<T>) {
    this.kind = kind;
    this.synced = new Promise((resolve) => {
      this.#synced = resolve;
    });
  }

  /** Another number after each change of what is held. */
  get version(): number {
    return this.#version;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(namespace ? `${namespace}/${name}` : name);
  }

  all(namespace?: string): T[] {
    const objects = [...this.#objects.values()];
    return namespace === undefined ? objects : objects.filter((object) => object.metadata.namespace === namespace);
  }

  /** Calls `listener` with each object that came, changed or went, those there already included. */
  listen(listener: (object: T) => void): void {
    this.#listeners.push(listener);
    for (const object of this.#objects.values()) listener(object);
  }

  /** Runs until aborted. A kind that is not served (its CRD is not installed) is an empty one. */
  async run(client: Client, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const { items, resourceVersion } = await client.list(this.kind);
        this.#replace(items);
        failures = 0;
        await this.#follow(client, resourceVersion);
      } catch (error) {
        if (signal.aborted) return;
        if (isStatus(error, 404)) this.#replace([]);
        else if (!isStatus(error, 410)) failures++;
        await sleep(isStatus(error, 404) ? 300 : Math.min(50 * 2 ** failures, 2000), signal);
      }
    }
  }

  async #follow(client: Client, from: string): Promise<void> {
    let version = from;
    for (;;) {
      let gone = false;
      await client.watch(this.kind, version, (event) => {
        if (event.type === 'ERROR') {
          gone = true;
          return;
        }
        version = event.object.metadata.resourceVersion ?? version;
        if (event.type === 'BOOKMARK') return;
        if (event.type === 'DELETED') this.#objects.delete(keyOf(event.object));
        else this.#objects.set(keyOf(event.object), event.object);
        this.#tell(event.object);
      });
      if (gone) return;
    }
  }

  #replace(items: readonly T[]): void {
    const gone = new Map(this.#objects);
    for (const item of items) {
      const known = gone.get(keyOf(item));
      gone.delete(keyOf(item));
      this.#objects.set(keyOf(item), item);
      if (known?.metadata.resourceVersion !== item.metadata.resourceVersion) this.#tell(item);
    }
    for (const [key, object] of gone) {
      this.#objects.delete(key);
      this.#tell(object);
    }
    this.#synced?.();
  }

  #tell(object: T): void {
    this.#version++;
    for (const listener of this.#listeners) listener(object);
  }
}
