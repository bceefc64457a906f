/** Lookups: those that only look at their arguments are here, the others are given in by whoever makes the engine. */
import { nearest, PbError, type Span } from '../../core/diagnostic.ts';
import { OMIT } from '../../core/resolve.ts';
import { PendingLookup, type Resolved, type Scope } from '../../core/value.ts';
import { passedOn } from '../eval/calls.ts';
import type { Frame } from '../eval/frame.ts';
import { leave } from '../eval/leave.ts';
import type { V } from '../value/model.ts';
import { Fault, fail, Undef, UnknownSignal } from '../value/undef.ts';
import { pure } from './pure.ts';

/** `lookup('file', 'a', rstrip=false)`: terms ['a'], options { rstrip: false }. */
export interface LookupCall {
  readonly terms: readonly Resolved[];
  readonly options: { readonly [name: string]: Resolved };
  /** The variables the call was made with. */
  readonly scope: Scope;
  /** The template that asked: files are looked for relative to it. */
  readonly at: Span;
}

/** Answers with one value per term, as Ansible's plugins do. A rejection fails the template unless `errors='ignore'`. */
export type Lookup = (call: LookupCall) => Promise<readonly Resolved[]> | readonly Resolved[];
export interface LookupRegistry {
  readonly [name: string]: Lookup;
}

type Answer =
  | { readonly is: 'waiting'; readonly ready: Promise<void> }
  | { readonly is: 'value'; readonly value: readonly Resolved[] }
  | { readonly is: 'error'; readonly error: unknown };

export const lookupNames = (): readonly string[] => [...pure.keys()];

/** Answers are kept for the scope the evaluation started with, so that each lookup runs once however often it is evaluated. */
export function createLookups(registry: LookupRegistry) {
  const answers = new WeakMap<Scope, Map<string, Answer>>();

  return (full: string, f: Frame, terms: readonly V[], options: ReadonlyMap<string, V>): readonly V[] => {
    const name = full.replace(/^(?:ansible\.(?:builtin|legacy|utils|posix)|community\.general|kubernetes\.core)\./, '');
    const errors = options.get('errors');
    const own = pure.get(name);
    if (!own && !Object.hasOwn(registry, name)) return unknownLookup(full, registry);
    const passed = passedOn({ positional: [...terms], named: options });
    if (passed instanceof Undef) throw passed.fault();
    if (passed) throw new UnknownSignal(passed);
    try {
      if (own) return own(f, terms, options);
      return ask(name, f, terms, options);
    } catch (error) {
      if (error instanceof PendingLookup || error instanceof UnknownSignal) throw error;
      if (error instanceof Fault && error.kind !== 'runtime') throw error;
      if (errors === 'ignore' || errors === 'warn') return [];
      if (error instanceof Fault)
        throw error.message.startsWith('the lookup ') ? error : new Fault('runtime', `the lookup '${name}' failed: ${error.message}`);
      throw error;
    }
  };

  function ask(name: string, f: Frame, terms: readonly V[], options: ReadonlyMap<string, V>): readonly V[] {
    const given = terms.filter((term) => term !== OMIT).map((term) => leave(term));
    const named = Object.fromEntries([...options].map(([key, value]) => [key, leave(value)]));
    const { root } = f.ev;
    let memo = answers.get(root);
    if (memo === undefined) answers.set(root, (memo = new Map()));
    const key = JSON.stringify([name, given, named, f.scope === root ? 0 : hostOf(f.scope)]);
    let answer = memo.get(key);
    if (answer === undefined) {
      answer = start(
        registry[name] ?? fail(`there is no lookup '${name}'`),
        { terms: given, options: named, scope: f.scope, at: f.unit.span(0) },
        (settled) => memo.set(key, settled),
      );
      memo.set(key, answer);
    }
    if (answer.is === 'waiting') throw new PendingLookup(answer.ready);
    if (answer.is === 'error') throw failure(name, answer.error);
    return answer.value.map((value) => f.ev.wrap(value, f.scope));
  }
}

/** A lookup in another host's variables is another lookup. Not by identity: the scope may be made anew at each evaluation. */
function hostOf(scope: Scope): string {
  const name = scope.get('inventory_hostname');
  return typeof name === 'string' ? name : '';
}

function start(lookup: Lookup, call: LookupCall, settle: (answer: Answer) => void): Answer {
  try {
    const value = lookup(call);
    if (!(value instanceof Promise)) return { is: 'value', value };
    const ready = value.then(
      (done) => settle({ is: 'value', value: done }),
      (error: unknown) => settle({ is: 'error', error }),
    );
    return { is: 'waiting', ready };
  } catch (error) {
    return { is: 'error', error };
  }
}

function failure(name: string, error: unknown): Error {
  if (error instanceof PendingLookup || error instanceof Fault) return error;
  const hint = error instanceof PbError ? error.hint : undefined;
  return new Fault('runtime', `the lookup '${name}' failed: ${error instanceof Error ? error.message : String(error)}`, {
    hint: () => hint,
  });
}

function unknownLookup(name: string, registry: LookupRegistry): never {
  const near = nearest(name, [...pure.keys(), ...Object.keys(registry)]);
  throw new Fault('runtime', `the lookup '${name}' does not exist`, { hint: () => near && `did you mean '${near}'?` });
}
