import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installMissing } from './debian.ts';

/** A real part that this machine cannot have, and why: a reason to skip, or to fail where the real parts are required. */
export class PartUnavailable extends Error {
  override name = 'PartUnavailable';
}

export type PartName = keyof typeof parts;

type Part = {
  /** Files and folders beside this one; a change in any of them makes a new artefact. */
  inputs: readonly string[];
  /** Commands the part needs, to build or to run, and the Debian package of each (none: it must be there). */
  commands: Readonly<Record<string, string | undefined>>;
  /** Called with the folder to fill. */
  build: string;
};

const parts = {
  vm: {
    inputs: ['vm/build-image.sh', 'vm/guest'],
    commands: {
      'qemu-system-x86_64': 'qemu-system-x86',
      mmdebstrap: 'mmdebstrap',
      mke2fs: 'e2fsprogs',
      ssh: 'openssh-client',
      'ssh-keygen': 'openssh-client',
      setpriv: 'util-linux',
    },
    build: 'vm/build-image.sh',
  },
  kube: { inputs: ['kube'], commands: { go: undefined }, build: 'kube/build.sh' },
} as const satisfies Record<string, Part>;

const here = fileURLToPath(new URL('.', import.meta.url));
const unusedAfterMs = 7 * 24 * 3600 * 1000;

/** Outside the checkout, so that a fresh clone on the same machine starts warm. */
export function cacheDir(): string {
  const { PB_TEST_CACHE: own, XDG_CACHE_HOME: base } = process.env;
  return own || join(base || join(homedir(), '.cache'), 'pb-test');
}

/** The folder with the part's artefacts, built now if this version of its sources has not been built on this machine. */
export async function ensure(name: PartName): Promise<string> {
  const part: Part = parts[name];
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new PartUnavailable(`${name}: needs Linux on x86-64`);
  const missing = await installMissing(part.commands);
  if (missing) throw new PartUnavailable(`${name}: ${missing}`);
  const home = join(cacheDir(), name);
  const target = join(home, await fingerprint(part.inputs));
  const { exitCode, stderr } = await execa(join(here, 'cached-build.sh'), [target, join(here, part.build)], {
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode !== 0) throw new PartUnavailable(`${name}: ${part.build} failed: ${stderr.slice(-2000)}`);
  await forgetUnused(home, target);
  return target;
}

async function fingerprint(inputs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(inputs.map((input) => filesUnder(join(here, input))))).flat().sort()) {
    hash
      .update(`${relative(here, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesUnder(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  // The tests' own halves of a part, in TypeScript beside its sources, are not what it is built from.
  return found.filter((entry) => entry.isFile() && !entry.name.endsWith('.ts')).map((entry) => join(entry.parentPath, entry.name));
}

/** Every edit of a part's sources leaves an artefact of some hundred MB behind: those that no run has used for a week go. */
async function forgetUnused(home: string, current: string): Promise<void> {
  const now = new Date();
  await utimes(current, now, now);
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const used = await stat(path).catch(() => undefined);
    if (used && now.getTime() - used.mtimeMs > unusedAfterMs) await rm(path, { recursive: true, force: true });
  }
}
