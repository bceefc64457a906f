/** From files laid out against what is there, to a decision: the second half of copy and template. */
import type { Decision, HostReader } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { type FileStat, stat } from '../../probes/stat.ts';
import { absent, change, failed, ok } from '../define.ts';
import type { Asked } from './attributes.ts';
import { type DirectorySlot, makeDirectory, notDirectory } from './directory.ts';
import { lookAtEnd } from './look.ts';
import { above, join, parentOf, trim } from './path.ts';
import { merged, obstacle, type Placing, place, type Slot } from './place.ts';
import type { Source } from './source.ts';
import { told } from './stat-facts.ts';

export type Layout = {
  /** Where the one file ends up, or the directory the files go to. */
  readonly dest: string;
  /** Directories in order, outermost first. */
  readonly directories: readonly DirectorySlot[];
  readonly slots: readonly Slot[];
  /** The one directory that has to be there already; null where all of them are made. */
  readonly parent: string | null;
};

export const looked = (paths: readonly string[], io: HostReader): Promise<readonly DirectorySlot[]> =>
  Promise.all(
    paths.map(async (path) => {
      const now = await io.ask(stat, { path, follow: true });
      return { path, now, ...(now === null && io.expected?.(`path/${path}`) ? { expected: true } : {}) };
    }),
  );

/** One file: `dest` is its path, or a directory (existing, or ending in a slash) in which it is called `name`. */
export async function layOne(
  file: { readonly dest: string; readonly name: string; readonly source: Source },
  follow: boolean,
  io: HostReader,
): Promise<Layout> {
  const { dest, name, source } = file;
  const want = { sha256: source.sha256, follow };
  const there = dest.endsWith('/') ? undefined : await lookAtEnd(dest, want, io);
  const within = there === undefined || (await isDirectory(dest, there.now.stat, io));
  const { path, now } = within ? await lookAtEnd(join(dest, name), want, io) : there;
  // A dest that ends in a slash is made with everything above it; otherwise the parent has to exist.
  const parent = dest.endsWith('/') ? null : parentOf(path);
  // Above what is there nothing is missing.
  const needed = now.stat !== null ? [] : parent === null ? [...above(trim(dest)), trim(dest)] : [parent];
  return { dest: path, directories: await looked(needed, io), slots: [{ path, source, now }], parent };
}

/** Whether `path`, at which `now` was found, is a directory or a link to one. */
const isDirectory = async (path: string, now: FileStat | null, io: HostReader): Promise<boolean> =>
  (now?.kind === 'link' ? await io.ask(stat, { path, follow: true }) : now)?.kind === 'directory';

/** `fresh`: attributes of directories made on the way. `unknown`: accounts the host does not have. */
export function decidePlaced(
  layout: Layout,
  asked: { readonly placing: Placing; readonly fresh: Asked; readonly src?: string; readonly unknown: readonly string[] },
): Decision<JsonObject> {
  const blocked = layout.slots.map(obstacle).find((why) => why !== undefined);
  if (blocked !== undefined) return failed(blocked);
  const wrong = notDirectory(layout.directories);
  if (wrong) return failed(`${wrong.path} is there already and is no directory`);
  const made = layout.parent === null ? layout.directories.map((slot) => makeDirectory(slot, asked.fresh, undefined)) : [];
  const parts = [...made, ...layout.slots.map((slot) => place(slot, asked.placing))].filter((part) => part !== undefined);
  const part = merged(parts, 'write', layout.dest);
  if (part === undefined) return ok(output(layout, asked.src));
  const md5sum = md5Of(layout);
  const what = md5sum === undefined ? part : { ...part, output: { ...part.output, md5sum } };
  const missing = layout.directories.find(({ path, now }) => path === layout.parent && now === null);
  if (missing) return absent(`path/${missing.path}`, `Destination directory ${missing.path} does not exist`, what);
  const [name] = asked.unknown;
  return name === undefined ? change(what) : absent(name, `${name.replace('/', ' ')} does not exist on this host`, what);
}

/** Ansible tells it of one file that is written. */
function md5Of({ slots: [only, ...more] }: Layout): string | undefined {
  const isWritten = only !== undefined && more.length === 0 && only.now.sha256 !== only.source.sha256;
  return isWritten ? only.source.md5 : undefined;
}

function output(layout: Layout, src: string | undefined): JsonObject {
  const [only, ...more] = layout.slots;
  const named = { dest: layout.dest, ...(src === undefined ? {} : { src }) };
  const now = only?.now.stat;
  if (only === undefined || more.length > 0 || !now) return { ...named, state: 'directory' };
  const same = only.now.sha256 === only.source.sha256;
  return {
    ...named,
    dest: only.path,
    path: only.path,
    ...(same && only.source.sha1 !== undefined ? { checksum: only.source.sha1 } : {}),
    ...told(now),
  };
}

export const placingOf = (given: Asked & { readonly force: boolean; readonly backup: boolean; readonly validate?: string }): Placing => ({
  ...(given.mode === undefined ? {} : { mode: given.mode }),
  ...ownersOf(given),
  force: given.force,
  backup: given.backup,
  ...(given.validate === undefined ? {} : { validate: given.validate }),
});

export const ownersOf = ({ owner, group }: Asked): Asked => ({
  ...(owner === undefined ? {} : { owner }),
  ...(group === undefined ? {} : { group }),
});
