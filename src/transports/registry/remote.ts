/** A registry by the distribution API (/v2/) as a place of images. */
import type { Readable } from 'node:stream';
import { PbError } from '../../core/diagnostic.ts';
import { type ImageRef, imageName } from '../../core/registry.ts';
import { ACCEPT, digestOf, parseManifest } from './manifest.ts';
import type { About, Session } from './session.ts';
import type { Sink } from './store.ts';
import { TryAgain } from './trouble.ts';

const about = ({ at, repository }: ImageRef): About => ({ host: apiHost(at), repository });

/** Docker Hub's API has another name than its images. */
const apiHost = (at: string): string => (at === 'docker.io' ? 'registry-1.docker.io' : at);

const pathOf = ({ repository }: ImageRef, rest: string): string => `/v2/${repository}/${rest}`;
const referenceOf = (image: ImageRef): string => image.digest ?? image.tag ?? 'latest';

export function remoteStore(session: Session): Sink {
  return {
    async digest(image) {
      const path = pathOf(image, `manifests/${referenceOf(image)}`);
      const { status, headers } = await session.ask(about(image), { method: 'HEAD', path, headers: { accept: ACCEPT } }, [200, 404]);
      if (status === 404) return undefined;
      const digest = headers['docker-content-digest'];
      // Not every registry says it with HEAD.
      return typeof digest === 'string' ? digest : (await this.manifest(image))?.digest;
    },
    async manifest(image) {
      const path = pathOf(image, `manifests/${referenceOf(image)}`);
      const { status, headers, body } = await session.ask(about(image), { method: 'GET', path, headers: { accept: ACCEPT } }, [200, 404]);
      if (status === 404) return undefined;
      const found = parseManifest(body, imageName(image), headers['content-type']);
      if (image.digest !== undefined && found.digest !== image.digest) {
        throw new PbError('failed', `${imageName(image)}: the registry answered with another manifest, ${found.digest}`);
      }
      return found;
    },
    async has(image, digest) {
      // 500: a registry whose disk was full may be left with an entry it cannot read itself. To send the blob again mends it.
      const { status } = await session.ask(about(image), { method: 'HEAD', path: pathOf(image, `blobs/${digest}`) }, [200, 404, 500]);
      return status === 200;
    },
    open: (image, digest, signal) =>
      session.open(about(image), { method: 'GET', path: pathOf(image, `blobs/${digest}`) }, signal) as Promise<Readable>,
    put(image, blob, { source, mountFrom, signal }) {
      const where = about(image);
      const again = mountFrom === undefined ? where : { ...where, alsoFrom: mountFrom };
      return session.patiently(
        where.host,
        async () => {
          const query = mountFrom === undefined ? '' : `?mount=${blob.digest}&from=${encodeURIComponent(mountFrom)}`;
          const begun = await session.once(
            again,
            { method: 'POST', path: `${pathOf(image, 'blobs/uploads/')}${query}` },
            [201, 202],
            signal,
          );
          if (begun.status === 201) return 'mounted';
          const stream = await source();
          try {
            const path = withDigest(begun.headers.location, blob.digest, where.host);
            const headers = { 'content-type': 'application/octet-stream' };
            await session.once(where, { method: 'PUT', path, headers, body: { stream, size: blob.size } }, [201, 204], signal);
            return 'sent';
          } catch (error) {
            // What was wrong with the source explains the broken upload better than the upload does.
            throw stream.errored ?? error;
          } finally {
            stream.destroy();
          }
        },
        signal,
      );
    },
    async putManifest(image, manifest, named) {
      const path = pathOf(image, `manifests/${named && image.tag !== undefined ? image.tag : manifest.digest}`);
      const body = Buffer.from(manifest.text);
      const { headers } = await session.ask(
        about(image),
        { method: 'PUT', path, headers: { 'content-type': manifest.mediaType }, body },
        [200, 201, 202],
      );
      const got = headers['docker-content-digest'];
      if (typeof got === 'string' && got !== digestOf(body))
        throw new PbError('failed', `${imageName(image)}: the registry stored it as ${got}`);
    },
  };
}

/** Where an upload goes on, as an absolute path or URL, with the digest that ends it. */
function withDigest(location: string | undefined, digest: string, host: string): string {
  if (!location) throw new TryAgain(`${host}: an upload was begun without an address to go on at`);
  const url = new URL(location, `https://${host}`);
  url.searchParams.set('digest', digest);
  return url.host === host ? url.pathname + url.search : url.href;
}

/** By digest: not all registries allow it (405, UNSUPPORTED). */
export async function deleteManifest(session: Session, image: ImageRef): Promise<boolean> {
  const path = pathOf(image, `manifests/${image.digest}`);
  const { status } = await session.ask(about(image), { method: 'DELETE', path }, [200, 202, 204, 404, 401, 403, 405, 400]);
  return status < 300 || status === 404;
}
