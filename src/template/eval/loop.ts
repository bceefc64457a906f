/** `{% for %}` and the variable `loop` in it. */
import type { StmtOf } from '../syntax/ast.ts';
import { equal, truth } from '../value/compare.ts';
import { isUnknown, type V } from '../value/model.ts';
import { Fn } from '../value/objects.ts';
import { fail, Undef, UnknownSignal } from '../value/undef.ts';
import { compileExpr } from './expressions.ts';
import type { Frame } from './frame.ts';
import { iterate } from './iterate.ts';
import { concat } from './leave.ts';
import { type Act, at, compileBody, compileTarget, placed } from './statements.ts';

class Loop extends Fn {
  readonly #items: readonly V[];
  readonly #depth: number;
  #last: readonly V[] | undefined;
  index0 = 0;

  constructor(items: readonly V[], depth: number, recurse: ((items: V) => V) | undefined) {
    super(
      'loop',
      ({ positional }) => (recurse ? recurse(positional[0] ?? []) : fail("the loop must have the 'recursive' marker to be called")),
      {
        type: 'LoopContext',
      },
    );
    this.#items = items;
    this.#depth = depth;
  }

  override attr(name: string): V | undefined {
    const { index0 } = this;
    const { length } = this.#items;
    switch (name) {
      case 'index':
        return index0 + 1;
      case 'index0':
        return index0;
      case 'revindex':
        return length - index0;
      case 'revindex0':
        return length - index0 - 1;
      case 'first':
        return index0 === 0;
      case 'last':
        return index0 === length - 1;
      case 'length':
        return length;
      case 'depth':
        return this.#depth + 1;
      case 'depth0':
        return this.#depth;
      case 'previtem':
        return index0 > 0 ? (this.#items[index0 - 1] ?? null) : new Undef('there is no previous item');
      case 'nextitem':
        return index0 + 1 < length ? (this.#items[index0 + 1] ?? null) : new Undef('there is no next item');
      case 'cycle':
        return new Fn('cycle', ({ positional }) =>
          positional.length > 0 ? (positional[index0 % positional.length] ?? null) : fail('no items for cycling given'),
        );
      case 'changed':
        return new Fn('changed', ({ positional }) => this.#changed(positional));
      case '__str__':
        return `<LoopContext ${index0 + 1}/${length}>`;
      default:
        return undefined;
    }
  }

  #changed(values: readonly V[]): boolean {
    const before = this.#last;
    this.#last = values;
    return before === undefined || !equal([...before], [...values]);
  }
}

export function compileFor(s: StmtOf<'for'>): Act {
  const over = compileExpr(s.over);
  const assign = compileTarget(s.target);
  const test = s.test && compileExpr(s.test);
  const body = compileBody(s.body);
  const otherwise = compileBody(s.otherwise);

  const select = (f: Frame, value: V): readonly V[] => {
    const items = iterate(f, value);
    if (!test) return [...items];
    return items.filter((item) => {
      const inner = f.inner();
      assign(inner, item);
      return truth(test(inner));
    });
  };

  const run = (f: Frame, out: V[], value: V, depth: number): void => {
    if (isUnknown(value)) throw new UnknownSignal(value);
    const items = placed(f, s.pos, () => select(f, value));
    const recurse = (inner: V): V =>
      f.ev.deeper(() => {
        const parts: V[] = [];
        run(f, parts, inner, depth + 1);
        return concat(parts);
      });
    const loop = new Loop(items, depth, s.recursive ? recurse : undefined);
    const around = f.inner();
    around.set('loop', loop);
    for (let i = 0; i < items.length; i++) {
      f.ev.step();
      loop.index0 = i;
      const inner = around.inner();
      try {
        assign(inner, items[i] ?? null);
      } catch (error) {
        throw at(error, f, s.pos);
      }
      body(inner, out);
    }
    if (items.length === 0) otherwise(f.inner(), out);
  };

  return (f, out) => {
    const value = placed(f, s.pos, () => over(f));
    run(f, out, value, 0);
  };
}
