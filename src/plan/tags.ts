/** Tags that are templates, worked out with what is known while loading. */
import type { Layer } from '../core/precedence.ts';
import { Template, type Value } from '../core/value.ts';
import type { Reading } from '../project/reading.ts';
import { staticValue } from '../project/vars/scope.ts';

/** Each once, in order. A template may give a list, or several separated by commas. */
export function tagsOf(reading: Reading, tags: readonly Value[], layers: readonly Layer[]): readonly string[] {
  const found = tags.flatMap((tag): readonly string[] => {
    if (!(tag instanceof Template)) return [String(tag)];
    const value = staticValue(reading, tag, { layers, at: tag.at, what: 'tags', hint: 'use variables of the play or -e' });
    const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
    return list.flatMap((item) => String(item).split(',')).map((word) => word.trim());
  });
  return [...new Set(found.filter((word) => word !== ''))];
}
