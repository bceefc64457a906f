/** Core values to the engine's own, lazily: templates inside are worked out when somebody looks. */
import { hasKeys, isLazy, isObject, keysOf, type Scope, Template, Unknown, type Value } from '../../core/value.ts';
import { Dict, type Source, type V } from '../value/model.ts';
import { DateTime } from '../value/objects.ts';
import { Fault } from '../value/undef.ts';
import type { Evaluation } from './frame.ts';

export function wrap(value: Value | undefined, scope: Scope, ev: Evaluation): V {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Template) return ev.template(value, scope);
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) return wrapList(value, scope, ev);
  if (value instanceof Date) return new DateTime(value.getTime() * 1000, undefined, value.getTime() % 86_400_000 === 0);
  // Data from a host may well have a key called "lazy".
  if (isLazy(value) && typeof value.get === 'function') return new Dict(lazySource(value, value.scope ?? scope, ev));
  if (isObject(value) && hasKeys(value)) {
    const items = value as { readonly [key: string]: Value };
    return Dict.of(keysOf(value).map((key) => [key, wrap(items[String(key)], scope, ev)]));
  }
  if (isObject(value)) return new Dict(new ObjectSource(value as { readonly [key: string]: Value }, scope, ev));
  if (value === undefined) return null;
  throw new Fault('runtime', `a variable holds something that is no data: ${Object.prototype.toString.call(value)}`);
}

function wrapList(items: readonly Value[], scope: Scope, ev: Evaluation): V[] {
  ev.step(items.length >> 4);
  const made: V[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? null;
    if (item instanceof Template) lazyItem(made, i, () => ev.template(item, scope), ev);
    else made[i] = wrap(item, scope, ev);
  }
  return made;
}

/** An item that is worked out on first sight and may then refer to its neighbours. */
function lazyItem(list: V[], index: number, make: () => V, ev: Evaluation): void {
  let busy = false;
  const define = (value: V): void => {
    Object.defineProperty(list, index, { value, writable: true, enumerable: true, configurable: true });
  };
  Object.defineProperty(list, index, {
    enumerable: true,
    configurable: true,
    get(): V {
      if (busy) throw ev.recursion([`[${index}]`, `[${index}]`]);
      busy = true;
      try {
        const value = make();
        define(value);
        return value;
      } finally {
        busy = false;
      }
    },
    set: define,
  });
}

/** Items of a plain object; only its own keys exist. */
class ObjectSource implements Source {
  readonly #items: { readonly [key: string]: Value };
  readonly #scope: Scope;
  readonly #ev: Evaluation;
  #keys: string[] | undefined;
  #busy: Set<string> | undefined;

  constructor(items: { readonly [key: string]: Value }, scope: Scope, ev: Evaluation) {
    this.#items = items;
    this.#scope = scope;
    this.#ev = ev;
  }
  keys(): string[] {
    return (this.#keys ??= Object.keys(this.#items));
  }
  get(key: string): V | undefined {
    if (!Object.hasOwn(this.#items, key)) return undefined;
    const value = this.#items[key] ?? null;
    if (!(value instanceof Template)) return wrap(value, this.#scope, this.#ev);
    if (this.#busy?.has(key)) throw this.#ev.recursion([key, key]);
    (this.#busy ??= new Set()).add(key);
    try {
      return this.#ev.template(value, this.#scope);
    } finally {
      this.#busy.delete(key);
    }
  }
}

function lazySource(value: { keys(): Iterable<string>; get(key: string): Value | undefined }, scope: Scope, ev: Evaluation): Source {
  return {
    keys: () => value.keys(),
    get(key) {
      const item = value.get(key);
      if (item === undefined) return undefined;
      return ev.deeper(() => wrap(item, scope, ev));
    },
  };
}
