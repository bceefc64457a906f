/** Choices by chance: with a seed always the same one. */
import type { Frame } from '../eval/frame.ts';
import { iterable, iterate } from '../eval/iterate.ts';
import { plugin } from '../eval/plugin.ts';
import { Random } from '../python/random.ts';
import { isInt, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';
import { items, text, whole } from './args.ts';

type Draw = (limit: number) => number;

const draw = (f: Frame, seed: V): Draw => {
  if (seed === null) return (limit) => Math.floor(f.ev.services.random() * limit);
  const source = new Random(typeof seed === 'bigint' || (typeof seed === 'number' && isInt(seed)) ? seed : str(seed));
  return (limit) => source.below(limit);
};

function choose(f: Frame, end: V, start: V, step: V, seed: V): V {
  const next = draw(f, seed);
  if (isInt(end)) {
    const from = start === null ? 0 : whole(start);
    const by = step === null ? 1 : whole(step);
    const count = Math.ceil((whole(end) - from) / by);
    return count > 0 ? from + next(count) * by : fail(`empty range for randrange(${from}, ${whole(end)}, ${by})`);
  }
  if (start !== null || step !== null) return fail('start and step can only be used with integer values');
  const all = items(f, end);
  return all.length > 0 ? (all[next(all.length)] ?? null) : fail('Cannot choose from an empty sequence');
}

function shuffle(f: Frame, value: V, seed: V): V {
  if (!iterable(value)) return value;
  const next = draw(f, seed);
  const made = [...iterate(f, value)];
  for (let i = made.length - 1; i > 0; i--) {
    const j = next(i + 1);
    [made[i], made[j]] = [made[j] ?? null, made[i] ?? null];
  }
  return made;
}

/** The rest of an address behind a prefix such as "52:54:00". */
function mac(f: Frame, prefix: string, seed: V): string {
  const parts = prefix.toLowerCase().replace(/:$/, '').split(':');
  if (prefix === '' || parts.length > 5) return fail(`Invalid value (${prefix}) for random_mac: 5 colon(:) separated items max`);
  for (const part of parts) if (!/^[\da-f]{2}$/.test(part)) return fail(`Invalid value (${prefix}) for random_mac: ${part} not hexa byte`);
  // Ten digits are drawn whatever is missing, so that the same seed gives the same beginning.
  const digits = (2 ** 36 + draw(f, seed)(2 ** 40 - 2 ** 36)).toString(16).slice(0, 2 * (6 - parts.length));
  return [...parts, ...(digits.match(/../g) ?? [])].join(':');
}

export const randomFilters = [
  plugin('random', 'value, start=None, step=None, seed=None', (f, value, start, step, seed) => choose(f, value, start, step, seed)),
  plugin('shuffle', 'value, seed=None', (f, value, seed) => shuffle(f, value, seed)),
  plugin('random_mac', 'value, seed=None', (f, value, seed) => mac(f, text(value), seed)),
];
