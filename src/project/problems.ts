/** Collects what is wrong while loading goes on. */
import { type Diagnostic, PbError, type Span } from '../core/diagnostic.ts';

export interface Problems {
  error(code: string, summary: string, more?: Where): void;
  warning(code: string, summary: string, more?: Where): void;
  /** What a template or a read threw, as an error at its own place or else at `at`. Throws again what is not meant for users. */
  caught(error: unknown, code: string, at?: Span): void;
  add(diagnostics: readonly Diagnostic[]): void;
  readonly list: readonly Diagnostic[];
  readonly failed: boolean;
}

interface Where {
  readonly at?: Span | undefined;
  readonly hint?: string | undefined;
}

/** What is in `known` already is not reported again. */
export function problems(known: readonly Diagnostic[] = []): Problems {
  const list: Diagnostic[] = [];
  const seen = new Set(known.map((item) => JSON.stringify(item)));
  const put = (diagnostic: Diagnostic): void => {
    // a file read twice (vars_files of two plays) reports its faults once
    const key = JSON.stringify(diagnostic);
    if (!seen.has(key)) list.push(diagnostic);
    seen.add(key);
  };
  const make = (severity: Diagnostic['severity'], code: string, summary: string, more: Where = {}): Diagnostic => ({
    severity,
    code,
    summary,
    ...(more.hint === undefined ? {} : { hint: more.hint }),
    ...(more.at === undefined ? {} : { at: more.at }),
  });
  return {
    error: (code, summary, more) => put(make('error', code, summary, more)),
    warning: (code, summary, more) => put(make('warning', code, summary, more)),
    caught(error, code, at) {
      if (!(error instanceof PbError)) throw error;
      put(make('error', code, error.message, { at: error.at ?? at, hint: error.hint }));
    },
    add: (diagnostics) => diagnostics.forEach(put),
    list,
    get failed() {
      return list.some((item) => item.severity === 'error');
    },
  };
}
