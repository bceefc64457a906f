/** A run as a reporter hears of it, told in few words. */
import type { Change } from '../../src/core/change.ts';
import type { Failure, HostStats, RunEvent, TaskHead, TaskResult } from '../../src/core/event.ts';
import type { HostName, TaskId } from '../../src/core/value.ts';
import { LineReporter } from '../../src/report/lines.ts';
import { styleFor } from '../../src/report/style.ts';

type Told = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'at'> : never) : never;

export interface Step {
  readonly change?: Change;
  readonly result: TaskResult;
  /** Instead of one result: the items of a loop. */
  readonly items?: { readonly [label: string]: TaskResult };
}

const playbook = ['- hosts: all', '  tasks:', '    - name: Write the configuration', '      copy: { content: x, dest: /etc/x }'];
const host = (name: string) => name as HostName;

export const ok = (output: TaskResult extends { output: infer O } ? O : null = null): TaskResult => ({ status: 'ok', output });
export const skipped: TaskResult = { status: 'skipped', why: 'when: false' };
export const changed = (change: Change): Step => ({ change, result: { status: 'changed', change, output: null } });
export const wouldChange = (change: Change): Step => ({ change, result: { status: 'would-change', change } });
export const unknown = (why: string, change?: Change): Step => ({
  ...(change ? { change } : {}),
  result: { status: 'unknown', until: 'all/1:command' as TaskId, why, ...(change ? { change } : {}) },
});
export const failed = (error: Partial<Failure> & { readonly message: string }, more: { change?: Change; ignored?: true } = {}): Step => {
  const { change, ignored } = more;
  const result: TaskResult = {
    status: 'failed',
    error: { code: 'exec', retryable: false, ...error },
    ...(change ? { change } : {}),
    ...(ignored ? { ignored } : {}),
  };
  return { ...(change ? { change } : {}), result };
};
export const unreachable = (message: string, hint: string): Step => ({
  result: { status: 'unreachable', error: { code: 'unreachable', message, hint, retryable: true } },
});

export class Story {
  readonly #events: RunEvent[] = [];
  #tasks = 0;

  constructor(mode: 'apply' | 'check', hosts: readonly string[]) {
    this.tell({ type: 'run.start', mode, playbooks: ['site.yml'] });
    this.tell({ type: 'play.start', play: 'Workers', hosts: hosts.map(host) });
  }

  tell(...events: readonly Told[]): this {
    for (const event of events) this.#events.push({ ...event, at: this.#events.length } as RunEvent);
    return this;
  }

  /** Another play after the first. */
  play(play: string, hosts: readonly string[]): this {
    return this.tell({ type: 'play.start', play, hosts: hosts.map(host) });
  }

  /** Hosts end in the order given; the task lists them by name. `meanwhile` is told after the task has begun. */
  task(
    name: string,
    steps: { readonly [host: string]: Step },
    { meanwhile = [], ...more }: Partial<TaskHead> & { readonly meanwhile?: readonly Told[] } = {},
  ): this {
    const id = `all/${++this.#tasks}:copy` as TaskId;
    const hosts = Object.keys(steps).sort().map(host);
    const head = { id, name, module: 'copy', at: { file: 'site.yml', line: 3, column: 7, length: 10 }, handler: false, ...more };
    this.tell({ type: 'task.start', task: head, hosts }, ...meanwhile);
    for (const [key, { change, result, items }] of Object.entries(steps)) {
      const where = { task: id, host: host(key) };
      if (change) this.tell({ type: 'task.change', where, change });
      for (const [item, [label, one]] of Object.entries(items ?? {}).entries()) {
        if ('change' in one && one.change) this.tell({ type: 'task.change', where: { ...where, item }, change: one.change });
        this.tell({ type: 'item.end', where: { ...where, item }, label, result: one });
      }
      const count = items ? { items: Object.keys(items).length } : {};
      this.tell({ type: 'host.end', where, result, module: head.module, ...count });
    }
    return this.tell({ type: 'task.end', task: id, hosts });
  }

  end(exitCode: 0 | 2 | 4 | 130, stats: { readonly [host: string]: Partial<HostStats> }): this {
    const none = { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0, unknown: 0 };
    return this.tell({
      type: 'run.end',
      exitCode,
      stats: Object.fromEntries(Object.entries(stats).map(([name, own]) => [name, { ...none, ...own }])),
    });
  }

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** As `--output lines` prints it, without colours. */
  lines(options: { readonly verbosity?: number; readonly diff?: boolean } = {}): string {
    let text = '';
    const reporter = new LineReporter({
      write: (more) => {
        text += more;
      },
      style: styleFor({}, {}),
      verbosity: options.verbosity ?? 0,
      diff: options.diff ?? false,
      readLine: (_file, line) => playbook[line - 1],
    });
    for (const event of this.#events) reporter.on(event);
    return text;
  }
}
