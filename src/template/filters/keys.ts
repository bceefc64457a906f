/** Keeping, removing and renaming keys: community.general on the outer level, ansible.utils at any depth. */
import type { Frame } from '../eval/frame.ts';
import { plugin } from '../eval/plugin.ts';
import { pattern } from '../python/regex.ts';
import { Dict, isList, typeName, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';
import { dict, listOf, text } from './args.ts';

type Fits = (key: string) => boolean;

/** Text is compared, or matched by its start, its end or a pattern. */
function matcher(targets: V, how: string): Fits {
  const names = (isList(targets) ? targets : [targets]).map(str);
  switch (how) {
    case 'equal':
    case 'equality':
      return (key) => names.includes(key);
    case 'starts_with':
      return (key) => names.some((name) => key.startsWith(name));
    case 'ends_with':
      return (key) => names.some((name) => key.endsWith(name));
    case 'regex': {
      const patterns = names.map((name) => pattern(name));
      return (key) => patterns.some((each) => each.match(key) !== undefined);
    }
    default:
      return fail(`matching_parameter must be equal, starts_with, ends_with or regex, not '${how}'`);
  }
}

type Change = (entries: [V, V][]) => [V, V][];

const outer = (value: V, change: Change): V =>
  isList(value) ? value.map((item) => Dict.of(change(dict(item).entries()))) : Dict.of(change(dict(value).entries()));

function deep(f: Frame, value: V, change: Change): V {
  f.ev.step();
  if (isList(value)) return value.map((item) => f.ev.deeper(() => deep(f, item, change)));
  if (!(value instanceof Dict)) return value;
  const changed = change(value.entries());
  return Dict.of(changed.map(([key, item]) => [key, f.ev.deeper(() => deep(f, item, change))] as const));
}

/** Keeps a key with all below it, and what leads to one. */
function keepDeep(f: Frame, value: V, fits: Fits): V {
  f.ev.step();
  if (isList(value)) return value.map((item) => (isList(item) || item instanceof Dict ? f.ev.deeper(() => keepDeep(f, item, fits)) : item));
  if (!(value instanceof Dict)) return fail(`expected a list or a dictionary, not ${typeName(value)}`);
  const kept = value.entries().flatMap(([key, item]): [V, V][] => {
    if (fits(str(key))) return [[key, item]];
    const inner = isList(item) || item instanceof Dict ? f.ev.deeper(() => keepDeep(f, item, fits)) : null;
    const holds = (isList(inner) && inner.length > 0) || (inner instanceof Dict && inner.size > 0);
    return holds ? [[key, inner]] : [];
  });
  return Dict.of(kept);
}

const renaming = (targets: V, how: string): Change => {
  const pairs = listOf(targets).map((each) => {
    const [before, after] = [dict(each).get('before'), dict(each).get('after')];
    return before === undefined || after === undefined ? fail('each target needs before and after') : { fits: matcher(before, how), after };
  });
  return (entries) => entries.map(([key, item]) => [pairs.find((pair) => pair.fits(str(key)))?.after ?? key, item]);
};

const SIGNATURE = "value, target, matching_parameter='equal'";

export const keyFilters = [
  plugin('keep_keys', SIGNATURE, (_, value, target, how) => {
    const fits = matcher(target, text(how));
    return outer(value, (entries) => entries.filter(([key]) => fits(str(key))));
  }),
  plugin('remove_keys', SIGNATURE, (_, value, target, how) => {
    const fits = matcher(target, text(how));
    return outer(value, (entries) => entries.filter(([key]) => !fits(str(key))));
  }),
  plugin('replace_keys', SIGNATURE, (_, value, target, how) => outer(value, renaming(target, text(how)))),
  plugin('ansible.utils.keep_keys', SIGNATURE, (f, value, target, how) => keepDeep(f, value, matcher(target, text(how)))),
  plugin('ansible.utils.remove_keys', SIGNATURE, (f, value, target, how) => {
    const fits = matcher(target, text(how));
    return deep(f, value, (entries) => entries.filter(([key]) => !fits(str(key))));
  }),
  plugin('ansible.utils.replace_keys', SIGNATURE, (f, value, target, how) => deep(f, value, renaming(target, text(how)))),
];
