/** Work that follows a change, done after the write that caused it: one key is queued once. */

export class WorkQueue {
  readonly #waiting = new Set<string>();
  readonly #work: (key: string) => void;
  #scheduled: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(work: (key: string) => void) {
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    this.#scheduled ??= setImmediate(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = undefined;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys) this.#work(key);
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    clearImmediate(this.#scheduled);
  }
}
