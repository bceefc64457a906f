/** Label selectors, judged here: for manifests, which no API server has listed yet. */
import type { KubeObject } from '../../core/kube.ts';
import { isObject } from '../../core/value.ts';

type Labels = { readonly [name: string]: string };

const SET = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/;
const EQUAL = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/;
const EXISTS = /^(!?)\s*([^\s=!()]+)$/;

/** Whether the object's labels fit all of the selectors: app=web, tier in (a, b), x!=y, legacy, !legacy. Undefined: one of them is none. */
export function fits(object: KubeObject, selectors: readonly string[]): boolean | undefined {
  const given = object.metadata['labels'];
  const labels = (isObject(given) ? given : {}) as Labels;
  const judged = selectors.flatMap(parts).map((selector) => holds(labels, selector));
  return judged.includes(undefined) ? undefined : !judged.includes(false);
}

/** Commas stand between selectors, and between the values of a set. */
const parts = (text: string): readonly string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter(Boolean);

function holds(labels: Labels, selector: string): boolean | undefined {
  const set = SET.exec(selector);
  if (set) {
    const [, name = '', word, values = ''] = set;
    const among = values.split(',').some((value) => labels[name] === value.trim());
    return word === 'in' ? among : !among;
  }
  const equal = EQUAL.exec(selector);
  if (equal) return (labels[equal[1] ?? ''] === equal[3]) === (equal[2] !== '!=');
  const exists = EXISTS.exec(selector);
  return exists ? Object.hasOwn(labels, exists[2] ?? '') !== (exists[1] === '!') : undefined;
}
