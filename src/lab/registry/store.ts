/** What the pretend registries hold, in memory: blobs per registry, links to them and manifests per repository. */
import { digestOf, makeImage, type RegistryImage, type Stored } from './images.ts';

export class RegistryStore {
  readonly #blobs = new Map<string, Buffer>();
  /** "host/repository digest" of blobs that may be read there. */
  readonly #links = new Set<string>();
  /** "host/repository reference", by digest and by tag. */
  readonly #manifests = new Map<string, Stored>();
  #bytes = 0;

  constructor(images: readonly RegistryImage[]) {
    for (const image of images) {
      const [, repository = '', tag = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(image.name) ?? [];
      const { blobs, manifests } = makeImage(image);
      for (const blob of blobs) this.putBlob(repository, blob);
      for (const manifest of manifests) this.putManifest(repository, digestOf(manifest.bytes), manifest);
      const top = manifests.at(-1);
      if (top) this.putManifest(repository, tag, top);
    }
    this.#bytes = 0;
  }

  /** Pushed since the beginning. */
  get bytes(): number {
    return this.#bytes;
  }

  blob(repository: string, digest: string): Buffer | undefined {
    return this.#links.has(`${repository} ${digest}`) ? this.#blobs.get(digest) : undefined;
  }

  putBlob(repository: string, bytes: Buffer): void {
    const digest = digestOf(bytes);
    const link = `${repository} ${digest}`;
    if (!this.#links.has(link)) this.#bytes += bytes.length;
    this.#blobs.set(digest, bytes);
    this.#links.add(link);
  }

  mount(repository: string, digest: string, from: string): boolean {
    if (this.blob(from, digest) === undefined) return false;
    this.#links.add(`${repository} ${digest}`);
    return true;
  }

  manifest(repository: string, reference: string): Stored | undefined {
    return this.#manifests.get(`${repository} ${reference}`);
  }

  /** False where it names what the repository does not have. */
  putManifest(repository: string, reference: string, manifest: Stored): boolean {
    const body = JSON.parse(manifest.bytes.toString('utf8')) as {
      config?: { digest: string };
      layers?: { digest: string }[];
      manifests?: { digest: string }[];
    };
    const blobs = [...(body.config ? [body.config] : []), ...(body.layers ?? [])];
    if (blobs.some(({ digest }) => this.blob(repository, digest) === undefined)) return false;
    if ((body.manifests ?? []).some(({ digest }) => this.manifest(repository, digest) === undefined)) return false;
    this.#manifests.set(`${repository} ${digestOf(manifest.bytes)}`, manifest);
    this.#manifests.set(`${repository} ${reference}`, manifest);
    return true;
  }

  /** With every tag that names it. */
  deleteManifest(repository: string, digest: string): boolean {
    if (this.manifest(repository, digest) === undefined) return false;
    for (const [key, { bytes }] of this.#manifests)
      if (key.startsWith(`${repository} `) && digestOf(bytes) === digest) this.#manifests.delete(key);
    return true;
  }
}
