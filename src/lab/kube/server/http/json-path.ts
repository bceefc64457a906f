/** The JSON paths of printer columns: `.spec.size`, `.status.conditions[?(@.type=="Ready")].status`, `.items[0].name`, `.a['b.c']`. */
import { isDict } from '../json.ts';

type Step = (values: unknown[]) => unknown[];

const parts =
  /\.([\w$-]+(?:\\\.[\w$-]+)*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+|\*)\]|\[\?\(@\.([\w.-]+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|(\w+))\)\]/gy;

/** The first value at the path, or null: what a table's cell shows. */
export function cellOf(object: unknown, path: string): string | number | boolean | null {
  const found = steps(path).reduce((values, step) => step(values), [object]);
  const [value] = found;
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

const known = new Map<string, Step[]>();

function steps(path: string): Step[] {
  const done = known.get(path);
  if (done) return done;
  const made = [...path.matchAll(parts)].map((match): Step => {
    const [, name, quoted, index, field, operator, ...value] = match;
    const key = name?.replaceAll('\\.', '.') ?? quoted;
    if (key !== undefined) return (values) => values.flatMap((one) => (isDict(one) && Object.hasOwn(one, key) ? [one[key]] : []));
    if (index === '*') return (values) => values.flatMap((one) => (Array.isArray(one) ? one : isDict(one) ? Object.values(one) : []));
    if (index !== undefined)
      return (values) => values.flatMap((one) => (Array.isArray(one) && Number(index) in one ? [one[Number(index)]] : []));
    const wanted = value.find((one) => one !== undefined);
    const fits = (one: unknown): boolean => {
      const has = (field ?? '').split('.').reduce<unknown>((here, step) => (isDict(here) ? here[step] : undefined), one);
      return (String(has) === wanted) === (operator === '==');
    };
    return (values) => values.flatMap((one) => (Array.isArray(one) ? one.filter(fits) : []));
  });
  known.set(path, made);
  return made;
}
