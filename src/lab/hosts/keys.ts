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

/** ssh2 1.17 writes about one ed25519 key in 256 in a form that it cannot read itself: such a key is made again. */
function newKey(comment: string): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  return ssh2.utils.parseKey(pair.private) instanceof Error ? newKey(comment) : pair;
}

/** Reads the pair of that name, or makes and keeps it. `file` is the private half; the public one is beside it as `.pub`. */
export function keptKey(dir: string, name: string): KeyPair & { readonly file: string } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, name);
  try {
    return { private: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8').trim(), file };
  } catch {
    const pair = newKey(`pb-lab ${name}`);
    writeFileSync(file, pair.private, { mode: 0o600 });
    writeFileSync(`${file}.pub`, `${pair.public}\n`);
    return { ...pair, file };
  }
}
