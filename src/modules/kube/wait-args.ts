/** What wait_for's form for clusters is asked, and what it finds. */
import type { KubeEvent, KubeObject, KubeQuery } from '../../core/kube.ts';
import type { Bound } from '../../core/value.ts';
import { queryOf } from './query.ts';
import type { ConditionArg, Judged } from './waiting.ts';

export interface Selected {
  readonly api_version: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly label_selectors?: string | readonly string[];
  readonly field_selectors?: string | readonly string[];
}
export interface WaitArgs {
  readonly k8s: Selected;
  readonly condition?: ConditionArg | readonly ConditionArg[];
  readonly until?: Bound;
  readonly count?: number;
  readonly min_count?: number;
  readonly state?: 'present' | 'absent';
  readonly fail_when?: Bound;
  readonly fail_after: number;
  readonly timeout: number;
  readonly msg?: string;
  readonly hint?: string;
}

export interface Found extends Judged {
  readonly object: KubeObject;
  /** fail_when holds for it. */
  readonly failing: boolean;
}
export interface WaitState {
  readonly served: boolean;
  readonly objects: readonly Found[];
  /** How long fail_when has held without a break, in ms; null while it does not. */
  readonly failingMs: number | null;
  readonly events: readonly KubeEvent[];
  readonly problem?: string;
}

const listed = (value: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof value === 'string' ? [value] : value;

export function selected({ k8s }: WaitArgs): KubeQuery {
  const { label_selectors, field_selectors, api_version = 'v1', ...rest } = k8s;
  const [labels, fields] = [listed(label_selectors), listed(field_selectors)];
  return queryOf({ ...rest, api_version, ...(labels ? { label_selectors: labels } : {}), ...(fields ? { field_selectors: fields } : {}) });
}

export const conditionsOf = ({ condition }: WaitArgs): readonly ConditionArg[] | undefined =>
  condition === undefined ? undefined : Array.isArray(condition) ? condition : [condition as ConditionArg];

/** Arguments that do not go together. */
export function problemOf(given: WaitArgs): string | undefined {
  if (given.until && given.condition) return 'give until or condition, not both';
  if (given.count !== undefined && given.min_count !== undefined) return 'give count or min_count, not both';
  const counts = given.count !== undefined || given.min_count !== undefined;
  if (counts && given.k8s.name !== undefined) return 'count and min_count are for several objects: leave name out';
  if (given.state === 'absent' && counts) return 'state: absent means none is left: leave count and min_count out';
  const bad = (conditionsOf(given) ?? []).find((one) => typeof one?.type !== 'string');
  return bad === undefined ? undefined : 'a condition needs type';
}
