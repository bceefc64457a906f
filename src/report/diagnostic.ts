/** A diagnostic as text, with the source line and a caret under the place. */
import type { Diagnostic, Span } from '../core/diagnostic.ts';

/** The text of a line, from 1; undefined where it cannot be had (`-e`, a file that is gone). */
export type ReadLine = (file: string, line: number) => string | undefined;

export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  /** Places, line numbers and help. */
  dim(text: string): string;
}

const PLAIN: Paint = { error: (text) => text, warning: (text) => text, dim: (text) => text };

/**
 * ```
 * error[unknown-key]: unknown key "tsks" in this play
 *  --> site.yml:3:3
 *   |
 * 3 |   tsks:
 *   |   ^^^^
 * help: did you mean tasks?
 * ```
 */
export function renderDiagnostic(diagnostic: Diagnostic, readLine: ReadLine, paint: Paint = PLAIN): string {
  const { severity, code, summary, hint, at } = diagnostic;
  const lines = [`${paint[severity](`${severity}[${code}]`)}: ${summary}`];
  if (at) lines.push(...place(at, readLine, { paint, severity }));
  if (hint !== undefined) lines.push(`${paint.dim('help:')} ${hint}`);
  return lines.join('\n');
}

/** Longer lines are cut round the place. */
const WIDEST = 160;

/** Where it is, with the source line and a caret under it. */
export function place(at: Span, readLine: ReadLine, look: { paint: Paint; severity: Diagnostic['severity'] }): string[] {
  const { paint } = look;
  const head = ` ${paint.dim('-->')} ${at.file}:${at.line}:${at.column}`;
  const text = readLine(at.file, at.line)?.replace(/\r$/, '');
  if (text === undefined) return [head];
  const start = at.column > WIDEST - 40 ? at.column - 40 : 0;
  const shown = (start > 0 ? '…' : '') + text.slice(start, start + WIDEST) + (text.length > start + WIDEST ? '…' : '');
  const column = at.column - 1 - start + (start > 0 ? 1 : 0);
  const room = Math.max(1, shown.length - column);
  const number = String(at.line);
  const gutter = ' '.repeat(number.length);
  // tabs stay tabs, so that the caret stands under its character
  const indent = shown.slice(0, column).replace(/[^\t]/g, ' ').padEnd(column);
  const caret = '^'.repeat(Math.min(Math.max(1, at.length ?? 1), room));
  return [
    head,
    paint.dim(`${gutter} |`),
    `${paint.dim(`${number} |`)} ${shown}`,
    `${paint.dim(`${gutter} |`)} ${indent}${paint[look.severity](caret)}`,
  ];
}
