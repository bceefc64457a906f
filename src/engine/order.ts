/** order: in which the hosts of a play have their turns. The same seed shuffles in the same order. */
import type { Play } from '../core/plan.ts';
import type { HostState } from './host-state.ts';

export function inOrder(hosts: readonly HostState[], order: Play['order']): readonly HostState[] {
  if (order === undefined) return hosts;
  if (typeof order === 'number') return shuffled(hosts, order);
  if (order === 'reverse_inventory') return hosts.toReversed();
  const sorted = hosts.toSorted(({ host: a }, { host: b }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return order === 'sorted' ? sorted : sorted.toReversed();
}

/** Fisher and Yates, with the generator mulberry32. */
function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const out = [...list];
  const random = generator(seed);
  for (let left = out.length; left > 1; left--) {
    const [picked] = out.splice(Math.floor(random() * left), 1);
    if (picked !== undefined) out.push(picked);
  }
  return out.toReversed();
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
