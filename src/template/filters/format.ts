/** `"%s" | format(...)`. */
import { percent } from '../python/format.ts';
import { Dict, tuple, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';

export function formatPercent(text: string, args: readonly V[], kwargs: ReadonlyMap<string, V>): string {
  if (args.length > 0 && kwargs.size > 0) return fail("can't handle positional and keyword arguments at the same time");
  return percent(text, kwargs.size > 0 ? Dict.of([...kwargs]) : tuple(args));
}
