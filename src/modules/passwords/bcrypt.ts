/** bcrypt hashes as `htpasswd -B` writes them: "$2y$10$<22 characters of salt><31 of hash>". */
import { compare, genSaltSync, hash } from 'bcryptjs';

/** bcrypt takes no more of a password: what comes after would not count. */
export const MOST_BYTES = 72;

const FORM = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** Whether the hash is bcrypt of at least this cost (a power of two of rounds), and of this password. */
export async function holds(password: string, found: string, cost: number): Promise<boolean> {
  const rounds = FORM.exec(found)?.[1];
  return rounds !== undefined && Number(rounds) >= cost && (await compare(password, found));
}

/** With a salt of its own each time. 2y says the same as the library's 2b, and every server knows it. */
export const hashed = (password: string, cost: number): Promise<string> => hash(password, genSaltSync(cost).replace(/^\$2b\$/, '$2y$'));
