/** The one that changes registries, layouts and archives: held by engine/task.ts alone, and in check mode by nobody. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { RegistryStep } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { RegistryWriter } from '../../core/module.ts';
import type { Output } from '../../core/probe.ts';
import { type CopyOutcome, type ImageRef, imageName } from '../../core/registry.ts';
import { tinyImage } from '../../core/tiny-image.ts';
import { copyImages } from './copy.ts';
import { bodyOf } from './http.ts';
import { replace } from './layout.ts';
import { parseManifest } from './manifest.ts';
import { deleteManifest } from './remote.ts';
import type { Session } from './session.ts';
import type { Sink } from './store.ts';
import { verified } from './verified.ts';

export interface WriterParts {
  readonly session: Session;
  storeOf(image: ImageRef): Sink;
  readonly outcomes: Map<string, CopyOutcome>;
  place(path: string): string;
}

const said = (stdout: string): Output => ({ code: 0, stdout: `${stdout}\n`, stderr: '' });

export function createWriter({ session, storeOf, outcomes, place }: WriterParts): RegistryWriter {
  return {
    async run(step, signal, tell) {
      switch (step.do) {
        case 'registry.copy': {
          await copyImages(step, { storeOf, patiently: session.patiently, outcomes, signal, tell });
          const good = step.images.filter(({ to }) => outcomes.get(imageName(to))?.is === 'copied').length;
          return said(`${good} of ${step.images.length} images copied`);
        }
        case 'registry.push':
          return push(step, storeOf(step.to), signal);
        case 'registry.pull':
          return pull(step.image, storeOf(step.image), signal);
        case 'registry.delete':
          return said((await deleteManifest(session, step.image)) ? 'deleted' : 'left: the registry does not allow its deletion');
        case 'registry.write': {
          const failed = [...outcomes.values()].filter(({ is }) => is !== 'copied').length;
          if (failed > step.maxFailed) return said(`${step.path} not written: ${failed} images were not copied`);
          await mkdir(dirname(place(step.path)), { recursive: true });
          await replace(place(step.path), step.content);
          return said(`${step.path} written`);
        }
      }
    },
  };
}

async function push({ to }: Extract<RegistryStep, { do: 'registry.push' }>, sink: Sink, signal: AbortSignal): Promise<Output> {
  const { blobs, manifest: text, digest, mediaType } = tinyImage();
  for (const blob of blobs) {
    if (await sink.has(to, blob.digest)) continue;
    const source = async () => Readable.from([blob.bytes]);
    await sink.put(to, { digest: blob.digest, size: blob.bytes.length }, { source, signal });
  }
  await sink.putManifest(to, { digest, mediaType, text }, true);
  return said(`${imageName(to)} pushed`);
}

async function pull(image: ImageRef, store: Sink, signal: AbortSignal): Promise<Output> {
  const found = await store.manifest(image);
  if (!found) throw new PbError('failed', `${imageName(image)} cannot be read back: the registry took it and does not have it`);
  for (const blob of parseManifest(Buffer.from(found.text), imageName(image)).blobs) {
    await bodyOf(verified(await store.open(image, blob.digest, signal), blob, image.at, () => undefined));
  }
  return said(`${imageName(image)} read back`);
}
