/** MD5, which Ansible's results tell of files; a controller in FIPS mode has none. */
import { createHash, getFips } from 'node:crypto';

export const md5Of = (bytes: Uint8Array): string | undefined =>
  getFips() === 1 ? undefined : createHash('md5').update(bytes).digest('hex');
