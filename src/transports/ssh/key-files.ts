/** Private key files, each read and taken apart once: hundreds of hosts mostly share one. */
import { readFileSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';
import { fingerprint } from './known-hosts.ts';

export type KeyFile =
  | { readonly is: 'key'; readonly key: ParsedKey; readonly fingerprint: string }
  | { readonly is: 'missing' | 'unusable'; readonly why: string };

export class KeyFiles {
  readonly #known = new Map<string, KeyFile>();

  read(file: string): KeyFile {
    let known = this.#known.get(file);
    if (!known) {
      known = readKey(file);
      this.#known.set(file, known);
    }
    return known;
  }
}

function readKey(file: string): KeyFile {
  let data: Buffer;
  try {
    data = readFileSync(file);
  } catch (error) {
    return { is: 'missing', why: (error as Error).message };
  }
  const key = parsedKey(data);
  if (key instanceof Error) return { is: 'unusable', why: key.message };
  if (!key.isPrivateKey()) return { is: 'unusable', why: 'it holds a public key' };
  return { is: 'key', key, fingerprint: fingerprint(key.getPublicSSH()) };
}

/** The first key of a file in any form ssh2 knows. */
export function parsedKey(data: Buffer): ParsedKey | Error {
  const key = ssh2.utils.parseKey(data) as ParsedKey | ParsedKey[] | Error;
  return (Array.isArray(key) ? key[0] : key) ?? new Error('it is empty');
}
