/** The pods a workload has, as a label selector of the API. */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

const WORDS: { readonly [operator: string]: string } = { In: 'in', NotIn: 'notin', Exists: '', DoesNotExist: '!' };

/** From spec.selector: matchLabels and matchExpressions, or plain labels as a Service has them; undefined where there is none. */
export function selectorOf({ spec }: KubeObject): string | undefined {
  const selector = isObject(spec) ? (spec as JsonObject)['selector'] : undefined;
  if (!isObject(selector)) return undefined;
  const { matchLabels, matchExpressions, ...plain } = selector as JsonObject;
  const labels =
    matchLabels === undefined && matchExpressions === undefined ? plain : isObject(matchLabels) ? (matchLabels as JsonObject) : {};
  const equal = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const sets = Array.isArray(matchExpressions) ? (matchExpressions as readonly Json[]).map(expression) : [];
  return [...equal, ...sets].join(',') || undefined;
}

function expression(one: Json): string {
  const { key, operator, values = [] } = one as unknown as { key: string; operator: string; values?: readonly string[] };
  const word = WORDS[operator] ?? '';
  return operator === 'In' || operator === 'NotIn' ? `${key} ${word} (${values.join(',')})` : `${word}${key}`;
}
