/** Failures in full, equal ones told once with every host they hit. */
import type { ErrorCode } from '../core/diagnostic.ts';
import type { Failure, TaskHead } from '../core/event.ts';
import type { HostName } from '../core/value.ts';
import { type Paint, place, type ReadLine } from './diagnostic.ts';
import { indent, type Style } from './style.ts';

export interface FailedTask {
  readonly task: TaskHead;
  readonly host: HostName;
  readonly error: Failure;
  readonly label?: string;
  readonly verbosity: number;
  /** A rescue section took it up. */
  readonly rescued?: true;
}

export const paintOf = (style: Style): Paint => ({
  error: (text) => style.red(text),
  warning: (text) => style.yellow(text),
  dim: (text) => style.blue(text),
});

export function tellFailures(failed: readonly FailedTask[], style: Style, readLine: ReadLine): string {
  const groups = new Map<string, FailedTask[]>();
  for (const one of failed) {
    const key = JSON.stringify([one.task.id, one.error.code, one.error.message, one.rescued]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => tell(group, style, readLine)).join('\n');
}

function tell(group: readonly FailedTask[], style: Style, readLine: ReadLine): string {
  const [first] = group;
  if (!first) return '';
  const { task, error } = first;
  const hosts = [...new Set(group.map((one) => one.host))].sort(byNumber).join(', ');
  const labels = [...new Set(group.flatMap((one) => one.label ?? []))];
  const item = labels.length === 0 ? '' : ` (${labels.length > 1 ? 'items' : 'item'} ${labels.join(', ')})`;
  const lines = [`${heading(first, style)} ${style.bold(task.name)}${item} on ${hosts}`];
  lines.push(indent(error.message, 2));
  if (error.hint) lines.push(indent(`${style.cyan('help:')} ${error.hint}`, 2));
  lines.push(...place(error.at ?? task.at, readLine, { paint: paintOf(style), severity: 'error' }).map((line) => ` ${line}`));
  if (error.output) lines.push(...output(error.output, style));
  if (first.verbosity >= 3 && error.stack) lines.push(indent(style.dim(error.stack), 2));
  return `${lines.join('\n')}\n`;
}

const heading = ({ error, rescued }: FailedTask, style: Style): string => {
  if (rescued) return style.cyan(style.bold('RESCUED'));
  return style.red(style.bold(LOST.includes(error.code) ? 'UNREACHABLE' : 'FAILED'));
};

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const LOST: readonly ErrorCode[] = ['unreachable', 'auth', 'host-key'];

function output(out: { readonly code: number; readonly stdout: string; readonly stderr: string }, style: Style): readonly string[] {
  const part = (name: string, text: string): readonly string[] =>
    text.trim() ? [`  ${style.dim(`${name}:`)}`, indent(text.trimEnd(), 4)] : [];
  return [`  ${style.dim('exit code')} ${out.code}`, ...part('stdout', out.stdout), ...part('stderr', out.stderr)];
}
