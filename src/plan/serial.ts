/** `serial`: batch sizes as numbers and percentages. */
import type { Span } from '../core/diagnostic.ts';
import type { Play } from '../core/plan.ts';
import type { Resolved } from '../core/value.ts';
import type { Reading } from '../project/reading.ts';

/** [] means all hosts at once, which is also what 0 means. */
export function serialOf(reading: Reading, value: Resolved | undefined, at: Span): Play['serial'] {
  const list = value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly Resolved[]) : [value];
  return list.flatMap((item): Play['serial'] => {
    const text = String(item).trim();
    if (/^\d+$/.test(text)) return Number(text) === 0 ? [] : [Number(text)];
    if (/^\d+(?:\.\d+)?%$/.test(text)) return [`${Number(text.slice(0, -1))}%`];
    reading.problems.error('wrong-type', `serial must be a number of hosts or a percentage, not ${JSON.stringify(item)}`, {
      at,
      hint: 'for example 2, "30%" or [1, 5, "50%"]',
    });
    return [];
  });
}
