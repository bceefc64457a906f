/** Everything that may be asked of registries, layouts and archives. */
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { Controller, RegistryReader } from '../../core/module.ts';
import { type CopyOutcome, type ImageRef, imageName } from '../../core/registry.ts';
import { bodyOf } from './http.ts';
import type { Store } from './store.ts';

export interface ReaderParts {
  storeOf(image: ImageRef): Store;
  readonly outcomes: ReadonlyMap<string, CopyOutcome>;
  readonly signal: AbortSignal;
  /** Where a path of the controller really lies. */
  place(path: string): string;
}

/** More is no blob that a module should hold. */
const MOST = 16 * 1024 * 1024;

export function createReader({ storeOf, outcomes, signal, place }: ReaderParts): Omit<RegistryReader, keyof Controller> {
  return {
    digest: async (image) => storeOf(image).digest(image),
    manifest: async (image) => storeOf(image).manifest(image),
    hasBlob: async (image, digest) => storeOf(image).has(image, digest),
    async blob(image, digest) {
      const store = storeOf(image);
      if (!(await store.has(image, digest))) return undefined;
      const stream = await store.open(image, digest, signal);
      return bodyOf(stream, MOST);
    },
    async free(image) {
      if (image.in === 'registry') return undefined;
      return freeAt(place(image.at));
    },
    copied: () => outcomes,
    async text(path) {
      return readFile(place(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw new PbError('failed', `${path} cannot be read: ${error.message}`);
      });
    },
  };
}

/** Of the filesystem that the path, or the nearest folder above it that is there, lies on. */
async function freeAt(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (dirname(path) === path)
      throw new PbError('failed', `the free space of ${imageName({ in: 'layout', at: path, repository: '' })} cannot be told`, {
        cause: error,
      });
    return freeAt(dirname(path));
  }
}
