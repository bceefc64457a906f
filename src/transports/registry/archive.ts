/**
 * An OCI image layout in one tar file. Blobs are appended as they come and never moved; index.json is appended after each image, and the last
 * one counts, as for everybody who unpacks the file. A file that a killed run has left is cut after its last whole entry and goes on from there.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import { type ImageRef, imageName } from '../../core/registry.ts';
import { LAYOUT_MARK, ofDisk } from './layout.ts';
import { named, parseIndex, withImage } from './layout-index.ts';
import { parseManifest } from './manifest.ts';
import type { Sink } from './store.ts';
import { BLOCK, headerOf, type TarEntry, trailer, wholeEntries } from './tar.ts';

interface Archive {
  readonly path: string;
  readonly entries: Map<string, TarEntry>;
  /** Where the next entry begins. */
  end: number;
}

export function archiveStore(place: (path: string) => string): Sink {
  const known = new Map<string, Promise<Archive>>();
  /** One writer at a time: the file has one end. */
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const archiveOf = (image: ImageRef): Promise<Archive> => {
    const path = place(image.at);
    const found = known.get(path) ?? scan(path);
    known.set(path, found);
    found.catch(() => known.delete(path));
    return found;
  };
  const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const textOf = async (archive: Archive, name: string): Promise<string | undefined> => {
    const entry = archive.entries.get(name);
    return entry && (await bytesAt(archive.path, entry)).toString('utf8');
  };

  const store: Sink = {
    async digest(image) {
      const archive = await archiveOf(image);
      const digest = image.digest ?? named(parseIndex(await textOf(archive, 'index.json'), image.at), image);
      return digest !== undefined && archive.entries.has(blobPath(digest)) ? digest : undefined;
    },
    async manifest(image) {
      const digest = await store.digest(image);
      const entry = digest === undefined ? undefined : (await archiveOf(image)).entries.get(blobPath(digest));
      return entry && parseManifest(await bytesAt(place(image.at), entry), imageName(image));
    },
    has: async (image, digest) => (await archiveOf(image)).entries.has(blobPath(digest)),
    async open(image, digest) {
      const entry = (await archiveOf(image)).entries.get(blobPath(digest));
      if (!entry) throw new PbError('failed', `${imageName(image)}: ${digest} is not in the archive`);
      return createReadStream(place(image.at), { start: entry.at, end: entry.at + entry.size - 1 });
    },
    put: (image, blob, { source, signal }) =>
      alone(async () => {
        const archive = await archiveOf(image);
        // Another image of the same step may have brought it while this one waited.
        if (!archive.entries.has(blobPath(blob.digest))) {
          await append(archive, blobPath(blob.digest), { size: blob.size, chunks: await source(), signal });
        }
        return 'sent' as const;
      }),
    putManifest: (image, manifest, isNamed) =>
      alone(async () => {
        const archive = await archiveOf(image);
        const add = async (name: string, text: string): Promise<void> => {
          const bytes = Buffer.from(text);
          await append(archive, name, { size: bytes.length, chunks: [bytes] });
        };
        if (!archive.entries.has(blobPath(manifest.digest))) await add(blobPath(manifest.digest), manifest.text);
        if (!isNamed) return;
        if (!archive.entries.has('oci-layout')) await add('oci-layout', LAYOUT_MARK);
        await add('index.json', withImage(parseIndex(await textOf(archive, 'index.json'), image.at), image, manifest));
      }),
  };
  return store;
}

async function scan(path: string): Promise<Archive> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, entries: new Map(), end: 0 };
    throw new PbError('failed', `${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    const found = await wholeEntries(file, path);
    return { path, ...found };
  } finally {
    await file.close();
  }
}

async function bytesAt(path: string, { at, size }: TarEntry): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(size);
    await file.read(bytes, 0, size, at);
    return bytes;
  } finally {
    await file.close();
  }
}

interface Content {
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** One entry and the archive's trailer behind it, which the next entry overwrites. */
async function append(archive: Archive, name: string, { size, chunks, signal }: Content): Promise<void> {
  const { path, end } = archive;
  await mkdir(dirname(path), { recursive: true });
  let file: FileHandle | undefined;
  try {
    file = await open(path, end === 0 ? 'w' : 'r+');
    await file.truncate(end);
    let at = end;
    const write = async (bytes: Uint8Array): Promise<void> => {
      await file?.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    };
    await write(headerOf(name, size));
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      await write(chunk);
    }
    await write(Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK));
    await file.write(trailer, 0, trailer.length, at);
    await file.datasync();
    archive.entries.set(name, { at: end + BLOCK, size });
    archive.end = at;
  } catch (error) {
    // Half an entry is none: what was whole before stays readable.
    await file?.truncate(end).catch(() => undefined);
    throw ofDisk(error, path);
  } finally {
    await file?.close();
  }
}
