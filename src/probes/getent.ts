/** getent(1): records of a database of accounts, hosts or services, from wherever the host takes them. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export interface GetentQuestion {
  readonly database: string;
  readonly key?: string;
  readonly service?: string;
}

/** Lines; null where the key is not found. Throws PbError 'failed' for a database the host does not know or cannot list. */
export const getent = defineProbe<GetentQuestion, readonly string[] | null>({
  name: 'getent',
  argv: ({ database, key, service }) => [
    'getent',
    ...(service === undefined ? [] : ['-s', service]),
    '--',
    database,
    ...(key === undefined ? [] : [key]),
  ],
  parse(out, { database }) {
    if (out.code === 0) return out.stdout.split('\n').filter((line) => line !== '');
    if (out.code === 2) return null;
    if (out.code === 1) throw new PbError('failed', `this host knows no database "${database}"`);
    if (out.code === 3) throw new PbError('failed', `the database "${database}" cannot be listed`, { hint: 'give a key' });
    throw new PbError('exec', `getent ${database}: exit code ${out.code}: ${out.stderr.trim() || 'is getent installed?'}`);
  },
});
