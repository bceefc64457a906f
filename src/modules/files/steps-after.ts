/** More steps behind those of an edited file: a program that has to read it anew. */
import type { Step } from '../../core/change.ts';
import type { Decision } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';

/** Only where there is a change, be it one that still lacks something. */
export function stepsAfter(decision: Decision<JsonObject>, more: readonly Step[]): Decision<JsonObject> {
  if (decision.is === 'change') return { ...decision, change: { ...decision.change, steps: [...decision.change.steps, ...more] } };
  if (decision.is !== 'absent' || decision.then === undefined) return decision;
  return { ...decision, then: { ...decision.then, steps: [...decision.then.steps, ...more] } };
}
