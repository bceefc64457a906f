/** An index with fewer platforms: the same entries, fewer of them. Pure but for the hash. */
import { createHash } from 'node:crypto';
import type { ImageManifest } from '../../core/registry.ts';

export interface Chosen {
  readonly digest: string;
  /** Left out where the whole index is wanted: its digest is kept then. */
  readonly index?: string;
}

/** "linux/arm64" also means its variants. Undefined where the index has none of the platforms. */
export function choose(manifest: ImageManifest, platforms: readonly string[]): Chosen | undefined {
  const { entries, digest, text } = manifest;
  if (!entries || platforms.length === 0) return { digest };
  const wanted = (platform: string | undefined): boolean =>
    platform !== undefined && platforms.some((one) => platform === one || platform.startsWith(`${one}/`));
  const kept = new Set(entries.filter(({ platform }) => wanted(platform)).map((entry) => entry.digest));
  if (kept.size === 0) return undefined;
  if (kept.size === entries.length) return { digest };
  const body = JSON.parse(text) as { readonly manifests: readonly { readonly digest: string }[] };
  const index = JSON.stringify({ ...body, manifests: body.manifests.filter((entry) => kept.has(entry.digest)) });
  return { index, digest: `sha256:${createHash('sha256').update(index).digest('hex')}` };
}
