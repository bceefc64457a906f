/** Keys of a lab: one for its user and one for each host, made once and kept in a directory. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

export interface KeyPair {
  /** OpenSSH form. */
  readonly private: string;
  /** "ssh-ed25519 AAAA…" */
  readonly public: string;
}

/** ssh2 1.17 drops a zero at the front of an ed25519 public key (one key in 256), and nobody can read what it then writes: such a key is made again. */
export function newKey(options: Parameters<typeof ssh2.utils.generateKeyPairSync<'ed25519'>>[1] = {}): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', options);
  return ssh2.utils.parseKey(pair.public) instanceof Error ? newKey(options) : pair;
}

/** Reads the pair of that name, or makes and keeps it. `file` is the private half; the public one is beside it as `.pub`. */
export function keptKey(dir: string, name: string): KeyPair & { readonly file: string } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, name);
  try {
    return { private: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8').trim(), file };
  } catch {
    const pair = newKey({ comment: `pb-lab ${name}` });
    writeFileSync(file, pair.private, { mode: 0o600 });
    writeFileSync(`${file}.pub`, `${pair.public}\n`);
    return { ...pair, file };
  }
}
