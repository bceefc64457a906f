/** What the module file reads: the path, what is above, below and beside it. */
import type { HostReader } from '../../core/module.ts';
import { clock } from '../../probes/clock.ts';
import { mountsBelow } from '../../probes/mounts-below.ts';
import { readlink } from '../../probes/readlink.ts';
import { type FileStat, stat } from '../../probes/stat.ts';
import { type TreeEntry, tree } from '../../probes/tree.ts';
import { type Asked, unknownNames } from './attributes.ts';
import type { DirectorySlot } from './directory.ts';
import { above, absolute, expanded, join, parentOf } from './path.ts';
import { looked } from './placed.ts';
import { readTimes, setNow, type TimeArgs, type Times } from './times.ts';

export interface FileArgs extends Asked, TimeArgs {
  readonly path: string;
  readonly state?: 'file' | 'directory' | 'absent' | 'touch' | 'link' | 'hard';
  readonly src?: string;
  readonly recurse: boolean;
  readonly force: boolean;
  readonly follow: boolean;
}

export type FileState = {
  readonly path: string;
  /** The path itself, and what it leads to where links are followed. */
  readonly self: FileStat | null;
  readonly end: FileStat | null;
  /** Where a link leads to in the end. */
  readonly leads?: string;
  /** The text of a link. */
  readonly link: string | null;
  /** Every directory above, outermost first; none where the path is there. */
  readonly above: readonly DirectorySlot[];
  /** state: absent: where filesystems are mounted at or below the path. */
  readonly mounts: readonly string[];
  /** With recurse: all that is below. */
  readonly below: readonly TreeEntry[];
  /** What src names: for a link relative to the link's directory. */
  readonly source: { readonly path: string; readonly stat: FileStat | null } | null;
  /** Whether this task has set the times that become those of the moment, by the host's own clock. */
  readonly touched: boolean;
  /** The times the task gives. */
  readonly times?: Times;
  /** "user/alice" */
  readonly unknown: readonly string[];
};

/** File times come from a clock that ticks every few milliseconds. */
const TICK_S = 0.02;

export async function readFileState(given: FileArgs, io: HostReader): Promise<FileState> {
  const path = await absolute(given.path, io);
  // What a symbolic link says is relative to the link.
  const source = given.src === undefined ? undefined : await (given.state === 'hard' ? absolute : expanded)(given.src, io);
  const target = source === undefined ? undefined : source.startsWith('/') ? source : join(parentOf(path), source);
  const toNow = setNow(given, given.state === 'touch');
  const [self, sourceStat, unknown, now, times] = await Promise.all([
    io.ask(stat, { path, follow: false }),
    target === undefined ? null : io.ask(stat, { path: target, follow: true }),
    unknownNames(given, io),
    toNow.access || toNow.modification ? io.ask(clock, null) : 0,
    readTimes(given, io),
  ]);
  const isLink = self?.kind === 'link';
  const [end, link, leads, parents] = await Promise.all([
    isLink ? io.ask(stat, { path, follow: true }) : self,
    isLink ? io.ask(readlink, { path, as: 'text' }) : null,
    isLink && given.follow && given.state !== 'link' ? io.ask(readlink, { path, as: 'end' }) : null,
    self === null ? looked(above(path), io) : [],
  ]);
  const began = now - io.elapsed() / 1000 - TICK_S;
  return {
    path,
    self,
    end,
    link,
    ...(leads === null ? {} : { leads }),
    above: parents,
    mounts: given.state === 'absent' && self?.kind === 'directory' ? await io.ask(mountsBelow, path) : [],
    below: given.recurse && end?.kind === 'directory' ? await io.ask(tree, path) : [],
    source: target === undefined ? null : { path: target, stat: sourceStat },
    touched: io.applied === true && end !== null && (!toNow.access || end.atime >= began) && (!toNow.modification || end.mtime >= began),
    unknown,
    ...(times === undefined ? {} : { times }),
  };
}
