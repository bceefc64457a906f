/** What a file shall hold, as data that fits into a state and a diff. */
import { createHash } from 'node:crypto';
import type { Json } from '../../core/value.ts';
import { md5Of } from './md5.ts';

/** Bytes up to which content travels inside a step and is shown in a diff; anything larger is uploaded and shown by its checksum. */
export const INLINE = 256 * 1024;

export type Source = {
  readonly size: number;
  readonly sha256: string;
  /** Ansible's `checksum`. */
  readonly sha1?: string;
  /** Not known of files of the host. */
  readonly md5?: string;
  /** Mode of the source itself, for mode: preserve. */
  readonly mode?: string;
} & (
  | { readonly text: string }
  | { readonly base64: string }
  /** A file on the controller, too large for a step. */
  | { readonly from: string }
  /** A file on the host. */
  | { readonly remote: string }
);

export function sourceOf(bytes: Uint8Array, file?: { readonly from?: string; readonly mode: string }): Source {
  const sum = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  const md5 = md5Of(bytes);
  const sums = { sha256: sum('sha256'), sha1: sum('sha1'), ...(md5 === undefined ? {} : { md5 }) };
  const known = { size: bytes.length, ...sums, ...(file ? { mode: file.mode } : {}) };
  if (file?.from !== undefined && bytes.length > INLINE) return { ...known, from: file.from };
  const text = textOf(bytes);
  return text === undefined ? { ...known, base64: Buffer.from(bytes).toString('base64') } : { ...known, text };
}

/** The text these bytes are; undefined for anything that is not UTF-8 text. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** How content appears in a diff: text as text, everything else by size and checksum. */
export const shown = (what: { readonly text?: string; readonly size: number; readonly sha256?: string }): Json =>
  what.text !== undefined && what.size <= INLINE ? what.text : { size: what.size, sha256: what.sha256 ?? 'unknown' };
