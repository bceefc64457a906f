/** A task with `check_mode: true` in a run: it looks, and what it would change never comes, so that no later task waits for it. */
import type { Mode } from '../core/engine.ts';
import type { Outcome } from './task.ts';

export const ALONE: Mode = { is: 'check', alone: true };

/** That it would change something is all that is known of it; what it cannot foretell is left out. */
export function alone(outcome: Outcome): Outcome {
  const { result } = outcome;
  if (result.status === 'would-change')
    return { ...outcome, result: { ...result, output: { ...result.change?.foreknown, ...result.change?.output } } };
  if (result.status === 'unknown') return { result: { status: 'skipped', why: `check_mode is true: ${result.why}` } };
  return outcome;
}
