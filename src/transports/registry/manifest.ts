/** Manifests and indexes of OCI and Docker: bytes in, what they name out. */
import { createHash } from 'node:crypto';
import { PbError } from '../../core/diagnostic.ts';
import type { ImageBlob, ImageEntry, ImageManifest } from '../../core/registry.ts';
import { isObject, type Json } from '../../core/value.ts';

export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export const ACCEPT = [INDEX, MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(', ');

export const digestOf = (bytes: string | Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** `what` names it in errors; `mediaType` is what the registry said, where one did. Throws PbError 'failed'. */
export function parseManifest(bytes: Buffer, what: string, mediaType?: string): ImageManifest {
  const text = bytes.toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new PbError('failed', `${what}: its manifest is no JSON`);
  }
  if (!isObject(body)) throw new PbError('failed', `${what}: its manifest is no object`);
  if (body['schemaVersion'] === 1) {
    throw new PbError('failed', `${what}: a manifest of Docker's schema 1, which today's registries refuse`, {
      hint: 'build or pull and push it anew with a current tool',
    });
  }
  const stated = typeof body['mediaType'] === 'string' ? body['mediaType'] : mediaType?.split(';')[0];
  const type = stated && stated !== 'application/json' ? stated : Array.isArray(body['manifests']) ? INDEX : MANIFEST;
  const digest = digestOf(bytes);
  if (Array.isArray(body['manifests']))
    return { digest, mediaType: type, text, entries: body['manifests'].map((one) => entryOf(one, what)), blobs: [] };
  const parts: readonly Json[] = [...(body['config'] ? [body['config']] : []), ...(Array.isArray(body['layers']) ? body['layers'] : [])];
  const blobs = new Map(parts.filter(isHeld).map((one) => [blobOf(one, what).digest, blobOf(one, what)]));
  return { digest, mediaType: type, text, blobs: [...blobs.values()] };
}

/** Layers with addresses of their own (Windows) lie elsewhere, not in the registry. */
const isHeld = (one: Json): boolean => !(isObject(one) && Array.isArray(one['urls']) && one['urls'].length > 0);

function blobOf(one: Json, what: string): ImageBlob {
  const { digest, size } = isObject(one) ? one : {};
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest) || typeof size !== 'number') {
    throw new PbError('failed', `${what}: its manifest names a blob without a sha256 digest and size`);
  }
  return { digest, size };
}

function entryOf(one: Json, what: string): ImageEntry {
  const { mediaType = MANIFEST, platform } = isObject(one) ? one : {};
  const { os, architecture, variant } = isObject(platform) ? platform : {};
  const known = typeof os === 'string' && typeof architecture === 'string' && os !== 'unknown';
  return {
    ...blobOf(one, what),
    mediaType: String(mediaType),
    ...(known ? { platform: [os, architecture, ...(variant ? [variant] : [])].join('/') } : {}),
  };
}
