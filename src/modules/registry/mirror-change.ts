/** What image_mirror would do, and when it must not. Pure. */
import type { Change, RegistryStep } from '../../core/change.ts';
import type { Decision } from '../../core/module.ts';
import { bytesText, type ImageCopy, imageName } from '../../core/registry.ts';
import type { JsonObject } from '../../core/value.ts';
import { failed } from '../define.ts';
import { rowOf, tellTroubles, troubleOf } from './rows.ts';
import type { Survey, Surveyed } from './survey.ts';

/** A layout's files need a little more than their bytes, and a registry keeps uploads beside what it has stored. */
const ROOM = 1.2;

export type Missing = Extract<Surveyed, { is: 'missing' }>;

export interface FileWrite {
  readonly path: string;
  readonly before: string | undefined;
  readonly content: string;
}

export interface Limits {
  readonly max_failed: number;
  readonly parallel: number;
  readonly free_space?: number | undefined;
}

export const triedYet = (one: Missing): boolean => one.outcome !== undefined;

export function mirrorChange(
  { images, bytes, blobs, mounts }: Survey,
  writes: readonly FileWrite[],
  { max_failed, parallel }: Limits,
): Change | undefined {
  const wanted = images.filter((one) => one.is === 'missing').filter((one) => !triedYet(one));
  const copies = wanted.map(copyOf);
  const copying: readonly RegistryStep[] = isSome(copies) ? [{ do: 'registry.copy', images: copies, parallel, bytes, mounts }] : [];
  const writing = writes.map(({ path, content }): RegistryStep => ({ do: 'registry.write', path, content, maxFailed: max_failed }));
  const steps = [...copying, ...writing];
  if (!isSome(steps)) return undefined;
  const places = [...new Set(wanted.map(({ pair: { to } }) => to.at))].join(', ');
  const summaries = [
    ...(isSome(copies) ? [`copy ${copies.length} of ${images.length} images to ${places} (${blobs} blobs, ${bytesText(bytes)})`] : []),
    ...(writes.length > 0 ? [`write ${writes.map(({ path }) => path).join(', ')}`] : []),
  ];
  const names = (value: (one: Missing) => string | null): JsonObject =>
    Object.fromEntries(wanted.map((one) => [imageName(one.pair.to), value(one)]));
  const replaces = wanted.some(({ before }) => before !== undefined) || writes.some(({ before }) => before !== undefined);
  return {
    op: replaces ? 'update' : 'create',
    summary: summaries.join(', '),
    before: { ...names(({ before }) => before ?? null), ...Object.fromEntries(writes.map(({ path, before }) => [path, before ?? null])) },
    after: { ...names(({ digest }) => digest), ...Object.fromEntries(writes.map(({ path, content }) => [path, content])) },
    steps,
    provides: wanted.map(({ pair }) => `image/${imageName(pair.to)}`),
  };
}

const isSome = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0;

const copyOf = ({ pair: { from, to }, source, digest, index }: Missing): ImageCopy => {
  const { tag, ...plain } = from;
  // A layout may know the image by its name alone; everywhere else the digest says which.
  return {
    from: { ...plain, ...(from.in === 'registry' || tag === undefined ? {} : { tag }), digest: source },
    to,
    digest,
    ...(index === undefined ? {} : { index }),
  };
};

/** More failed, or would, than may. Where nothing was begun, nothing is. */
export function tooMany(images: readonly Surveyed[], { max_failed }: Limits, output: JsonObject): Decision<JsonObject> | undefined {
  const troubled = images.filter((one) => troubleOf(one) !== undefined);
  if (troubled.length <= max_failed) return undefined;
  const begun =
    !images.some((one) => one.is === 'missing' && !triedYet(one)) &&
    images.some((one) => one.is !== 'problem' && one.outcome !== undefined);
  const why = tellTroubles(images, { what: begun ? 'could not be copied' : 'cannot be copied, so none was', budget: max_failed });
  const hint = begun
    ? 'what was copied stays; run again to copy the rest, or raise max_failed'
    : 'mend or leave out these sources, or raise max_failed to do without them';
  const first = troubled[0];
  if (first?.is === 'problem' && troubled.every((one) => one.is === 'problem' && one.absent))
    return { is: 'absent', what: `image/${imageName(first.pair.from)}`, why, hint, output };
  return failed(why, { hint, output });
}

/** Why there is too little room, before the first byte is sent. */
export function roomTrouble({ bytes, free, images }: Survey, { free_space }: Limits): string | undefined {
  if (!images.some((one) => one.is === 'missing' && !triedYet(one))) return undefined;
  const need = Math.ceil(bytes * ROOM);
  const rooms = [...Object.entries(free), ...(free_space === undefined ? [] : [['the destination', free_space] as const])];
  const small = rooms.find(([, room]) => room < need);
  return small && `${bytesText(bytes)} are to be copied, which needs ${bytesText(need)}, and ${small[0]} has ${bytesText(small[1])} free`;
}

export function outputOf({ images, bytes }: Survey, manifests: readonly JsonObject[]): JsonObject {
  const rows = images.map(rowOf);
  const count = (status: string): number => rows.filter((row) => row['status'] === status).length;
  const failures = rows.filter((row) => row['status'] === 'failed' || row['status'] === 'not tried');
  const sent = rows.reduce((sum, row) => sum + Number(row['bytes'] ?? 0), 0);
  return {
    images: rows,
    ...{ copied: count('copied'), there: count('there'), failed: failures.length, failures, bytes_copied: sent, bytes_missing: bytes },
    complete: failures.length === 0 && count('missing') === 0,
    manifests,
  };
}
