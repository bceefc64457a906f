/** Places in files, and what is wrong there. Loading collects diagnostics and never stops at the first; running throws `PbError`. */

/** A place in a file; line and column count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters to underline. */
  readonly length?: number;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable name, e.g. "unknown-key"; listed in docs/diagnostics.md. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** What to do next. */
  readonly hint?: string;
  readonly at?: Span;
}

/** What loading gives: as much as could be made, and everything that was wrong. */
export interface Loaded<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Why a task or the run ended badly; decides the exit code and what is printed. */
export type ErrorCode =
  | 'unreachable'
  | 'auth'
  | 'host-key'
  | 'become'
  | 'timeout'
  | 'exec'
  | 'kube'
  | 'conflict'
  | 'not-converged'
  | 'refused'
  | 'failed'
  | 'absent'
  | 'args'
  | 'template'
  | 'interrupted'
  | 'bug';

/** An error a user is meant to read: a short message first, everything else in fields. */
export class PbError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: Span | undefined;
  /** True where the same call may go through later. */
  readonly retryable: boolean;
  /** Fields for machines and for -vvv: stderr, status, reasons. */
  readonly details: { readonly [key: string]: unknown };
  constructor(
    code: ErrorCode,
    message: string,
    more: {
      hint?: string | undefined;
      at?: Span | undefined;
      retryable?: boolean;
      cause?: unknown;
      details?: { readonly [key: string]: unknown };
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'PbError';
    this.code = code;
    this.hint = more.hint;
    this.at = more.at;
    this.retryable = more.retryable ?? false;
    this.details = more.details ?? {};
  }
}

/** The nearest of `known` to a mistyped `word`, for "did you mean": edit distance at most a third of the word. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  let before: number[] = [];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (cells: number[], index: number): number => cells[index] ?? limit;
      let cost = Math.min(at(next, j - 1) + 1, at(row, j) + 1, at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(before, j - 2) + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? limit;
}
