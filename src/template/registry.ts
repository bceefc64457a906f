/** Filters and tests by name, short or with their collection in front. */
import { nearest } from '../core/diagnostic.ts';
import { Unknown } from '../core/value.ts';
import { passedOn } from './eval/calls.ts';
import type { Frame } from './eval/frame.ts';
import { iterate } from './eval/iterate.ts';
import { bind, type Plugin } from './eval/plugin.ts';
import { filters } from './filters/index.ts';
import type { Names } from './syntax/cursor.ts';
import { tests } from './tests/index.ts';
import type { V } from './value/model.ts';
import { Range } from './value/objects.ts';
import { Fault, fail, Undef, UnknownSignal } from './value/undef.ts';

const COLLECTION =
  /^(?:ansible\.(?:builtin|legacy|utils|netcommon|posix)|community\.(?:general|okd|crypto)|kubernetes\.core|redhat\.openshift)\.(\w+)$/;

type Table = ReadonlyMap<string, Plugin>;

const find = (table: Table, name: string): Plugin | undefined => table.get(name) ?? table.get(COLLECTION.exec(name)?.[1] ?? '');

const known = (table: Table, name: string): true | string | undefined =>
  find(table, name) ? true : nearest(name.split('.').at(-1) ?? name, table.keys());

export const names: Names = { filter: (name) => known(filters, name), test: (name) => known(tests, name) };

function apply(
  kind: string,
  found: Plugin | undefined,
  name: string,
  f: Frame,
  positional: readonly V[],
  named?: ReadonlyMap<string, V>,
): V {
  if (found === undefined) throw new Fault('syntax', `No ${kind} named '${name}'`);
  f.ev.step();
  if (!found.lax) {
    const passed = passedOn({ positional: positional as V[], named: named ?? NONE });
    if (passed) return passed;
  }
  try {
    return found.run(f, ...bind(name, found, positional, named));
  } catch (error) {
    if (error instanceof UnknownSignal) return error.unknown;
    if (
      error instanceof Fault &&
      error.kind === 'runtime' &&
      !error.message.startsWith('the filter ') &&
      !error.message.startsWith('the test ')
    )
      throw new Fault('runtime', `the ${kind} '${name}' failed: ${error.message}`, { hint: error.hint, at: error.at });
    throw error;
  }
}
const NONE: ReadonlyMap<string, V> = new Map();

/** A range that a filter hands on is a list from then on. */
export function applyFilter(name: string, f: Frame, positional: readonly V[], named?: ReadonlyMap<string, V>): V {
  const result = apply('filter', find(filters, name), name, f, positional, named);
  return result instanceof Range ? iterate(f, result) : result;
}

/** A boolean, an unknown, or what is undefined: only some tests ask for that, the others hand it on. */
export function applyTest(name: string, f: Frame, positional: readonly V[], named?: ReadonlyMap<string, V>): V {
  const result = apply('test', find(tests, name), name, f, positional, named);
  if (typeof result === 'boolean' || result instanceof Unknown || result instanceof Undef) return result;
  return fail(`the test '${name}' gave no boolean`);
}
