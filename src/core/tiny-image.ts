/** The smallest image there can be, the same bytes every time: one layer with one file. */
import { createHash } from 'node:crypto';

export interface TinyImage {
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly blobs: readonly { readonly digest: string; readonly bytes: Uint8Array }[];
}

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

const sha256 = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export function tinyImage(): TinyImage {
  const layer = tarOf('pb-test.txt', Buffer.from('pushed by pb\n'));
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [sha256(layer)] } }),
  );
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(layer), size: layer.length }],
  });
  const blobs = [config, layer].map((bytes) => ({ digest: sha256(bytes), bytes }));
  return { digest: sha256(manifest), manifest, mediaType: MANIFEST_TYPE, blobs };
}

const BLOCK = 512;

/** A ustar archive of one regular file, owned by root, of no date. */
function tarOf(name: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  for (const [at, field] of [
    [0, name],
    [100, octal(0o644, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(content.length, 11)],
    [136, octal(0, 11)],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\0'],
    [263, '00'],
  ] as const)
    header.write(field, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}
