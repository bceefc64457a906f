/** Which files go where: one file, or every file below a directory, of the controller or of the host. */
import type { FileFacts, Files, HostReader } from '../../core/module.ts';
import { checksum } from '../../probes/checksum.ts';
import { stat } from '../../probes/stat.ts';
import { tree } from '../../probes/tree.ts';
import { join } from './path.ts';
import { INLINE, type Source, sourceOf } from './source.ts';

/** What lies at and below a source; paths are relative, '' for a single file. */
export interface Gathered {
  readonly directories: readonly string[];
  readonly files: readonly { readonly path: string; readonly source: Source }[];
  /** Paths that are neither file nor directory (links, devices): they are not copied. */
  readonly left: readonly string[];
}

/** Large files whose content stays where it is: a hundred hosts that get the same one need not read it a hundred times. */
const known = new Map<string, Promise<Source>>();

function once(key: string, look: () => Promise<Source>): Promise<Source> {
  const found = known.get(key);
  if (found) return found;
  const looking = look();
  known.set(key, looking);
  const forget = (): void => void known.delete(key);
  looking.then((source) => {
    if (!('from' in source)) forget();
  }, forget);
  return looking;
}

/** A file or directory of the controller; `path` is absolute. */
export async function fromController(path: string, files: Files, as?: 'stored'): Promise<Gathered & { readonly directory: boolean }> {
  const sourceAt = async (from: string, { size, mode, version }: Pick<FileFacts, 'size' | 'mode' | 'version'>): Promise<Source> => {
    const look = async (): Promise<Source> => {
      const bytes = await files.read(from, as);
      // What was vaulted is longer on disk, and cannot be uploaded from there.
      return sourceOf(bytes, { mode, ...(bytes.length === size ? { from } : {}) });
    };
    return version === undefined || size <= INLINE ? look() : once(`${as ?? ''} ${mode} ${version} ${from}`, look);
  };
  const found = await files.stat(path);
  if (found?.kind !== 'directory') {
    const source = await sourceAt(path, found ?? { size: 0, mode: '0644' });
    return { directory: false, directories: [], files: [{ path: '', source }], left: [] };
  }
  const all: { directories: string[]; files: { path: string; source: Source }[]; left: string[] } = {
    directories: [],
    files: [],
    left: [],
  };
  const walk = async (below: string): Promise<void> => {
    for (const name of [...(await files.list(join(path, below)))].sort()) {
      const at = below === '' ? name : `${below}/${name}`;
      const what = await files.stat(join(path, at));
      if (what?.kind === 'directory') {
        all.directories.push(at);
        await walk(at);
      } else if (what?.kind === 'file') {
        all.files.push({ path: at, source: await sourceAt(join(path, at), what) });
      } else all.left.push(at);
    }
  };
  await walk('');
  return { directory: true, ...all };
}

/** The same on the host; undefined where nothing is there. */
export async function fromHost(path: string, io: HostReader): Promise<(Gathered & { readonly directory: boolean }) | undefined> {
  const found = await io.ask(stat, { path, follow: true });
  if (found === null) return undefined;
  if (found.kind !== 'directory') {
    const source = await remote(path, found.mode, io);
    return { directory: false, directories: [], files: source ? [{ path: '', source }] : [], left: source ? [] : [''] };
  }
  const entries = await io.ask(tree, path);
  const files = await Promise.all(
    entries
      .filter(({ kind }) => kind === 'file')
      .map(async (entry) => ({ path: entry.path, source: await remote(join(path, entry.path), entry.mode, io) })),
  );
  return {
    directory: true,
    directories: entries.filter(({ kind }) => kind === 'directory').map((entry) => entry.path),
    files: files.flatMap(({ path: at, source }) => (source ? [{ path: at, source }] : [])),
    left: entries.filter(({ kind }) => kind !== 'file' && kind !== 'directory').map((entry) => entry.path),
  };
}

async function remote(path: string, mode: string, io: HostReader): Promise<Source | undefined> {
  const [found, sha256, sha1] = await Promise.all([
    io.ask(stat, { path, follow: true }),
    io.ask(checksum, { path, algorithm: 'sha256' }),
    io.ask(checksum, { path, algorithm: 'sha1' }),
  ]);
  return found === null || sha256 === null
    ? undefined
    : { size: found.size, sha256, mode, remote: path, ...(sha1 === null ? {} : { sha1 }) };
}
