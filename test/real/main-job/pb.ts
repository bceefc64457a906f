/** The built command line as a person starts it, its JSON lines read as they come. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Failure, RunEvent, TaskResult } from '../../../src/core/event.ts';

/** Another build can be given, so that a rebuild under way does not disturb. */
const cli = process.env['PB_TEST_CLI'] ?? fileURLToPath(new URL('../../../dist/pb.js', import.meta.url));

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Filled with --output json. */
  readonly events: readonly RunEvent[];
}

export interface Running {
  /** The first event that fits, told already or still to come; rejects when the run ends without it. */
  event(fits: (event: RunEvent) => boolean): Promise<RunEvent>;
  signal(name: 'SIGINT' | 'SIGKILL'): void;
  readonly ended: Promise<Ran>;
}

export interface Surroundings {
  readonly home: string;
  readonly kubeconfig: string;
}

export function start(args: readonly string[], { home, kubeconfig }: Surroundings): Running {
  const env = { KUBECONFIG: kubeconfig, HOME: home, NO_COLOR: '1' };
  const child = execa('node', [cli, ...args], { reject: false, env, input: '' });
  const events: RunEvent[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const go of waiting) go();
    waiting.clear();
  };
  let over = false;
  const ended = (async (): Promise<Ran> => {
    for await (const line of child) {
      if (!line.startsWith('{"')) continue;
      events.push(JSON.parse(line) as RunEvent);
      wake();
    }
    const { exitCode = -1, stdout, stderr } = await child;
    over = true;
    wake();
    return { exitCode, stdout, stderr, events };
  })();
  return {
    ended,
    signal: (name) => void child.kill(name),
    async event(fits) {
      for (;;) {
        const found = events.find(fits);
        if (found) return found;
        if (over) throw new Error(`the run ended without that event; its last: ${JSON.stringify(events.slice(-3), null, 1)}`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
  };
}

/** How each host ended the task of this name. */
export function resultsOf({ events }: Ran, task: string): { readonly [host: string]: TaskResult } {
  const ids = new Set(events.flatMap((event) => (event.type === 'task.start' && event.task.name === task ? [event.task.id] : [])));
  return Object.fromEntries(
    events.flatMap((event) => (event.type === 'host.end' && ids.has(event.where.task) ? [[event.where.host, event.result]] : [])),
  );
}

/** What went wrong, by "task on host". */
export function failuresOf({ events, stderr }: Ran): { readonly [where: string]: Failure } {
  const names = new Map(events.flatMap((event) => (event.type === 'task.start' ? [[event.task.id, event.task.name] as const] : [])));
  const failures = events.flatMap((event) =>
    event.type === 'host.end' && 'error' in event.result
      ? [[`${names.get(event.where.task)} on ${event.where.host}`, event.result.error] as const]
      : [],
  );
  if (events.length === 0) throw new Error(`no events: ${stderr}`);
  return Object.fromEntries(failures);
}

/** Everything a person reads of a failure, message and remedy, in one line. */
export const told = (failure: Failure | undefined): string => `${failure?.message} help: ${failure?.hint}`.replaceAll(/\s+/g, ' ');
