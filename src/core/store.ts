/** Requests to object stores and their answers as plain data: S3's own API, MinIO's admin API, and IAM's. */
import type { Text } from './secret.ts';
import type { Json } from './value.ts';

export interface StoreKeys {
  readonly access: string;
  readonly secret: Text;
}

type Words = { readonly [name: string]: string };

/** `as`: other keys than the connection's own. */
export type StoreRequest =
  | {
      readonly api: 's3';
      readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
      readonly bucket?: string;
      readonly key?: string;
      readonly query?: Words;
      /** XML or JSON. */
      readonly body?: string;
      readonly as?: StoreKeys;
    }
  | {
      readonly api: 'minio';
      readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
      /** Below /minio/admin/v3/: "add-user". */
      readonly call: string;
      readonly query?: Words;
      /** JSON. */
      readonly body?: Text;
      /** The body goes encrypted with the secret key, as MinIO wants it wherever secrets are in it. */
      readonly sealed?: true;
    }
  | {
      readonly api: 'iam';
      /** "CreateUser" */
      readonly action: string;
      readonly params: Words;
    };

/** Any HTTP answer: the module decides what it means. */
export interface StoreAnswer {
  readonly status: number;
  /** S3's own name of the error: "NoSuchBucket"; '' for success, and for an answer without one. */
  readonly code: string;
  readonly message: string;
  /** How the server calls itself: "MinIO"; '' where it does not. */
  readonly server: string;
  /** JSON as it is; XML as objects by tag, several of one tag as a list, all values text. null for anything else. */
  readonly body: Json;
}
