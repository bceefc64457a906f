/** The blobs of one step: each is asked for, mounted or sent once, however many images have it. */
import type { ImageBlob, ImageRef } from '../../core/registry.ts';
import { Slots } from '../slots.ts';
import type { Patiently } from './patience.ts';
import type { Progress } from './progress.ts';
import type { Sink, Store } from './store.ts';
import { verified } from './verified.ts';

export interface BlobParts {
  storeOf(image: ImageRef): Sink;
  readonly patiently: Patiently;
  readonly progress: Progress;
  readonly parallel: number;
  /** "host/repository" by digest. */
  readonly mounts: { readonly [digest: string]: string };
  readonly signal: AbortSignal;
}

export type Moved = 'there' | 'sent' | 'mounted';

export class Blobs {
  readonly #parts: BlobParts;
  readonly #slots: Slots;
  /** By destination and digest: what ends when the blob is in that repository. */
  readonly #moving = new Map<string, Promise<Moved>>();
  /** By registry and digest: a repository that will hold it, once the promise is kept. */
  readonly #holders = new Map<string, Promise<string | undefined>>();

  constructor(parts: BlobParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.parallel);
  }

  /** Puts the blob where `to` is. Only the call that moved it says so. */
  async ensure(from: ImageRef, to: ImageRef, blob: ImageBlob): Promise<Moved> {
    const key = `${to.at}/${to.repository}@${blob.digest}`;
    const known = this.#moving.get(key);
    if (known) return known.then(() => 'there' as const);
    const moving = this.#move(from, to, blob);
    this.#moving.set(key, moving);
    // Another image may try again what failed for this one.
    moving.catch(() => this.#moving.delete(key));
    return moving;
  }

  async #move(from: ImageRef, to: ImageRef, blob: ImageBlob): Promise<Moved> {
    const key = `${to.at}@${blob.digest}`;
    const before = this.#holders.get(key) ?? Promise.resolve(this.#foreseen(from, to, blob));
    const moved = before.then((holder) => this.#slots.run(() => this.#once({ from, to, blob, holder })));
    // Others mount it from here rather than send it beside this one.
    this.#holders.set(
      key,
      moved.then(
        () => to.repository,
        () => before,
      ),
    );
    return moved;
  }

  #foreseen(from: ImageRef, to: ImageRef, { digest }: ImageBlob): string | undefined {
    const told = this.#parts.mounts[digest];
    if (told?.startsWith(`${to.at}/`)) return told.slice(to.at.length + 1);
    return from.in === 'registry' && from.at === to.at ? from.repository : undefined;
  }

  async #once({ from, to, blob, holder }: { from: ImageRef; to: ImageRef; blob: ImageBlob; holder: string | undefined }): Promise<Moved> {
    const { signal, progress, patiently } = this.#parts;
    signal.throwIfAborted();
    const sink = this.#parts.storeOf(to);
    if (await sink.has(to, blob.digest)) return 'there';
    const source: Store = this.#parts.storeOf(from);
    let counted = 0;
    const open = async () => {
      // A further try begins anew, and so does what is counted of it.
      progress.bytes(-counted);
      counted = 0;
      return verified(await source.open(from, blob.digest, signal), blob, from.at, (bytes) => {
        counted += bytes;
        progress.bytes(bytes);
      });
    };
    const mountFrom = to.in === 'registry' && holder !== undefined && holder !== to.repository ? { mountFrom: holder } : {};
    return patiently(from.at, () => sink.put(to, blob, { source: open, ...mountFrom, signal }), signal);
  }
}
