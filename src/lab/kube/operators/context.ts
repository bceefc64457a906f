/** What every operator is given. */

import type { Fleet } from './cluster/fleet.ts';
import type { Delay } from './delays.ts';
import { delays } from './delays.ts';
import type { NodeDisks } from './disks.ts';
import type { Faults } from './faults.ts';
import { Cache } from './toolkit/cache.ts';
import type { Client } from './toolkit/client.ts';
import type { SimClock } from './toolkit/clock.ts';
import { type Again, Controller, type Reconcile, type Trigger } from './toolkit/controller.ts';
import type { Kind, Obj } from './toolkit/objects.ts';

export interface Options {
  /** "4.18.20": names of images, channels and versions. */
  readonly version: string;
  readonly fleet: Fleet;
  readonly disks: NodeDisks;
  readonly faults: Faults;
  /** Whether a catalog's image can be pulled by a node. */
  pulls(image: string): boolean | Promise<boolean>;
  readonly signal: AbortSignal;
  log(line: string): void;
}

export class Context {
  readonly client: Client;
  readonly clock: SimClock;
  readonly options: Options;
  readonly #caches = new Map<string, Cache<Obj>>();
  readonly #controllers: Controller[] = [];
  readonly #runs: Promise<void>[] = [];

  constructor(client: Client, clock: SimClock, options: Options) {
    this.client = client;
    this.clock = clock;
    this.options = options;
  }

  get faults(): Faults {
    return this.options.faults;
  }

  /** The kind's cache, one for all operators; filled from `start` on, so it must have been asked for before. */
  cache<T extends Obj>(kind: Kind<T>): Cache<T> {
    const key = `${kind.apiVersion}/${kind.kind}`;
    const known = this.#caches.get(key);
    if (!known && this.#started) throw new Error(`${kind.kind} is asked for after the start: nothing fills its cache`);
    const cache = known ?? new Cache<Obj>(kind as Kind);
    this.#caches.set(key, cache);
    return cache as unknown as Cache<T>;
  }

  /** A controller, woken by `triggers` once the caches are filled. */
  controller(name: string, triggers: readonly Trigger[], reconcile: Reconcile): Controller {
    const { log, signal } = this.options;
    const controller = new Controller(name, reconcile, { clock: this.clock, log, signal });
    this.#controllers.push(controller);
    this.#attachments.push(() => {
      for (const trigger of triggers) trigger.attach((key) => controller.add(key));
    });
    return controller;
  }
  readonly #attachments: (() => void)[] = [];
  #started = false;

  /** Lists and watches every kind asked for, then lets the controllers work. */
  async start(): Promise<void> {
    this.#started = true;
    const caches = [...this.#caches.values()];
    this.#runs.push(...caches.map((cache) => cache.run(this.client, this.options.signal)));
    const aborted = new Promise<void>((resolve) => this.options.signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([Promise.all(caches.map((cache) => cache.synced)), aborted]);
    for (const attach of this.#attachments) attach();
  }

  /** Fulfilled when nothing runs any more; the signal must have been aborted before. */
  async stopped(): Promise<void> {
    await Promise.all([...this.#runs, ...this.#controllers.map((controller) => controller.idle)]);
  }

  /** Simulated ms left of a wait that begins when it is first asked about: `again` when there are any. */
  wait(key: string, delay: Delay | number): Again | undefined {
    const left = this.clock.left(key, typeof delay === 'number' ? delay : delays[delay]);
    return left > 0 ? { again: left } : undefined;
  }
}
