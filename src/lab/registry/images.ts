/** Images made of their names: the same bytes for the same name and size, every time. */
import { createCipheriv, createHash } from 'node:crypto';

export interface RegistryImage {
  /** "quay.io/team/app:v1" */
  readonly name: string;
  /** Bytes of its layer; 4096. */
  readonly size?: number;
  /** With more than one it is an index: "linux/amd64". */
  readonly platforms?: readonly string[];
}

export interface Stored {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface Made {
  readonly blobs: readonly Buffer[];
  /** The last is what the tag names. */
  readonly manifests: readonly Stored[];
}

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export function makeImage({ name, size = 4096, platforms = ['linux/amd64'] }: RegistryImage): Made {
  const singles = platforms.map((platform) => single(name, size, platform));
  const blobs = singles.flatMap((one) => one.blobs);
  if (singles.length === 1) return { blobs, manifests: singles.map(({ manifest }) => manifest) };
  const entries = singles.map(({ manifest, platform }) => ({ ...described(manifest.mediaType, manifest.bytes), platform }));
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: entries }));
  return { blobs, manifests: [...singles.map(({ manifest }) => manifest), { mediaType: INDEX, bytes: index }] };
}

function single(name: string, size: number, text: string) {
  const [os = 'linux', architecture = 'amd64'] = text.split('/');
  const seed = createHash('sha256').update(`${name} ${text}`).digest();
  const layer = createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16)).update(Buffer.alloc(size));
  const config = Buffer.from(JSON.stringify({ os, architecture, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }));
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: MANIFEST, config: described('application/vnd.oci.image.config.v1+json', config) },
      layers: [described('application/vnd.oci.image.layer.v1.tar', layer)],
    }),
  );
  return { blobs: [config, layer], manifest: { mediaType: MANIFEST, bytes: manifest }, platform: { os, architecture } };
}

const described = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
