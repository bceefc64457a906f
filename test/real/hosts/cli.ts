/** The built CLI as a person starts it: a folder with an inventory and a playbook, `node dist/pb.js`, JSON lines read as they come. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostStats, RunEvent, TaskResult } from '../../../src/core/event.ts';

/** Another build can be given, so that a rebuild under way does not disturb. */
const cli = process.env['PB_TEST_CLI'] ?? fileURLToPath(new URL('../../../dist/pb.js', import.meta.url));

export interface Project {
  readonly dir: string;
  /** HOME of the CLI: its ~/.ssh is empty but for what the test puts there. */
  readonly home: string;
  write(files: { readonly [name: string]: string }): void;
  close(): void;
}

export function newProject(): Project {
  const dir = mkdtempSync(join(tmpdir(), 'pb-project-'));
  const home = join(dir, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  return {
    dir,
    home,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, name)), { recursive: true });
        writeFileSync(join(dir, name), text, { mode: 0o600 });
      }
    },
    close: () => rmSync(dir, { recursive: true }),
  };
}

export interface Ended {
  /** null where a signal ended it. */
  readonly exitCode: number | null;
  readonly events: readonly RunEvent[];
  readonly stderr: string;
}

export interface Running {
  /** The first event that fits, told already or still to come; rejects when the run ends without it. */
  event(fits: (event: RunEvent) => boolean): Promise<RunEvent>;
  /** Ctrl-C, and waits until pb has said that it heard it: two signals at once would be one. */
  interrupt(): Promise<void>;
  kill(): void;
  readonly ended: Promise<Ended>;
}

/** Starts `pb ARGS --output json` in the project's folder. */
export function start(project: Project, args: readonly string[]): Running {
  const env = { PATH: process.env['PATH'], HOME: project.home };
  const child = spawn(process.execPath, [cli, ...args, '--output', 'json'], {
    cwd: project.dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: RunEvent[] = [];
  const waiting = new Set<() => void>();
  const ended = finish(child, events).finally(() => wake(waiting));
  let over = false;
  ended.then(
    () => {
      over = true;
      wake(waiting);
    },
    () => undefined,
  );
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as RunEvent);
    wake(waiting);
  });
  return {
    ended,
    async interrupt() {
      const before = interruptions(events).length;
      child.kill('SIGINT');
      while (interruptions(events).length === before && !over) await new Promise<void>((resolve) => waiting.add(resolve));
    },
    kill: () => void child.kill('SIGKILL'),
    async event(fits) {
      for (;;) {
        const found = events.find(fits);
        if (found) return found;
        if (over) throw new Error(`the run ended without that event: ${JSON.stringify(events.slice(-3), null, 1)}`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
  };
}

export const pb = (project: Project, args: readonly string[]): Promise<Ended> => start(project, args).ended;

/** What pb said when it heard Ctrl-C. */
export const interruptions = (events: readonly RunEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'notice' && event.text.startsWith('interrupted') ? [event.text] : []));

function wake(waiting: Set<() => void>): void {
  for (const go of waiting) go();
  waiting.clear();
}

function finish(child: ChildProcess, events: readonly RunEvent[]): Promise<Ended> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, events, stderr }));
  });
}

/** How each host ended the task with this name. */
export function results(ended: Ended, task: string): { readonly [host: string]: TaskResult } {
  const ids = new Set(ended.events.flatMap((event) => (event.type === 'task.start' && event.task.name === task ? [event.task.id] : [])));
  return Object.fromEntries(
    ended.events.flatMap((event) => (event.type === 'host.end' && ids.has(event.where.task) ? [[event.where.host, event.result]] : [])),
  );
}

/** The recap; empty where the run did not come that far. */
export const stats = (ended: Ended): { readonly [host: string]: HostStats } =>
  ended.events.flatMap((event) => (event.type === 'run.end' ? [event.stats] : []))[0] ?? {};

/** The one error a host ended with. */
export function errorOf(ended: Ended, host: string): Extract<TaskResult, { status: 'failed' | 'unreachable' }>['error'] {
  const errors = ended.events.flatMap((event) =>
    event.type === 'host.end' && event.where.host === host && 'error' in event.result ? [event.result.error] : [],
  );
  if (errors.length !== 1 || !errors[0]) throw new Error(`${errors.length} errors on ${host}: ${JSON.stringify(ended, null, 1)}`);
  return errors[0];
}

export const changes = (ended: Ended) => ended.events.flatMap((event) => (event.type === 'task.change' ? [event] : []));
export const notices = (ended: Ended) => ended.events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
