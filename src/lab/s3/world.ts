/** What the lab's object store holds, and who may use it. */
import type { JsonObject } from '../../core/value.ts';

export interface Bucket {
  readonly objects: Map<string, Buffer>;
  /** Parts by their number, by upload. */
  readonly uploads: Map<string, { readonly key: string; readonly parts: Map<number, Buffer> }>;
  /** Bodies of settings as they were put: versioning, tagging, policy. */
  readonly settings: Map<string, string>;
}

export interface User {
  readonly secret: string;
  readonly status: string;
  /** Names of policies; an administrator needs none. */
  readonly policies: readonly string[];
  readonly admin: boolean;
  /** The one bucket that is theirs, of ODF's users. */
  readonly bucket?: string;
}

export interface StoreWorld {
  readonly buckets: Map<string, Bucket>;
  readonly users: Map<string, User>;
  readonly policies: Map<string, JsonObject>;
}

export const newBucket = (): Bucket => ({ objects: new Map(), uploads: new Map(), settings: new Map() });

const allow = (...actions: readonly string[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: [...actions], Resource: ['arn:aws:s3:::*'] }],
});

/** As MinIO comes. */
export const newWorld = (): StoreWorld => ({
  buckets: new Map(),
  users: new Map(),
  policies: new Map([
    ['readwrite', allow('s3:*')],
    ['readonly', allow('s3:GetBucketLocation', 's3:GetObject')],
    ['writeonly', allow('s3:PutObject')],
    ['consoleAdmin', allow('s3:*', 'admin:*')],
    ['diagnostics', allow('admin:ServerInfo')],
  ]),
});
