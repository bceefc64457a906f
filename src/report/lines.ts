/** The plain reporter: one line per task with host sets, diffs under it, failures in full at the end. */
import type { Change } from '../core/change.ts';
import type { Reporter, RunEvent, TaskHead, TaskResult } from '../core/event.ts';
import type { HostName, Json, TaskId } from '../core/value.ts';
import { isObject } from '../core/value.ts';
import type { ReadLine } from './diagnostic.ts';
import { diffLines } from './diff.ts';
import { type FailedTask, tellFailures } from './failures.ts';
import { hostSets, kindOf, paint } from './outcome.ts';
import { recap } from './recap.ts';
import { colourDiff, duration, indent, type Style } from './style.ts';
import { waiting } from './waiting.ts';

export interface LineOptions {
  readonly write: (text: string) => void;
  readonly style: Style;
  readonly verbosity: number;
  readonly diff: boolean;
  readonly readLine: ReadLine;
  readonly width?: number;
}

interface Running {
  readonly head: TaskHead;
  readonly results: Map<HostName, TaskResult>;
  readonly changes: Map<HostName, Change[]>;
  readonly items: { readonly host: HostName; readonly label: string; readonly result: TaskResult }[];
}

const NAME_WIDTH = 58;
/** A wait says something at most this often. */
const PENDING_EVERY_MS = 30_000;

export class LineReporter implements Reporter {
  readonly #to: LineOptions;
  readonly #running = new Map<TaskId, Running>();
  #failed: readonly FailedTask[] = [];
  readonly #heads = new Map<TaskId, TaskHead>();
  readonly #told = new Map<string, number>();
  #check = false;
  /** Of the play at hand, until its first task begins: one of which no task is chosen is not worth a line. */
  #heading: string | undefined;

  constructor(options: LineOptions) {
    this.#to = options;
  }

