/** index.json of an image layout: names and the digests they stand for. Pure. */
import { PbError } from '../../core/diagnostic.ts';
import type { ImageManifest, ImageRef } from '../../core/registry.ts';
import { isObject, type JsonObject } from '../../core/value.ts';
import { INDEX } from './manifest.ts';

const NAME = 'org.opencontainers.image.ref.name';

export interface LayoutIndex {
  readonly manifests: readonly JsonObject[];
}

/** Undefined text: a layout that is not there yet. */
export function parseIndex(text: string | undefined, at: string): LayoutIndex {
  if (text === undefined) return { manifests: [] };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (!isObject(body) || !Array.isArray(body['manifests']))
    throw new PbError('failed', `${at} is no image layout: its index.json has no manifests`);
  return { manifests: body['manifests'].filter(isObject) as JsonObject[] };
}

const nameOf = (entry: JsonObject): unknown => (isObject(entry['annotations']) ? entry['annotations'][NAME] : undefined);

/** The digest a name stands for; without a name, that of the only image there is. */
export function named({ manifests }: LayoutIndex, { tag, at }: ImageRef): string | undefined {
  if (tag === undefined && manifests.length > 1) {
    throw new PbError('failed', `${at} holds ${manifests.length} images`, {
      hint: `say which: ${manifests.map(nameOf).filter(Boolean).slice(0, 5).join(', ')}`,
    });
  }
  const entry = tag === undefined ? manifests[0] : manifests.find((one) => nameOf(one) === tag);
  return typeof entry?.['digest'] === 'string' ? entry['digest'] : undefined;
}

/** The text of index.json with the image under its name, in place of what had that name. */
export function withImage(
  { manifests }: LayoutIndex,
  { tag }: ImageRef,
  manifest: Pick<ImageManifest, 'digest' | 'mediaType' | 'text'>,
): string {
  const others = manifests.filter((one) =>
    tag === undefined ? nameOf(one) !== undefined || one['digest'] !== manifest.digest : nameOf(one) !== tag,
  );
  const entry = {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: Buffer.byteLength(manifest.text),
    ...(tag === undefined ? {} : { annotations: { [NAME]: tag } }),
  };
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [...others, entry] });
}
