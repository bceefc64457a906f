/** Images and where they lie, as modules read them and steps name them. */

/** An image in a registry, in an OCI layout's folder, or in such a layout's tar archive. */
export interface ImageRef {
  readonly in: 'registry' | 'layout' | 'archive';
  /** host[:port] of the registry; else the absolute path on the controller. */
  readonly at: string;
  /** In a registry: "team/app". Elsewhere ''. */
  readonly repository: string;
  /** In layouts the name in index.json (org.opencontainers.image.ref.name). */
  readonly tag?: string;
  /** "sha256:…"; where both are given the digest says which image, and the tag is its name at a destination. */
  readonly digest?: string;
}

/** "quay.io/a/b:v1", "oci:/srv/images:v1", "oci-archive:/srv/images.tar:v1": as containers-transports(5) writes them. */
export function imageName(image: ImageRef): string {
  const end = `${image.tag === undefined ? '' : `:${image.tag}`}${image.digest === undefined ? '' : `@${image.digest}`}`;
  if (image.in === 'registry') return `${image.at}/${image.repository}${end}`;
  return `${image.in === 'layout' ? 'oci' : 'oci-archive'}:${image.at}${end}`;
}

/** How to reach registries. Credentials are looked up by the transport and stand in no argument of a command and in no event. */
export interface RegistryAccess {
  /** Absolute path of a containers auth.json or docker config.json; left out: where podman and docker look. */
  readonly authfile?: string;
  /** For every registry, instead of the authfile. */
  readonly username?: string;
  readonly password?: string;
  /** Absolute path of PEM certificates that are trusted besides the system's. */
  readonly ca_file?: string;
  /** Registries (host[:port]) whose certificate is not checked, and that may speak plain HTTP. */
  readonly insecure_registries?: readonly string[];
  /** How often a request is tried again after 429, 5xx or a lost connection; 5. */
  readonly retries?: number;
}

export interface ImageBlob {
  readonly digest: string;
  readonly size: number;
}

/** An entry of an index. */
export interface ImageEntry extends ImageBlob {
  readonly mediaType: string;
  /** "linux/amd64", "linux/arm64/v8"; undefined where the entry names none (an attestation). */
  readonly platform?: string;
}

export interface ImageManifest {
  readonly digest: string;
  readonly mediaType: string;
  /** The very bytes, which the digest is of: JSON in UTF-8. */
  readonly text: string;
  /** Of an index: its manifests. */
  readonly entries?: readonly ImageEntry[];
  /** Of an image: its configuration and layers that the registry holds, each once. */
  readonly blobs: readonly ImageBlob[];
}

/** One image to be copied. */
export interface ImageCopy {
  /** By digest. */
  readonly from: ImageRef;
  readonly to: ImageRef;
  /** What the destination will answer with. */
  readonly digest: string;
  /** Where an index is to name fewer platforms than the source's: its text, with `digest`. */
  readonly index?: string;
}

/** How a copy of this task ended, by `imageName` of its destination. */
export type CopyOutcome =
  | { readonly is: 'copied'; readonly bytes: number; readonly sent: number; readonly mounted: number }
  | { readonly is: 'failed' | 'not tried'; readonly why: string };

/** Said while images are copied. */
export interface CopyProgress {
  readonly why: string;
  readonly seen: string;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as registries and disks are sold: "1.2 GB". */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}
