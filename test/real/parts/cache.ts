import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Commands, installMissing } from './debian.ts';

/** A real part that this machine cannot have, and why: a reason to skip, or to fail where the real parts are required. */
export class PartUnavailable extends Error {
  override name = 'PartUnavailable';
}

export type PartName = keyof typeof parts;

type Part = {
  /** Files and folders beside this one; a change in any of them makes a new artefact. */
  inputs: readonly string[];
  /** Called with the folder to fill. */
  build: string;
  /** What it needs to be built and then to be run. */
  builds: Commands;
  runs: Commands;
};

const parts = {
  vm: {
    inputs: ['vm/build-image.sh', 'vm/guest'],
    build: 'vm/build-image.sh',
    builds: { mmdebstrap: 'mmdebstrap', mke2fs: 'e2fsprogs', 'ssh-keygen': 'openssh-client' },
    runs: { 'qemu-system-x86_64': 'qemu-system-x86', setpriv: 'util-linux', ssh: 'openssh-client', 'ssh-keygen': 'openssh-client' },
  },
  ansible: { inputs: ['ansible'], build: 'ansible/build.sh', builds: { python3: 'python3' }, runs: {} },
  moto: { inputs: ['moto'], build: 'moto/build.sh', builds: { python3: 'python3' }, runs: { setpriv: 'util-linux' } },
  registry: {
    inputs: ['registry'],
    build: 'registry/build.sh',
    builds: { 'apt-get': undefined, 'dpkg-deb': undefined },
    runs: { openssl: 'openssl' },
  },
  kube: { inputs: ['kube'], build: 'kube/build.sh', builds: { go: undefined }, runs: {} },
  s3: {
    inputs: ['s3'],
    build: 's3/build.sh',
    builds: { go: undefined, 'apt-get': undefined, dpkg: undefined },
    runs: { setpriv: 'util-linux' },
  },
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
  await need(name, part.runs);
  const home = join(cacheDir(), name);
  const target = join(home, await fingerprint(part.inputs));
  if (!existsSync(target)) {
    await need(name, part.builds);
    const built = await execa(join(here, 'cached-build.sh'), [target, join(here, part.build)], { reject: false, stdin: 'ignore' });
    if (built.exitCode !== 0) throw new PartUnavailable(`${name}: ${part.build} failed: ${built.stderr.slice(-2000)}`);
    await forgetUnused(home);
  }
  const now = new Date();
  await utimes(target, now, now);
  return target;
}

async function need(name: PartName, commands: Commands): Promise<void> {
  const missing = await installMissing(commands);
  if (missing) throw new PartUnavailable(`${name}: ${missing}`);
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
async function forgetUnused(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > unusedAfterMs) await rm(path, { recursive: true, force: true });
  }
}
