/** Lines of known_hosts(5). Pure. */
import { createHash, createHmac } from 'node:crypto';
import { fnmatch } from '../files/fnmatch.ts';

export interface HostKey {
  /** "@cert-authority", "@revoked" or ''. */
  readonly marker: string;
  /** "a,b", "[a]:2222" or "|1|salt|hash". */
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
}

/** Undefined for blank lines, comments and what is none. */
export function hostKeyOf(line: string): HostKey | undefined {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') ? (words.shift() ?? '') : '';
  const [hosts, type, key] = words;
  return hosts === undefined || hosts.startsWith('#') || type === undefined || key === undefined ? undefined : { marker, hosts, type, key };
}

/** Whether ssh would find this name in the line. */
export function isFor(name: string, { hosts }: HostKey): boolean {
  const wanted = name.toLowerCase();
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts) ?? [];
  if (salt !== undefined) return hashed(wanted, Buffer.from(salt, 'base64')) === hash;
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((one) => one.startsWith('!') && fits(one.slice(1), wanted))) return false;
  return patterns.some((one) => fits(one, wanted));
}

/** Only * and ? are special: "[a]:22" is a name with a port. */
const fits = (pattern: string, name: string): boolean => fnmatch(pattern.replaceAll('[', '[[]'))(name);

const hashed = (name: string, salt: Buffer): string => createHmac('sha1', salt).update(name).digest('base64');

/** The line with its host hashed. The salt comes from the line, so that check and apply mode write the same. */
export function withHashedHost(name: string, { marker, type, key }: HostKey): string {
  const salt = createHash('sha1').update(`${name} ${type} ${key}`).digest();
  const words = [...(marker === '' ? [] : [marker]), `|1|${salt.toString('base64')}|${hashed(name.toLowerCase(), salt)}`, type, key];
  return words.join(' ');
}
