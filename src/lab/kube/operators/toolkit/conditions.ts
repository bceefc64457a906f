/** Conditions: lists in which `lastTransitionTime` moves only when `status` does. */
import { timestamp } from './clock.ts';
import type { Condition } from './objects.ts';

export type NewCondition = Omit<Condition, 'lastTransitionTime'>;

/** The list with the condition set, in its old place or at the end. */
export function withCondition(list: readonly Condition[] | undefined, condition: NewCondition, now = timestamp()): Condition[] {
  const conditions = [...(list ?? [])];
  const at = conditions.findIndex((one) => one.type === condition.type);
  const before = conditions[at];
  const stays = before?.status === condition.status && before.lastTransitionTime !== undefined;
  const after: Condition = { ...condition, lastTransitionTime: stays ? (before.lastTransitionTime ?? now) : now };
  if (at < 0) conditions.push(after);
  else conditions[at] = after;
  return conditions;
}

export const withConditions = (list: readonly Condition[] | undefined, news: readonly NewCondition[], now = timestamp()): Condition[] =>
  news.reduce<Condition[]>((conditions, condition) => withCondition(conditions, condition, now), [...(list ?? [])]);

export const conditionOf = (list: readonly Condition[] | undefined, type: string): Condition | undefined =>
  (list ?? []).find((one) => one.type === type);

export const isTrue = (list: readonly Condition[] | undefined, type: string): boolean => conditionOf(list, type)?.status === 'True';
