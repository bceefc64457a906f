/** The names the language brings along. A variable of the same name hides them. */
import { OMIT } from '../../core/resolve.ts';
import { strftime } from '../python/strftime.ts';
import { truth } from '../value/compare.ts';
import { Dict, toNumber, typeName, type V } from '../value/model.ts';
import { type Args, Cycler, DateTime, Fn, Namespace, Range } from '../value/objects.ts';
import { str } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';
import { passedOn } from './calls.ts';
import type { Frame } from './frame.ts';
import { iterate } from './iterate.ts';

type Global = (f: Frame) => V;

const fn = (name: string, run: (f: Frame, args: Args) => V, type = 'function'): [string, Global] => [
  name,
  (f) => new Fn(name, (args) => passedOn({ positional: [...args.positional], named: args.named }) ?? run(f, args), { type }),
];

const whole = (value: V | undefined): number => {
  const number = value === undefined ? undefined : toNumber(value);
  return number !== undefined && Number.isInteger(number)
    ? number
    : fail(`'${value === undefined ? 'NoneType' : typeName(value)}' object cannot be interpreted as an integer`);
};

function range(_: Frame, { positional }: Args): V {
  const [a, b, c] = positional;
  if (b === undefined) return new Range(0, whole(a), 1);
  return new Range(whole(a), whole(b), c === undefined ? 1 : whole(c));
}

/** Items of a mapping, or of a list of pairs. */
function pairs(f: Frame, value: V | undefined): [V, V][] {
  if (value === undefined) return [];
  if (value instanceof Dict) return value.entries();
  return iterate(f, value).map((pair) => {
    const [key, item, more] = iterate(f, pair);
    if (key === undefined || item === undefined || more !== undefined) return fail('a dictionary is made of pairs');
    return [key, item];
  });
}

function now(f: Frame, { positional, named }: Args): V {
  const utc = positional[0] ?? named.get('utc') ?? false;
  const format = positional[1] ?? named.get('fmt');
  const at = DateTime.fromEpoch(f.ev.services.now(), truth(utc));
  return typeof format === 'string' ? strftime(format, at) : at;
}

function lookup(f: Frame, args: Args, asList: boolean): V {
  const [name, ...terms] = args.positional;
  if (name === undefined) return fail('lookup needs the name of a lookup plugin');
  const options = new Map([...args.named].filter(([, value]) => value !== OMIT));
  const wants = options.get('wantlist');
  options.delete('wantlist');
  const found = f.ev.services.lookup(str(name), f, terms, options);
  if (asList || (wants !== undefined && truth(wants))) return [...found];
  if (options.get('errors') !== undefined && found.length === 0) return null;
  if (found.length === 1) return found[0] ?? null;
  return found.length > 0 && found.every((item) => typeof item === 'string') ? found.join(',') : [...found];
}

const joiner = (_: Frame, { positional, named }: Args): V => {
  const separator = positional[0] ?? named.get('sep') ?? ', ';
  let used = false;
  return new Fn(
    'joiner',
    () => {
      const text = used ? separator : '';
      used = true;
      return text;
    },
    { type: 'Joiner' },
  );
};

const GLOBALS = new Map<string, Global>([
  fn('range', range, 'type'),
  fn('dict', (f, { positional, named }) => Dict.of([...pairs(f, positional[0]), ...named]), 'type'),
  fn(
    'namespace',
    (f, { positional, named }) => {
      const made = new Namespace();
      for (const [key, value] of [...pairs(f, positional[0]), ...named]) made.items.set(key, value);
      return made;
    },
    'type',
  ),
  fn('cycler', (_, { positional }) => new Cycler(positional), 'type'),
  fn('joiner', joiner, 'type'),
  fn('lipsum', () => fail('lipsum is not offered: the same template must give the same text')),
  fn('now', now),
  fn('lookup', (f, args) => lookup(f, args, false)),
  fn('query', (f, args) => lookup(f, args, true)),
  fn('q', (f, args) => lookup(f, args, true)),
  fn('undef', (_, { positional, named }) => {
    const hint = positional[0] ?? named.get('hint');
    return new Undef(typeof hint === 'string' ? hint : 'Mandatory variable has not been overridden');
  }),
  ['omit', () => OMIT],
  ['self', (f) => f.layout?.self(f) ?? new Undef("'self' is undefined")],
]);

export const isGlobal = (name: string): boolean => GLOBALS.has(name);

export const globalValue = (name: string, f: Frame): V | undefined => GLOBALS.get(name)?.(f);
