/** Images made for the tests and pushed with nothing but fetch: what pb says of them is held against this. */
import { createCipheriv, createHash } from 'node:crypto';

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';

export const sha256 = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export interface Image {
  readonly digest: string;
  readonly text: string;
  readonly blobs: readonly string[];
}

/** Bytes that no two images share and that a seed gives again. */
export function bytesOf(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(size));
}

export async function putBlob(host: string, repository: string, bytes: Uint8Array): Promise<{ digest: string; size: number }> {
  const begun = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const url = new URL(begun.headers.get('location') ?? '', `http://${host}`);
  url.searchParams.set('digest', sha256(bytes));
  const done = await fetch(url, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
  if (done.status !== 201) throw new Error(`blob: ${done.status} ${await done.text()}`);
  return { digest: sha256(bytes), size: bytes.length };
}

export async function putManifest(
  host: string,
  repository: string,
  reference: string,
  { text, type }: { text: string; type: string },
): Promise<void> {
  const done = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    body: text,
    headers: { 'content-type': type },
  });
  if (done.status !== 201) throw new Error(`manifest: ${done.status} ${await done.text()}`);
}

/** One image with these layers, under a tag or, without one, under its digest alone. */
export async function pushImage(
  host: string,
  repository: string,
  what: { readonly tag?: string; readonly layers: readonly Uint8Array[]; readonly os?: string; readonly architecture?: string },
): Promise<Image> {
  const layers = await Promise.all(what.layers.map((layer) => putBlob(host, repository, layer)));
  const { os = 'linux', architecture = 'amd64' } = what;
  const config = await putBlob(
    host,
    repository,
    Buffer.from(JSON.stringify({ os, architecture, rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) } })),
  );
  const text = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: MANIFEST },
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map((layer) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer })),
  });
  await putManifest(host, repository, what.tag ?? sha256(text), { text, type: MANIFEST });
  return { digest: sha256(text), text, blobs: [config.digest, ...layers.map(({ digest }) => digest)] };
}

/** The digest that a registry answers with; undefined where there is no such manifest. */
export async function digestAt(host: string, repository: string, reference: string): Promise<string | undefined> {
  const got = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, { headers: { accept: `${MANIFEST}, ${INDEX}` } });
  if (got.status === 404) return undefined;
  return sha256(new Uint8Array(await got.arrayBuffer()));
}
