/** Which files go where between the controller and a container. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { KubeRef } from '../../core/kube.ts';
import type { Files, KubeReader } from '../../core/module.ts';
import { type How, type PodFile, parsePodFiles, podFilesArgv } from '../../probes/pod-files.ts';
import { fromController } from '../files/gather.ts';
import { type Source, sourceOf } from '../files/source.ts';

export interface CopyArgs {
  readonly remote_path: string;
  readonly local_path?: string;
  readonly content?: string;
  readonly no_preserve: boolean;
}

/** A file as it shall be in the container, and as it is. */
export interface Sent {
  readonly path: string;
  readonly source: Source;
  readonly mode?: string;
  readonly now: PodFile | null;
}
/** A file of the container, and what the controller has of it. */
export interface Fetched {
  readonly path: string;
  readonly to: string;
  readonly sha256: string;
  readonly have: string | null;
}

type Look = (how: How, paths: readonly string[]) => Promise<readonly PodFile[]>;

/** Arguments of a command have to fit into one. */
const MOST = 500;

export const lookIn =
  (io: Pick<KubeReader, 'probeExec'>, ref: KubeRef, container: string | undefined): Look =>
  async (how, paths) => {
    const found: PodFile[] = [];
    for (let at = 0; at < paths.length; at += MOST) {
      found.push(...parsePodFiles(await io.probeExec(ref, container, podFilesArgv(how, paths.slice(at, at + MOST)))));
    }
    return found;
  };

export async function toPod(given: CopyArgs, files: Files, look: Look): Promise<readonly Sent[] | { readonly problem: string }> {
  const remote = given.remote_path.replace(/(?<=.)\/+$/, '');
  const [there] = await look('each', [remote]);
  if (given.content !== undefined) {
    if (there?.kind === 'directory') return { problem: `${remote} is a directory: content needs the path of a file` };
    return [{ path: remote, source: sourceOf(Buffer.from(given.content)), now: there ?? null }];
  }
  const local = await files.find('files', given.local_path ?? '');
  const gathered = await fromController(local, files);
  const inside = posix.join(remote, posix.basename(local));
  const below = (base: string) => gathered.files.map(({ path }) => (path === '' ? base : posix.join(base, path)));
  let base = there?.kind === 'directory' || (!gathered.directory && given.remote_path.endsWith('/')) ? inside : remote;
  if (gathered.directory && base === inside) {
    const [, ...inRemote] = await look('list', [remote]);
    if (
      isEarlier(
        inRemote.map(({ path }) => posix.basename(path)),
        gathered.files.map(({ path }) => path),
      )
    )
      base = remote;
  }
  const now = new Map((await look('each', below(base))).map((file) => [file.path, file]));
  return gathered.files.map(({ path, source }) => {
    const at = path === '' ? base : posix.join(base, path);
    const mode = given.no_preserve ? undefined : source.mode;
    return { path: at, source, ...(mode === undefined ? {} : { mode }), now: now.get(at) ?? null };
  });
}

/** Undefined: there is nothing at the remote path. */
export async function fromPod(given: CopyArgs, files: Files, look: Look): Promise<readonly Fetched[] | undefined> {
  const remote = given.remote_path.replace(/(?<=.)\/+$/, '');
  const found = await look('tree', [remote]);
  const [top] = found;
  if (!top) return undefined;
  const local = posix.resolve(files.base ?? '/', given.local_path ?? '');
  const isDirectory = (await files.stat(local))?.kind === 'directory';
  const inside = posix.join(local, posix.basename(remote));
  const all = found.flatMap(({ path, kind, sha256 }) => (kind === 'file' && sha256 !== undefined ? [{ path, sha256 }] : []));
  const at = (base: string, path: string): string => (path === remote ? base : posix.join(base, posix.relative(remote, path)));
  const isCopy =
    isDirectory &&
    isEarlier(
      await files.list(local),
      all.map(({ path }) => posix.relative(remote, path)),
    );
  const base = isDirectory && (top.kind === 'file' || !isCopy) ? inside : local;
  return Promise.all(
    all.map(async ({ path, sha256 }) => {
      const to = at(base, path);
      const here = await files.stat(to);
      return { path, to, sha256, have: here?.kind === 'file' ? sumOf(await files.read(to, 'stored')) : null };
    }),
  );
}

/** A directory that holds nothing but what these files bring is an earlier copy of them, if only the begin of one. */
function isEarlier(names: readonly string[], files: readonly string[]): boolean {
  const brought = new Set(files.map((path) => path.split('/')[0]));
  return names.length > 0 && names.every((name) => brought.has(name));
}

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
