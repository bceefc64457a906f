/** Errors as results: what a user reads of them. */
import type { Change } from '../core/change.ts';
import { PbError } from '../core/diagnostic.ts';
import type { Failure, TaskResult } from '../core/event.ts';
import type { Output } from '../core/probe.ts';

const UNREACHABLE = new Set(['unreachable', 'auth', 'host-key']);

export function failureOf(error: unknown): Failure {
  if (error instanceof PbError) {
    const output = error.details['output'] as Output | undefined;
    return {
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...(error.hint ? { hint: error.hint } : {}),
      ...(error.at ? { at: error.at } : {}),
      ...(output ? { output } : {}),
      ...(error.stack ? { stack: error.stack } : {}),
    };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'bug',
    message: `pb has a bug: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'run again with -vvv and report the stack trace',
    retryable: false,
    ...(stack ? { stack } : {}),
  };
}

/** `change` is what was being applied. */
export function resultOfError(error: unknown, change?: Change): TaskResult {
  const failure = failureOf(error);
  const more = change ? { change } : {};
  return UNREACHABLE.has(failure.code) ? { status: 'unreachable', error: failure, ...more } : { status: 'failed', error: failure, ...more };
}
