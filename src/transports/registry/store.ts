/** What holds images: a registry, a layout's folder, a layout's archive. */
import type { Readable } from 'node:stream';
import type { ImageBlob, ImageManifest, ImageRef } from '../../core/registry.ts';

export interface Store {
  /** Of its manifest; undefined where there is no such image. */
  digest(image: ImageRef): Promise<string | undefined>;
  manifest(image: ImageRef): Promise<ImageManifest | undefined>;
  has(image: ImageRef, digest: string): Promise<boolean>;
  /** Throws PbError where it is not there. */
  open(image: ImageRef, digest: string, signal: AbortSignal): Promise<Readable>;
}

/** Gives the blob from its beginning each time it is called, checked against its digest as it passes. */
export type Source = () => Promise<Readable>;

export interface Sink extends Store {
  /** `mountFrom` is a repository of the same registry that is believed to hold the blob. */
  put(
    image: ImageRef,
    blob: ImageBlob,
    how: { readonly source: Source; readonly mountFrom?: string; readonly signal: AbortSignal },
  ): Promise<'sent' | 'mounted'>;
  /** Under its digest, and with `named` under the image's tag too. */
  putManifest(image: ImageRef, manifest: Pick<ImageManifest, 'digest' | 'mediaType' | 'text'>, named: boolean): Promise<void>;
}
