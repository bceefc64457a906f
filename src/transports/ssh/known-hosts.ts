/** known_hosts files: which keys a host is known by. Formats as in sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface KnownKey {
  readonly type: string;
  /** The public key as the host sends it. */
  readonly key: Buffer;
  readonly revoked: boolean;
  readonly file: string;
  readonly line: number;
}

/** The lines of a file by the plain names in them, and those to be tried with every name: patterns and hashes. */
interface Known {
  readonly named: ReadonlyMap<string, readonly KnownKey[]>;
  readonly others: readonly (KnownKey & { readonly hosts: string })[];
}

/** Reads each file once; `add` writes one line and remembers it. */
export class KnownHosts {
  readonly #files = new Map<string, Known>();
  #writing: Promise<void> = Promise.resolve();

  /** Keys of the host under any of these names, in the order of the files. A file that does not exist holds none. */
  find(files: readonly string[], names: readonly string[]): KnownKey[] {
    return files.flatMap((file) => {
      const { named, others } = this.#known(file);
      const found = new Set(names.flatMap((name) => named.get(name) ?? []));
      for (const line of others) if (names.some((name) => namesHost(line.hosts, name))) found.add(line);
      return [...found].sort((a, b) => a.line - b.line);
    });
  }

  /** Appends with a single write, so that runs side by side do not tear each other's lines. */
  async add(file: string, name: string, key: Buffer): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        const text = read(file);
        const gap = text === '' || text.endsWith('\n') ? '' : '\n';
        await appendFile(file, `${gap}${name} ${keyType(key)} ${key.toString('base64')}\n`, { mode: 0o600 });
        this.#files.delete(file);
      });
    return this.#writing;
  }

  #known(file: string): Known {
    let known = this.#files.get(file);
    if (!known) {
      known = parse(read(file), file);
      this.#files.set(file, known);
    }
    return known;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** `[@marker] hosts type base64 [comment]`; certificate authorities are left out: ssh2 does not know host certificates. */
function parse(text: string, file: string): Known {
  const named = new Map<string, KnownKey[]>();
  const others: Known['others'][number][] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts, type, base64] = words;
    if (!hosts || hosts.startsWith('#') || !type || !base64 || marker === '@cert-authority') continue;
    const key = { type, key: Buffer.from(base64, 'base64'), revoked: marker === '@revoked', file, line: index + 1 };
    if (/[|*?!]/.test(hosts)) others.push({ ...key, hosts });
    else for (const name of hosts.toLowerCase().split(',')) named.set(name, [...(named.get(name) ?? []), key]);
  }
  return { named, others };
}

/** `|1|salt|hash`, or patterns with * and ?, separated by commas; one that starts with ! and fits rules the line out. */
function namesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => fits(pattern, name));
}

const fits = (pattern: string, name: string): boolean =>
  pattern === name ||
  (/[*?]/.test(pattern) &&
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(name));

/** How the host is written in known_hosts. */
export const knownName = (address: string, port: number): string => (port === 22 ? address : `[${address}]:${port}`).toLowerCase();

/** A public key on the wire begins with its type, as a string with its length before it. */
export const keyType = (key: Buffer): string => key.toString('latin1', 4, 4 + key.readUInt32BE(0));

export const fingerprint = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
