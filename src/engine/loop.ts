/** `loop` and `loop_control`: the items, and the variables each brings. */
import type { TaskResult } from '../core/event.ts';
import type { Include, Loop, ModuleTask } from '../core/plan.ts';
import { resolve } from '../core/resolve.ts';
import { type Resolved, type Scope, Unknown, type Value } from '../core/value.ts';
import { all, skippedBy, withExtra } from './conditions.ts';
import { resultOfError } from './failure.ts';
import type { BatchContext } from './run-context.ts';

export interface Item {
  readonly index: number;
  readonly scope: Scope;
  readonly label: string;
  /** The loop's variables; its registered result holds them too. */
  readonly own: { readonly [name: string]: Resolved };
}

/** The list, or the result that ends the task: unknown, not a list, or skipped because `when` needs no item to be false. */
export async function itemsOf(
  node: (ModuleTask | Include) & { readonly loop?: Loop },
  scope: Scope,
): Promise<{ readonly list: readonly Resolved[] } | { readonly result: TaskResult }> {
  try {
    const list = await resolve(node.loop?.items ?? [], scope);
    if (list instanceof Unknown) return { result: { status: 'unknown', until: list.until, why: `loop: ${list.why}` } };
    if (Array.isArray(list)) return { list: list as readonly Resolved[] };
    const kind = list === null ? 'null' : typeof list === 'object' ? 'a dictionary' : `a ${typeof list}`;
    const hint = kind === 'a dictionary' ? 'loop over {{ mapping | dict2items }}' : 'loop needs a list';
    const at = node.loop?.at ?? node.at;
    return { result: { status: 'failed', error: { code: 'args', message: `loop is ${kind}, not a list`, hint, at, retryable: false } } };
  } catch (error) {
    const verdict = await all(node.when, scope).catch(() => undefined);
    if (verdict?.is === 'false') return { result: skippedBy(verdict) };
    return { result: resultOfError(error) };
  }
}

export async function* eachItem(
  loop: Loop,
  list: readonly Resolved[],
  on: { readonly scope: Scope; readonly batch: BatchContext },
): AsyncIterable<Item> {
  for (const [index, value] of list.entries()) {
    if (index > 0 && loop.pause !== undefined) {
      const pause = Number(await resolve(loop.pause, on.scope)) * 1000;
      if (pause > 0 && on.batch.mode.is === 'apply') await on.batch.ports.clock.sleep(pause, on.batch.ports.stop);
    }
    const own: { readonly [name: string]: Resolved } = {
      [loop.loopVar]: value,
      ansible_loop_var: loop.loopVar,
      ...(loop.indexVar ? { [loop.indexVar]: index, ansible_index_var: loop.indexVar } : {}),
      ...(loop.extended ? { ansible_loop: extended(index, list, loop.allItems) } : {}),
    };
    const scope = withExtra(on.scope, own as { readonly [name: string]: Value });
    yield { index, scope, label: await labelOf(loop, value, scope), own };
  }
}

const extended = (index: number, list: readonly Resolved[], all: boolean): Resolved => ({
  ...(all ? { allitems: list } : {}),
  index: index + 1,
  index0: index,
  first: index === 0,
  last: index === list.length - 1,
  length: list.length,
  revindex: list.length - index,
  revindex0: list.length - index - 1,
  ...(index > 0 ? { previtem: list[index - 1] ?? null } : {}),
  ...(index < list.length - 1 ? { nextitem: list[index + 1] ?? null } : {}),
});

async function labelOf(loop: Loop, value: Resolved, scope: Scope): Promise<string> {
  const label = loop.label === undefined ? value : await resolve(loop.label, scope).catch(() => value);
  if (label instanceof Unknown) return '(unknown)';
  return typeof label === 'string' ? label : JSON.stringify(label);
}
