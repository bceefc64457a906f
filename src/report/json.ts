/** JSON lines: every event on a line of its own on stdout, and nothing else there. */
import type { Reporter, RunEvent } from '../core/event.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const SCHEMA_VERSION = 1;

export class JsonReporter implements Reporter {
  readonly #write: (text: string) => void;
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  on(event: RunEvent): void {
    const first = event.type === 'run.start' ? { schema: SCHEMA_VERSION } : {};
    this.#write(`${JSON.stringify({ ...first, ...event })}\n`);
  }

  async close(): Promise<void> {}
}
