/** Filters, tests and methods: functions with a Python-like signature, and how arguments find their parameters. */
import { Dict, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';
import type { Frame } from './frame.ts';

/** The values in the order of the signature; `*rest` arrives as a list, `**named` as a Dict. */
type Run = (f: Frame, ...values: V[]) => V;

export interface Plugin {
  readonly names: readonly string[];
  readonly params: readonly { readonly name: string; readonly fallback: V | undefined }[];
  readonly rest: boolean;
  readonly named: boolean;
  /** Looks at undefined and unknown values itself instead of passing them on. */
  readonly lax: boolean;
  readonly run: Run;
}

const CONSTANTS = new Map<string, V>([
  ['None', null],
  ['True', true],
  ['False', false],
]);

function constant(text: string): V {
  const known = CONSTANTS.get(text);
  if (known !== undefined) return known;
  return text.startsWith("'") ? text.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\t', '\t') : Number(text);
}

/**
 * `plugin('default d', "value, default_value='', boolean=False", run)`: names, then the signature as Python would write it.
 * No default may hold a comma.
 */
export function plugin(names: string, signature: string, run: Run, more: { lax?: boolean } = {}): Plugin {
  const parts = signature === '' ? [] : signature.split(/,\s*/);
  const params = parts
    .filter((part) => !part.startsWith('*'))
    .map((part) => {
      const [name = '', fallback] = part.split(/=(.*)/s);
      return { name, fallback: fallback === undefined ? undefined : constant(fallback) };
    });
  return {
    names: names.split(' '),
    params,
    rest: parts.some((part) => /^\*\w/.test(part)),
    named: parts.some((part) => part.startsWith('**')),
    lax: more.lax ?? false,
    run,
  };
}

const NONE: ReadonlyMap<string, V> = new Map();

/** Positional and named arguments in the order of the signature. */
export function bind(called: string, plugin: Plugin, positional: readonly V[], named: ReadonlyMap<string, V> = NONE): V[] {
  const { params } = plugin;
  const values: V[] = [];
  for (let i = 0; i < params.length; i++) {
    const param = params[i];
    if (param === undefined) break;
    const given = i < positional.length ? positional[i] : named.get(param.name);
    if (i < positional.length && named.size > 0 && named.has(param.name))
      fail(`${called}() got multiple values for argument '${param.name}'`);
    values.push(given ?? (given === null ? null : (param.fallback ?? missing(called, param.name, param.fallback))));
  }
  if (plugin.rest) values.push(positional.slice(params.length));
  else if (positional.length > params.length)
    fail(`${called}() takes at most ${params.length} arguments but ${positional.length} were given`);
  if (plugin.named) values.push(Dict.of([...named].filter(([name]) => !params.some((param) => param.name === name))));
  else if (named.size > 0)
    for (const name of named.keys())
      if (!params.some((param) => param.name === name)) fail(`${called}() got an unexpected keyword argument '${name}'`);
  return values;
}

/** A default of None is a default too. */
const missing = (called: string, name: string, fallback: V | undefined): V =>
  fallback === null ? null : fail(`${called}() missing 1 required argument: '${name}'`);

/** By name. */
export function table(...groups: readonly (readonly Plugin[])[]): ReadonlyMap<string, Plugin> {
  return new Map(groups.flat().flatMap((each) => each.names.map((name) => [name, each] as const)));
}
