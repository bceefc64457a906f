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

/** A user as IAM has it: keys apart from the name. */
export interface Person {
  keys: string[];
  /** ARNs. */
  policies: string[];
  readonly inline: Map<string, string>;
}

/** A policy of IAM's: its documents by version, as they were given. */
export interface PolicyVersions {
  readonly documents: Map<string, string>;
  /** The version in force. */
  default: string;
  /** How many there have ever been. */
  made: number;
}

export interface StoreWorld {
  readonly buckets: Map<string, Bucket>;
  readonly users: Map<string, User>;
  readonly policies: Map<string, JsonObject>;
  readonly people: Map<string, Person>;
  /** Of policies that IAM was given. */
  readonly versions: Map<string, PolicyVersions>;
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
  people: new Map(),
  versions: new Map(),
  policies: new Map([
    ['readwrite', allow('s3:*')],
    ['readonly', allow('s3:GetBucketLocation', 's3:GetObject')],
    ['writeonly', allow('s3:PutObject')],
    ['consoleAdmin', allow('s3:*', 'admin:*')],
    ['diagnostics', allow('admin:ServerInfo')],
  ]),
});
