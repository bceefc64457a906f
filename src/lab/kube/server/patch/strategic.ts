/** Strategic merge patches: lists are merged by the key that the kind's schema names, and `$patch` and its kin direct the rest. */
import { badRequest } from '../http/status.ts';
import { copy, type Dict, dict, dicts, isDict, list, same } from '../json.ts';
import { fieldOf, resolve, type Schema } from '../schema/schema.ts';

export function strategicPatch(target: Dict, patch: Dict, schema: Schema | undefined): Dict {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const out: Dict = copy(target);
  const kept = patch['$retainKeys'];
  if (Array.isArray(kept)) for (const name of Object.keys(out)) if (!kept.includes(name)) delete out[name];
  for (const [name, value] of Object.entries(patch)) {
    if (name === '$patch' || name === '$retainKeys' || name.startsWith('$setElementOrder/')) continue;
    if (name.startsWith('$deleteFromPrimitiveList/')) {
      const of = name.slice(name.indexOf('/') + 1);
      out[of] = list(out[of]).filter((one) => !list(value).some((other) => same(one, other)));
      continue;
    }
    if (value === null) {
      delete out[name];
      continue;
    }
    const order = patch[`$setElementOrder/${name}`];
    out[name] = patchField(out[name], value, { schema: fieldOf(schema, name), order: Array.isArray(order) ? order : undefined });
  }
  // An order may come without the list itself: what was deleted is elsewhere, the rest is sorted.
  for (const [name, order] of Object.entries(patch)) {
    const of = name.startsWith('$setElementOrder/') ? name.slice(name.indexOf('/') + 1) : '';
    if (of && patch[of] === undefined && Array.isArray(out[of])) {
      out[of] = patchField(out[of], [], { schema: fieldOf(schema, of), order: list(order) });
    }
  }
  return out;
}

interface Field {
  readonly schema: Schema | undefined;
  readonly order: unknown[] | undefined;
}

function patchField(target: unknown, value: unknown, { schema, order }: Field): unknown {
  if (isDict(value)) return strategicPatch(dict(target), value, schema);
  if (!Array.isArray(value)) return value;
  const whole = schema && resolve(schema);
  if (!whole?.['x-kubernetes-patch-strategy']?.includes('merge')) return withoutDirectives(value);
  const key = whole['x-kubernetes-patch-merge-key'];
  return key ? mergeByKey(dicts(target), dicts(value), { key, item: whole.items, order }) : mergeValues(list(target), value, order);
}

interface Keyed {
  readonly key: string;
  readonly item: Schema | undefined;
  readonly order: unknown[] | undefined;
}

function mergeByKey(target: Dict[], patch: Dict[], { key, item, order }: Keyed): Dict[] {
  if (patch.some((one) => one['$patch'] === 'replace' && one[key] === undefined)) {
    return patch.filter((one) => one['$patch'] === undefined).map(withoutDirectives);
  }
  const plain = patch.filter((one) => one['$patch'] !== 'delete');
  const deleted = patch.filter((one) => one['$patch'] === 'delete');
  for (const one of patch) {
    if (one[key] === undefined) throw badRequest(`map: ${JSON.stringify(one)} does not contain declared merge key: ${key}`);
  }
  const left = target.filter((one) => !deleted.some((other) => same(other[key], one[key])));
  const merged = plain.map((one) => {
    const before = left.find((other) => same(other[key], one[key]));
    return before ? strategicPatch(before, one, item) : withoutDirectives(one);
  });
  const rest = left.filter((one) => !plain.some((other) => same(other[key], one[key])));
  return inOrder({
    patched: merged,
    rest,
    before: target.map((one) => one[key]),
    order: order?.map((one) => dict(one)[key]),
    keyOf: (one) => one[key],
  });
}

function mergeValues(target: unknown[], patch: unknown[], order: unknown[] | undefined): unknown[] {
  const rest = target.filter((one) => !patch.some((other) => same(one, other)));
  return inOrder({ patched: patch, rest, before: target, order, keyOf: (one) => one });
}

interface Ordering<T> {
  readonly patched: T[];
  readonly rest: T[];
  /** Keys as they stood before. */
  readonly before: unknown[];
  /** Keys as the patch wants them, for all that it names. */
  readonly order: unknown[] | undefined;
  readonly keyOf: (one: T) => unknown;
}

/** The patch's items in its order; the others keep their place relative to what stood behind them. */
function inOrder<T>({ patched, rest, before, order, keyOf }: Ordering<T>): T[] {
  const named = (one: T): boolean => order?.some((key) => same(key, keyOf(one))) ?? false;
  const place = (one: T): number => order?.findIndex((key) => same(key, keyOf(one))) ?? 0;
  const left = order ? rest.filter((one) => !named(one)) : [...rest];
  const right = order ? [...patched, ...rest.filter(named)].sort((a, b) => place(a) - place(b)) : [...patched];
  const indexOf = (one: T): number => before.findIndex((key) => same(key, keyOf(one)));
  const out: T[] = [];
  while (left.length > 0 || right.length > 0) {
    const [one, two] = [left[0], right[0]];
    const leftFirst = one !== undefined && (two === undefined || (indexOf(one) >= 0 && indexOf(two) >= 0 && indexOf(one) < indexOf(two)));
    const next = leftFirst ? left.shift() : right.shift();
    if (next !== undefined) out.push(next);
  }
  return out;
}

function withoutDirectives<T>(value: T): T {
  if (Array.isArray(value)) return value.filter((one) => !isDict(one) || one['$patch'] !== 'delete').map(withoutDirectives) as T;
  if (!isDict(value)) return value;
  const entries = Object.entries(value).filter(([name]) => !name.startsWith('$'));
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutDirectives(one)])) as T;
}
