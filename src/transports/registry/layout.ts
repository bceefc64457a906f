/** An OCI image layout in a folder: blobs by digest, index.json with the names. Every file takes its place by a rename. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PbError } from '../../core/diagnostic.ts';
import { type ImageRef, imageName } from '../../core/registry.ts';
import { named, parseIndex, withImage } from './layout-index.ts';
import { parseManifest } from './manifest.ts';
import type { Sink } from './store.ts';
import { Full } from './trouble.ts';

export const LAYOUT_MARK = '{"imageLayoutVersion":"1.0.0"}';

/** `place` says where a path of the controller really lies. */
export function layoutStore(place: (path: string) => string): Sink {
  /** One writer at a time for each index.json. */
  let turn: Promise<unknown> = Promise.resolve();
  const file = (image: ImageRef, digest: string): string => join(place(image.at), 'blobs', ...digest.split(':'));

  const store: Sink = {
    async digest(image) {
      const digest = image.digest ?? named(parseIndex(await readIndex(place(image.at)), image.at), image);
      return digest !== undefined && (await store.has(image, digest)) ? digest : undefined;
    },
    async manifest(image) {
      const digest = await store.digest(image);
      return digest === undefined ? undefined : parseManifest(await readFile(file(image, digest)), imageName(image));
    },
    has: async (image, digest) => (await sizeOf(file(image, digest))) !== undefined,
    async open(image, digest) {
      const path = file(image, digest);
      if ((await sizeOf(path)) === undefined) throw new PbError('failed', `${imageName(image)}: ${digest} is not in the layout`);
      return createReadStream(path);
    },
    async put(image, blob, { source, signal }) {
      const path = file(image, blob.digest);
      const partial = `${path}.partial`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(await source(), createWriteStream(partial, { flush: true }), { signal });
        await rename(partial, path);
      } catch (error) {
        await rm(partial, { force: true });
        throw ofDisk(error, path);
      }
      return 'sent';
    },
    async putManifest(image, manifest, isNamed) {
      const path = file(image, manifest.digest);
      await mkdir(dirname(path), { recursive: true });
      await replace(path, manifest.text);
      if (!isNamed) return;
      const mine = turn.then(async () => {
        const index = parseIndex(await readIndex(place(image.at)), image.at);
        await replace(join(place(image.at), 'oci-layout'), LAYOUT_MARK);
        await replace(join(place(image.at), 'index.json'), withImage(index, image, manifest));
      });
      turn = mine.catch(() => undefined);
      await mine;
    },
  };
  return store;
}

const readIndex = (at: string): Promise<string | undefined> =>
  readFile(join(at, 'index.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new PbError('failed', `${at} cannot be read: ${error.message}`);
  });

const sizeOf = async (path: string): Promise<number | undefined> => {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new PbError('failed', `${path} cannot be looked at: ${error.message}`);
  });
  return found?.size;
};

/** A small file, atomically. */
export async function replace(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, text, { flush: true });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw ofDisk(error, path);
  }
}

/** What the controller's disk says of a write. */
export function ofDisk(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Full('failed', `${path}: no room is left on the disk`, {
      hint: 'make room there and run again: what is there already is not copied again',
    });
  const ofFiles = ['EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'EISDIR', 'EMFILE', 'ENAMETOOLONG'].includes(code ?? '');
  return ofFiles ? new PbError('failed', `${path} cannot be written: ${message}`) : error;
}
