/** What came of each image, as rows for people and playbooks. Pure. */
import { imageName } from '../../core/registry.ts';
import type { JsonObject } from '../../core/value.ts';
import { type Surveyed, UNREADABLE } from './survey.ts';

/** Why this image is not at its destination and will not be; undefined where it is, or where nobody has tried yet. */
export function troubleOf(one: Surveyed): string | undefined {
  if (one.is === 'problem') return one.why;
  if (one.is === 'there' || one.outcome === undefined) return undefined;
  if (one.outcome.is !== 'copied') return one.outcome.why;
  if (one.before?.startsWith(UNREADABLE))
    return `it was copied, but what the registry had of it before is damaged, and it keeps that: ${one.before}`;
  return `it was copied, but ${imageName(one.pair.to)} answers with ${one.before ?? 'nothing'} instead of ${one.digest}`;
}

export function rowOf(one: Surveyed): JsonObject {
  const { from, to } = one.pair;
  const why = troubleOf(one);
  const names = { src: imageName(from), dest: imageName(to) };
  if (why !== undefined)
    return { ...names, status: one.is === 'missing' && one.outcome?.is === 'not tried' ? 'not tried' : 'failed', reason: why };
  if (one.is === 'problem') return names;
  const copied =
    one.outcome?.is === 'copied' ? { bytes: one.outcome.bytes, blobs_sent: one.outcome.sent, blobs_mounted: one.outcome.mounted } : {};
  return { ...names, digest: one.digest, status: one.is === 'missing' ? 'missing' : one.outcome ? 'copied' : 'there', ...copied };
}

const MOST_LINES = 20;

/** "3 of 400 images …", then a line for each; the same reason for many is said once. */
export function tellTroubles(images: readonly Surveyed[], { what, budget }: { readonly what: string; readonly budget: number }): string {
  const byReason = new Map<string, string[]>();
  for (const one of images) {
    const why = troubleOf(one);
    if (why !== undefined) byReason.set(why, [...(byReason.get(why) ?? []), imageName(one.pair.to)]);
  }
  const count = [...byReason.values()].reduce((sum, names) => sum + names.length, 0);
  const lines = [...byReason].map(
    ([why, names]) => `  ${names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')}: ${why}`,
  );
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} more reasons`] : lines;
  return `${count} of ${images.length} images ${what}, and max_failed is ${budget}:\n${shown.join('\n')}`;
}