  on(event: RunEvent): void {
    const { style, verbosity } = this.#to;
    switch (event.type) {
      case 'run.start':
        this.#check = event.mode === 'check';
        return;
      case 'play.start':
        this.#heading = `\n${style.bold(`PLAY [${event.play}]`)} ${style.dim(hostCount(event.hosts))}${this.#check ? style.magenta(' (check)') : ''}`;
        return;
      case 'task.start':
        return this.#begin(event.task);
      case 'task.change':
        return this.#changed(event.where.task, event.where.host, event.change);
      case 'task.pending':
        return this.#pending(event);
      case 'task.retry':
        return this.#line(
          style.dim(
            `  … ${event.where.host}: attempt ${event.attempt} of ${event.retries + 1}: ${event.why}; next in ${duration(event.delayMs)}`,
          ),
        );
      case 'item.end':
        this.#running.get(event.where.task)?.items.push({ host: event.where.host, label: event.label, result: event.result });
        return this.#collect(event.where.task, event.where.host, event.result, event.label);
      case 'host.end':
        this.#running.get(event.where.task)?.results.set(event.where.host, event.result);
        if (event.items === undefined) this.#collect(event.where.task, event.where.host, event.result);
        return;
      case 'host.rescued':
        this.#failed = this.#failed.map((one) => (one.host === event.host ? { ...one, rescued: true } : one));
        return;
      case 'task.end':
        return this.#end(event.task, event.hosts);
      case 'step.end':
        if (verbosity >= 2)
          this.#line(
            style.dim(
              indent(
                `${event.where.host}: step ${event.step + 1} exit code ${event.output.code}\n${event.output.stdout}${event.output.stderr}`.trimEnd(),
                6,
              ),
            ),
          );
        return;
      case 'notice':
        return this.#line(
          `${event.severity === 'warning' ? style.yellow('warning:') : style.dim('note:')} ${event.text}${event.hint ? `\n  ${style.cyan('help:')} ${event.hint}` : ''}`,
        );
      case 'run.end':
        if (this.#failed.length > 0) this.#line(`\n${tellFailures(this.#failed, style, this.#to.readLine)}`);
        this.#line(`\n${recap(event.stats, this.#check, style)}`);
        if (event.exitCode === 130) this.#line(style.yellow('interrupted: what was under way is listed above; nothing more was started'));
        return;
      default:
    }
  }

  async close(): Promise<void> {}

  #line(text: string): void {
    this.#to.write(`${text}\n`);
  }

  #begin(head: TaskHead): void {
    if (this.#heading !== undefined) this.#line(this.#heading);
    this.#heading = undefined;
    this.#heads.set(head.id, head);
    const running = this.#running.get(head.id);
    if (!running) this.#running.set(head.id, { head, results: new Map(), changes: new Map(), items: [] });
  }

  #changed(task: TaskId, host: HostName, change: Change): void {
    const running = this.#running.get(task);
    running?.changes.set(host, [...(running.changes.get(host) ?? []), change]);
  }

  #pending(event: Extract<RunEvent, { type: 'task.pending' }>): void {
    const key = `${event.where.task}/${event.where.host}`;
    const before = this.#told.get(key);
    if (before !== undefined && event.at - before < PENDING_EVERY_MS) return;
    this.#told.set(key, event.at);
    this.#line(this.#to.style.dim(`  … ${event.where.host}: ${waiting(event)}`));
  }

  #collect(task: TaskId, host: HostName, result: TaskResult, label?: string): void {
    const head = this.#heads.get(task);
    if (!head || (result.status !== 'failed' && result.status !== 'unreachable') || result.ignored) return;
    const one = { task: head, host, error: result.error, verbosity: this.#to.verbosity, ...(label === undefined ? {} : { label }) };
    this.#failed = [...this.#failed, one];
  }

  #end(task: TaskId, hosts: readonly HostName[]): void {
    const running = this.#running.get(task);
    if (!running) return;
    const { style } = this.#to;
    const results = new Map(
      hosts.flatMap((host) => {
        const result = running.results.get(host);
        return result ? [[host, result] as const] : [];
      }),
    );
    const kind = running.head.handler ? 'HANDLER' : 'TASK';
    const name = `${kind} [${running.head.name}]`;
    this.#line(`${name.padEnd(NAME_WIDTH)} ${hostSets(results, style)}`);
    this.#details(running, results);
    for (const host of hosts) {
      running.results.delete(host);
      running.changes.delete(host);
    }
    running.items.splice(0, running.items.length, ...running.items.filter((item) => !hosts.includes(item.host)));
  }

  /** What follows a task's line: changes (equal ones once), messages, unknowns, and with -v every host's result. */
  #details(running: Running, results: ReadonlyMap<HostName, TaskResult>): void {
    const { style, verbosity } = this.#to;
    const diff = running.head.diff ?? this.#to.diff;
    const told = new Map<string, { readonly text: string; readonly hosts: HostName[] }>();
    const tell = (host: HostName, text: string): void => {
      const same = told.get(text) ?? { text, hosts: [] };
      if (!same.hosts.includes(host)) same.hosts.push(host);
      told.set(text, same);
    };
    for (const [host, result] of results)
      for (const change of running.changes.get(host) ?? [])
        if (!toldBy(result, change)) tell(host, this.#changeText(change, diff && !saidInFull(change)));
    for (const item of running.items)
      if (results.has(item.host))
        for (const text of this.#resultText(item.result, running.head)) tell(item.host, verbosity > 0 ? `${item.label}: ${text}` : text);
    for (const [host, result] of results) {
      if (running.items.every((item) => item.host !== host)) for (const text of this.#resultText(result, running.head)) tell(host, text);
      if (result.status === 'would-change' && result.note) tell(host, style.magenta(this.#named(result.note)));
      if (result.status === 'unknown') tell(host, style.magenta(`unknown: ${this.#named(result.why)}`));
      if (result.status === 'failed' || result.status === 'unreachable')
        tell(host, paint(kindOf(result), style)(withoutHost(firstLine(result.error.message), host)));
    }
    for (const { text, hosts } of told.values()) {
      const who = results.size > 1 || verbosity > 0 ? `${style.dim(hosts.join(','))}  ` : '';
      const [head = '', ...rest] = text.split('\n');
      this.#line(`    ${who}${head}${rest.length > 0 ? `\n${indent(rest.join('\n'), 4)}` : ''}`);
    }
  }

  /** A person knows tasks by their names. */
  #named(text: string): string {
    return text.replace(/[^\s"',;]+:[\w.]+/g, (id) => {
      const head = this.#heads.get(id as TaskId);
      return head ? `"${head.name}"` : id;
    });
  }

  #changeText(change: Change, diff: boolean): string {
    const { style } = this.#to;
    const head = change.destroys ? `${change.summary}  ${style.red(style.bold(`DESTROYS ${change.destroys}`))}` : change.summary;
    if (!diff) return head;
    return [head, ...colourDiff(diffLines(change), style).map((line) => `  ${line}`)].join('\n');
  }

  #resultText(result: TaskResult, head: TaskHead): readonly string[] {
    if (!('output' in result) || result.output === undefined) return [];
    const said = shown(result.output, head.module);
    if (said !== undefined) return [said];
    return this.#to.verbosity > 0 && result.status !== 'failed'
      ? [JSON.stringify(result.output, null, this.#to.verbosity > 1 ? 2 : undefined)]
      : [];
  }
}

/** debug's message is what the task is for: it is told in full. */
function shown(output: Json, module: string): string | undefined {
  if (!/(^|\.)debug$/.test(module) || !isObject(output)) return undefined;
  const value = 'msg' in output ? (output['msg'] as Json) : (output as Json);
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The result's own line names the change, or the task was judged not to change anything. */
function toldBy(result: TaskResult, change: Change): boolean {
  if (result.status === 'ok') return true;
  if (result.status === 'unknown') return result.why.includes(`"${change.summary}"`);
  return (result.status === 'failed' || result.status === 'unreachable') && result.error.message.startsWith(change.summary);
}

/** A command of one line is its own summary: a diff would say it again. */
const saidInFull = (change: Change): boolean =>
  change.op === 'run' && change.before === null && isObject(change.after) && !String(change.after['cmd']).includes('\n');

const withoutHost = (text: string, host: HostName): string => (text.startsWith(`${host}: `) ? text.slice(host.length + 2) : text);

const hostCount = (hosts: readonly HostName[]): string => (hosts.length <= 8 ? hosts.join(' ') : `${hosts.length} hosts`);
const firstLine = (text: string): string => text.split('\n')[0] ?? '';
