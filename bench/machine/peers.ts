/** The Python peers at the versions of peers/requirements.txt, installed once for a machine, outside the checkout. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { output } from './command.ts';

export interface Peers {
  /** The interpreter of the environment they are installed in. */
  readonly python: string;
  /** Folder of mitogen's strategy plugins. */
  readonly mitogen: string;
}

const here = join(import.meta.dirname, '../peers');
const builder = join(import.meta.dirname, '../../test/real/parts/cached-build.sh');

/** Under $PB_BENCH_CACHE, else $XDG_CACHE_HOME/pb-bench, else ~/.cache/pb-bench. Throws where PyPI cannot be reached. */
export async function installPeers(): Promise<Peers> {
  const { PB_BENCH_CACHE: own, XDG_CACHE_HOME: base } = process.env;
  const home = own || join(base || join(homedir(), '.cache'), 'pb-bench');
  const wanted = join(here, 'requirements.txt');
  const target = join(
    home,
    createHash('sha256')
      .update(await readFile(wanted))
      .digest('hex')
      .slice(0, 16),
  );
  if (!existsSync(target)) process.stderr.write('installing the peers from PyPI …\n');
  await output(builder, [target, join(here, 'build.sh'), wanted]);
  const python = join(target, 'env/bin/python');
  const found = await output(python, ['-c', 'import ansible_mitogen; print(ansible_mitogen.__path__[0])']);
  return { python, mitogen: join(found.trim(), 'plugins/strategy') };
}
