/** What is where: each source's digest, whether its destination has it, and what would have to be sent. Only looks. */
import { PbError } from '../../core/diagnostic.ts';
import type { RegistryReader } from '../../core/module.ts';
import { type CopyOutcome, type ImageBlob, type ImageRef, imageName } from '../../core/registry.ts';
import type { Pair } from './pairs.ts';
import { choose } from './platforms.ts';

/** One image, as read. `digest` is what its destination answers, or shall answer, with. */
export type Surveyed =
  | { readonly is: 'there'; readonly pair: Pair; readonly digest: string; readonly outcome?: CopyOutcome }
  | {
      readonly is: 'missing';
      readonly pair: Pair;
      /** The digest at the source: another one where platforms are chosen. */
      readonly source: string;
      readonly digest: string;
      readonly index?: string;
      /** What the tag names now. */
      readonly before?: string;
      readonly outcome?: CopyOutcome;
    }
  /** It cannot be copied. `absent`: because there is no such source. */
  | { readonly is: 'problem'; readonly pair: Pair; readonly why: string; readonly absent?: true };

export interface Survey {
  readonly images: readonly Surveyed[];
  /** Of blobs that are not at their destination; a blob that several images of a registry have counts once. */
  readonly bytes: number;
  readonly blobs: number;
  /** "host/repository" by digest of a blob that is somewhere in the destination's registry. */
  readonly mounts: { readonly [digest: string]: string };
  /** Bytes free where folders and archives would be written, by path. */
  readonly free: { readonly [path: string]: number };
}

export interface How {
  readonly platforms: readonly string[];
  readonly parallel: number;
}

export async function survey(pairs: readonly Pair[], io: RegistryReader, how: How): Promise<Survey> {
  const looked = await each(pairs, how.parallel, (pair) => look(pair, io, how));
  const isMissing = (one: Surveyed): boolean => one.is === 'missing' && one.outcome === undefined;
  if (!looked.some(isMissing)) return { images: looked, bytes: 0, blobs: 0, mounts: {}, free: {} };
  const weighed = await each(looked, how.parallel, (one) => weigh(one, io, how.platforms));
  const images = weighed.map(({ one }) => one);
  const folders = new Map(images.filter(isMissing).flatMap(({ pair: { to } }) => (to.in === 'registry' ? [] : [[to.at, to] as const])));
  const free = await each([...folders.values()], 1, async (to) => [to.at, (await io.free(to)) ?? 0] as const);
  return { images, ...(await missingBlobs(weighed, io, how)), free: Object.fromEntries(free) };
}

async function look(pair: Pair, io: RegistryReader, { platforms }: How): Promise<Surveyed> {
  try {
    const source = await sourceOf(pair, io, platforms);
    if (typeof source === 'string') return { is: 'problem', pair, why: source };
    if (source === undefined) return noSource(pair);
    const before = await io
      .digest(pair.to.tag === undefined ? { ...pair.to, digest: source.digest } : withoutDigest(pair.to))
      .catch(unreadable);
    const outcome = io.copied().get(imageName(pair.to));
    const ended = outcome === undefined ? {} : { outcome };
    if (before === source.digest) return { is: 'there', pair, digest: source.digest, ...ended };
    return { is: 'missing', pair, ...source, ...(before === undefined ? {} : { before }), ...ended };
  } catch (error) {
    return { is: 'problem', pair, why: reasonOf(error) };
  }
}

/** Instead of a digest, where the registry has an entry that it cannot read itself. */
export const UNREADABLE = 'unreadable';

/** What a registry is left with whose disk was full: an entry it cannot read. To push the image again mends it. */
function unreadable(error: unknown): string {
  if (error instanceof PbError && error.details['status'] === 500) return `${UNREADABLE} (${error.message})`;
  throw error;
}

const noSource = (pair: Pair): Surveyed => ({ is: 'problem', pair, why: `${imageName(pair.from)} does not exist`, absent: true });

/** What concerns one image is its row; anything else ends the task. */
function reasonOf(error: unknown): string {
  if (error instanceof PbError && error.code === 'failed') return error.hint ? `${error.message}; ${error.hint}` : error.message;
  throw error;
}

/** A digest that is given needs no question, unless an index is to be cut. A sentence says why there is none. */
async function sourceOf(
  { from }: Pair,
  io: RegistryReader,
  platforms: readonly string[],
): Promise<{ source: string; digest: string; index?: string } | string | undefined> {
  if (platforms.length === 0) {
    const digest = from.digest ?? (await io.digest(from));
    return digest === undefined ? undefined : { source: digest, digest };
  }
  const manifest = await io.manifest(from);
  if (!manifest) return undefined;
  const chosen = choose(manifest, platforms);
  return chosen ? { source: manifest.digest, ...chosen } : `${imageName(from)} has none of the platforms ${platforms.join(', ')}`;
}

const withoutDigest = ({ digest: _, ...image }: ImageRef): ImageRef => image;

interface Weighed {
  readonly one: Surveyed;
  readonly blobs: readonly ImageBlob[];
}

/** An image with its blobs. One that is to be copied and cannot be read becomes a problem before anything is copied. */
async function weigh(one: Surveyed, io: RegistryReader, platforms: readonly string[]): Promise<Weighed> {
  if (one.is === 'problem') return { one, blobs: [] };
  const { from } = one.pair;
  const below = async (image: ImageRef): Promise<readonly ImageBlob[] | undefined> => {
    const manifest = await io.manifest(image);
    if (!manifest) return undefined;
    const kept = choose(manifest, platforms)?.index;
    const entries = (manifest.entries ?? []).filter(({ digest }) => kept === undefined || kept.includes(digest));
    const parts = await Promise.all(entries.map(({ digest }) => below({ ...from, digest })));
    return parts.some((part) => part === undefined) ? undefined : [...manifest.blobs, ...parts.flatMap((part) => part ?? [])];
  };
  try {
    const blobs = await below(one.is === 'missing' ? { ...from, digest: one.source } : from);
    if (blobs) return { one, blobs };
    return { one: one.is === 'missing' && !one.outcome ? noSource(one.pair) : one, blobs: [] };
  } catch (error) {
    const why = reasonOf(error);
    return { one: one.is === 'missing' && !one.outcome ? { is: 'problem', pair: one.pair, why } : one, blobs: [] };
  }
}

/** A blob that one repository of a registry has is mounted from there, and not sent again. */
async function missingBlobs(
  weighed: readonly Weighed[],
  io: RegistryReader,
  how: How,
): Promise<Pick<Survey, 'bytes' | 'blobs' | 'mounts'>> {
  const held = new Map<string, string>();
  const lacking = new Map<string, ImageBlob>();
  await each(weighed, how.parallel, async ({ one, blobs }) => {
    if (one.is === 'problem') return;
    const { to } = one.pair;
    for (const blob of blobs) {
      const key = `${to.at}@${blob.digest}`;
      if (one.is === 'there' || (await io.hasBlob(to, blob.digest))) held.set(key, `${to.at}/${to.repository}`);
      else lacking.set(key, blob);
    }
  });
  const mounts = [...lacking].flatMap(([key, { digest }]) => (held.has(key) ? [[digest, held.get(key) ?? ''] as const] : []));
  const sent = [...lacking].filter(([key]) => !held.has(key)).map(([, blob]) => blob);
  return { bytes: sent.reduce((sum, { size }) => sum + size, 0), blobs: sent.length, mounts: Object.fromEntries(mounts.sort()) };
}

/** So many at a time, results in order. */
async function each<T, R>(items: readonly T[], parallel: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  return results;
}
