/** The error a promise ends with, as the fields a user sees. */
import { readFileSync } from 'node:fs';
import { PbError } from '../../src/core/diagnostic.ts';

export async function failure(promise: Promise<unknown>): Promise<PbError> {
  const ended = await promise.then(
    (value) => `it was fulfilled: ${JSON.stringify(value)}`,
    (error: unknown) => error,
  );
  if (ended instanceof PbError) return ended;
  throw new Error('expected a PbError', { cause: ended });
}

/** Whether a process is there and has not ended: a zombie has. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
