/** A change: the one object that is shown, approved, executed and logged. */
import type { KubeObject, KubeRef } from './kube.ts';
import type { ImageCopy, ImageRef } from './registry.ts';
import type { Text } from './secret.ts';
import type { StoreRequest } from './store.ts';
import type { Json, JsonObject } from './value.ts';

/** One act, as data, with one executor each in transports/. Add a kind rather than hiding work in a function. */
export type Step =
  | {
      readonly do: 'exec';
      readonly argv: readonly [Text, ...Text[]];
      readonly stdin?: Text;
      readonly chdir?: string;
      readonly env?: { readonly [name: string]: Text };
      /** Run in the same remote shell directly before; anything but 0 stops, and its stderr is the reason. */
      readonly guard?: readonly [string, ...string[]];
      /** Exit codes that mean success; [0] when left out. */
      readonly okCodes?: readonly number[];
    }
  /** A whole file, put in place atomically (temporary file beside it, then rename). `mode` is octal text: "0644". */
  | {
      readonly do: 'write';
      readonly path: string;
      readonly content: Text;
      readonly encoding?: 'utf8' | 'base64';
      readonly mode?: string;
      readonly owner?: string;
      readonly group?: string;
      /** Command run on the temporary file before the rename; `%s` is its path. */
      readonly validate?: string;
    }
  | { readonly do: 'remove'; readonly path: string }
  /** A large file from the controller, sent over a channel of its own and checked by sha256 before the rename. */
  | {
      readonly do: 'upload';
      readonly from: string;
      readonly path: string;
      readonly sha256: string;
      readonly mode?: string;
      readonly owner?: string;
      readonly group?: string;
      readonly validate?: string;
    }
  /** A file of the host, put on the controller and checked by sha256 before it takes its place. Both paths are absolute. */
  | { readonly do: 'download'; readonly path: string; readonly to: string; readonly sha256: string }
  | { readonly do: 'kube.apply'; readonly manifest: KubeObject; readonly force: boolean }
  | {
      readonly do: 'kube.patch';
      readonly ref: KubeRef;
      readonly type: 'merge' | 'json' | 'strategic';
      readonly patch: Json;
      /** Refuse with 409 if the object has changed since it was read. */
      readonly resourceVersion?: string;
      readonly subresource?: 'status' | 'scale';
    }
  | {
      readonly do: 'kube.delete';
      readonly ref: KubeRef;
      readonly uid?: string;
      readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
      /** Seconds; else the object's own. */
      readonly grace?: number;
    }
  | {
      readonly do: 'kube.exec';
      readonly ref: KubeRef;
      readonly container?: string;
      readonly argv: readonly [string, ...string[]];
      readonly stdin?: Text;
    }
  /** A whole file into a container, put in place atomically and checked by sha256; `from` is a file of the controller that is too large for a step. */
  | ({
      readonly do: 'kube.put';
      readonly ref: KubeRef;
      readonly container?: string;
      readonly path: string;
      readonly sha256: string;
      readonly mode?: string;
    } & ({ readonly content: Text; readonly encoding?: 'utf8' | 'base64' } | { readonly from: string }))
  /** A file of a container, put on the controller and checked by sha256 before it takes its place. Both paths are absolute. */
  | {
      readonly do: 'kube.fetch';
      readonly ref: KubeRef;
      readonly container?: string;
      readonly path: string;
      readonly to: string;
      readonly sha256: string;
    }
  /** Images from one place to another, by digest; those that cannot be copied are told by `copied` of the reader, and do not end the step. */
  | {
      readonly do: 'registry.copy';
      readonly images: readonly [ImageCopy, ...ImageCopy[]];
      /** How many images and blobs are under way at once. */
      readonly parallel: number;
      /** To be sent, as far as the destination was asked. */
      readonly bytes: number;
      /** A repository of the destination registry, "host/repository", that holds the blob already: it is mounted from there. */
      readonly mounts: { readonly [digest: string]: string };
    }
  /** The image of core/tiny-image.ts, under the tag. */
  | { readonly do: 'registry.push'; readonly to: ImageRef; readonly digest: string }
  /** Reads the image back by digest; it fails where anything is missing or of another digest. */
  | { readonly do: 'registry.pull'; readonly image: ImageRef }
  /** By digest; a registry that allows no deletion is no failure, and the output says so. */
  | { readonly do: 'registry.delete'; readonly image: ImageRef }
  /** A small file on the controller, put in place atomically; left out where more copies of this task failed than `maxFailed`. The path is absolute. */
  | { readonly do: 'registry.write'; readonly path: string; readonly content: string; readonly maxFailed: number }
  | { readonly do: 'store.request'; readonly request: StoreRequest }
  /** Every version of every object and every unfinished upload of the bucket. */
  | { readonly do: 'store.empty'; readonly bucket: string }
  /** Puts, reads and deletes objects of its own below the prefix, one of them uploaded in two parts. Its stdout is JSON: what went through. */
  | { readonly do: 'store.probe'; readonly bucket: string; readonly prefix: string };

export type HostStep = Extract<Step, { do: 'exec' | 'write' | 'remove' | 'upload' | 'download' }>;
export type KubeStep = Extract<Step, { do: `kube.${string}` }>;
export type RegistryStep = Extract<Step, { do: `registry.${string}` }>;
export type StoreStep = Extract<Step, { do: `store.${string}` }>;

export interface Change {
  readonly op: 'create' | 'update' | 'replace' | 'delete' | 'run';
  /** One line: "format /dev/disk/by-id/wwn-0x5… (sdb) as ext4". */
  readonly summary: string;
  /** The diff is computed from these two, nowhere else. Strings of several lines are compared as text. */
  readonly before: Json;
  readonly after: Json;
  /** Set when data is lost: shown in red, needs consent. */
  readonly destroys?: string;
  readonly steps: readonly [Step, ...Step[]];
  /**
   * It stands whatever earlier tasks of the run change (a removal); with effect once, `creates`, `removes` or `check` say that it has to
   * run. Without that check mode reports it as unknown.
   */
  readonly certain?: boolean;
  /** Made anew on every run (a pattern that finds its own replacement): it is not looked at again after it was applied. */
  readonly repeats?: true;
  /** With effect once or `repeats`: what it did is not known to have changed anything, or counts as no change, so that it is reported as ok (a request of uri). */
  readonly uncounted?: true;
  /** What it has to say once applied, added to the output of the look that follows: { msg: "line added" }. */
  readonly output?: JsonObject;
  /** Attributes of the output that are the same whatever the steps bring, so that check mode can go on with them. */
  readonly foreknown?: JsonObject;
  /** What will exist, or be different, once this is applied: what an `absent` decision or `reads` of a later task can name. */
  readonly provides?: readonly Resource[];
}

/**
 * A thing a task may need before it can act: "namespace/x", "path//etc/x", "crd/localvolumes.local.storage.openshift.io",
 * "kind/local.storage.openshift.io/v1/LocalVolume", "object/apps/v1/Deployment/ns/name", "image/host/repository:tag". "kind/*" is provided by what
 * brings objects nobody here can foretell (an operator's Subscription).
 */
export type Resource = string;
