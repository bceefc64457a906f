/** `when`, `until`, `failed_when`, `changed_when`: lists of expressions that must all hold. */
import type { TaskResult } from '../core/event.ts';
import { settled } from '../core/resolve.ts';
import { type Expression, type Scope, Unknown, type Value } from '../core/value.ts';

export type Verdict =
  | { readonly is: 'true' }
  | { readonly is: 'false'; readonly source: string; readonly condition: string | boolean }
  | { readonly is: 'unknown'; readonly unknown: Unknown };

/** All must hold; the first that does not decides, and an unknown one leaves it open. */
export async function all(conditions: readonly Expression[], scope: Scope): Promise<Verdict> {
  for (const condition of conditions) {
    const answer = await settled(() => condition.holds(scope));
    if (answer === false) return { is: 'false', source: condition.source, condition: condition.literal ?? condition.source };
    // What follows may rely on this one, so it is not looked at.
    if (answer instanceof Unknown) return { is: 'unknown', unknown: answer };
  }
  return { is: 'true' };
}

/** The result of a task whose `when` does not hold. */
export const skippedBy = (verdict: Extract<Verdict, { is: 'false' }>): Extract<TaskResult, { status: 'skipped' }> => ({
  status: 'skipped',
  why: `when: ${verdict.source}`,
  condition: verdict.condition,
});

/** One scope in front of another. */
export const withExtra = (scope: Scope, extra: { readonly [name: string]: Value }): Scope => ({
  get: (name) => (Object.hasOwn(extra, name) ? extra[name] : scope.get(name)),
  names: function* () {
    yield* Object.keys(extra);
    yield* scope.names();
  },
});
