/** The step registry.copy: images in parallel, each by digest and its manifest last, so that what is named is whole. */
import type { RegistryStep } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import { type CopyOutcome, type CopyProgress, type ImageCopy, type ImageManifest, type ImageRef, imageName } from '../../core/registry.ts';
import { Slots } from '../slots.ts';
import { Blobs } from './blobs.ts';
import { parseManifest } from './manifest.ts';
import type { Patiently } from './patience.ts';
import { createProgress } from './progress.ts';
import type { Sink } from './store.ts';
import { Full } from './trouble.ts';

export interface CopyParts {
  storeOf(image: ImageRef): Sink;
  readonly patiently: Patiently;
  /** Filled by destination as each ends. */
  readonly outcomes: Map<string, CopyOutcome>;
  readonly signal: AbortSignal;
  readonly tell: (progress: CopyProgress) => void;
}

/** So many failures with nothing copied between them are no matter of single images. */
const IN_A_ROW = 20;

type Tally = { bytes: number; sent: number; mounted: number };

export async function copyImages(step: Extract<RegistryStep, { do: 'registry.copy' }>, parts: CopyParts): Promise<void> {
  const { outcomes, storeOf, patiently, signal } = parts;
  const progress = createProgress({ images: step.images.length, bytes: step.bytes }, parts.tell);
  const { parallel, mounts } = step;
  const blobs = new Blobs({ storeOf, patiently, progress, parallel, mounts, signal });
  const slots = new Slots(parallel);
  let ended: string | undefined;
  let inARow = 0;
  const one = async (copy: ImageCopy): Promise<void> => {
    signal.throwIfAborted();
    const name = imageName(copy.to);
    if (ended !== undefined) return void outcomes.set(name, { is: 'not tried', why: ended });
    try {
      outcomes.set(name, { is: 'copied', ...(await copyImage(copy, storeOf, blobs)) });
      inARow = 0;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof PbError) || error.code === 'bug') throw error;
      outcomes.set(name, { is: 'failed', why: error.message });
      if (error instanceof Full) ended = `${copy.to.at} has no room left`;
      else if (++inARow >= IN_A_ROW) ended = `${IN_A_ROW} images in a row had failed`;
    }
    progress.image();
  };
  try {
    const all = await Promise.allSettled(step.images.map((copy) => slots.run(() => one(copy))));
    for (const ended of all) if (ended.status === 'rejected') throw ended.reason;
  } finally {
    progress.close();
  }
}

async function copyImage(copy: ImageCopy, storeOf: CopyParts['storeOf'], blobs: Blobs): Promise<Tally> {
  const [from, to] = [storeOf(copy.from), storeOf(copy.to)];
  const tally: Tally = { bytes: 0, sent: 0, mounted: 0 };
  const found = await from.manifest(copy.from);
  if (!found) throw new PbError('failed', `${imageName(copy.from)} is not there any more`);
  const wanted = copy.index === undefined ? found : parseManifest(Buffer.from(copy.index), imageName(copy.to), found.mediaType);

  const put = async (manifest: ImageManifest, at: { from: ImageRef; to: ImageRef }, isTop: boolean): Promise<void> => {
    const parts = await Promise.allSettled([
      ...manifest.blobs.map(async (blob) => {
        const moved = await blobs.ensure(at.from, at.to, blob);
        if (moved === 'there') return;
        tally[moved]++;
        if (moved === 'sent') tally.bytes += blob.size;
      }),
      ...(manifest.entries ?? []).map(async ({ digest }) => {
        const below = { from: { ...at.from, digest }, to: { ...at.to, digest } };
        const child = await from.manifest(below.from);
        if (!child) throw new PbError('failed', `${imageName(copy.from)}: its index names ${digest}, which is not there`);
        await put(child, below, false);
      }),
    ]);
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
    await to.putManifest(isTop ? copy.to : at.to, manifest, isTop);
  };
  await put(wanted, { from: copy.from, to: copy.to }, true);
  return tally;
}
