/** Tests on registered results. What is known of a result that does not exist yet is used; the rest stays unknown. */
import { Unknown } from '../../core/value.ts';
import { plugin } from '../eval/plugin.ts';
import { equal, truth } from '../value/compare.ts';
import { Dict, isList, typeName, type V } from '../value/model.ts';
import { fail, Undef } from '../value/undef.ts';

/** A key of a result as truth; missing counts as false. */
function has(name: string, value: V, key: string): boolean {
  if (!(value instanceof Dict)) return fail(`The '${name}' test expects a dictionary, got '${typeName(value)}'`);
  return truth(value.get(key) ?? false);
}

function changed(value: V): boolean {
  if (has('changed', value, 'changed')) return true;
  const results = value instanceof Dict && !value.has('changed') ? value.get('results') : undefined;
  const first = isList(results) ? results[0] : undefined;
  return first instanceof Dict && isList(results) && results.some((each) => each instanceof Dict && truth(each.get('changed') ?? false));
}

/** `key`: what decides when the result is not known yet; `turned`: the test asks for its opposite. */
const result = (names: string, check: (value: V) => boolean, key: string, turned = false) =>
  plugin(
    names,
    'value',
    (_, value) => {
      if (value instanceof Undef) return value;
      if (!(value instanceof Unknown)) return check(value);
      const known = Object.hasOwn(value.known, key) ? value.known[key] : undefined;
      return known === undefined ? value : (known === true) !== turned;
    },
    { lax: true },
  );

const flag = (value: V): boolean => equal(value, 1) || equal(value, true);

export const resultTests = [
  result('failed failure', (value) => has('failed', value, 'failed'), 'failed'),
  result('succeeded success successful', (value) => !has('succeeded', value, 'failed'), 'failed', true),
  result('changed change', changed, 'changed'),
  result('skipped skip', (value) => has('skipped', value, 'skipped'), 'skipped'),
  result('unreachable', (value) => has('unreachable', value, 'unreachable'), 'unreachable'),
  result('reachable', (value) => !has('reachable', value, 'unreachable'), 'unreachable', true),
  result('timedout', (value) => has('timedout', value, 'timedout'), 'timedout'),
  // Only tasks run in the background say whether they have started or finished.
  result('started', (value) => flag((value instanceof Dict ? value.get('started') : undefined) ?? 1), 'started'),
  result('finished', (value) => flag((value instanceof Dict ? value.get('finished') : undefined) ?? 1), 'finished'),
];
