/** What is at a path where a file shall be put. */
import type { HostReader } from '../../core/module.ts';
import { checksum } from '../../probes/checksum.ts';
import { readlink } from '../../probes/readlink.ts';
import { type FileStat, stat } from '../../probes/stat.ts';
import { INLINE, textOf } from './source.ts';

export type At = {
  /** Null where nothing is; a link is itself. */
  readonly stat: FileStat | null;
  readonly sha256?: string;
  /** Read only where it will be compared: differing text of a size that is shown. */
  readonly text?: string;
};

/** Looks at `path`; fetches the content for the diff only when it differs from `sha256`. */
export async function lookAt(path: string, sha256: string, io: HostReader): Promise<At> {
  const [found, sum] = await Promise.all([io.ask(stat, { path, follow: false }), io.ask(checksum, { path, algorithm: 'sha256' })]);
  if (found?.kind !== 'file' || sum === null) return { stat: found };
  const bytes = sum === sha256 || found.size > INLINE ? undefined : await io.readFile(path);
  const text = bytes && textOf(bytes);
  return { stat: found, sha256: sum, ...(text === undefined ? {} : { text }) };
}

/** Where writing to `path` ends up, and what is there: the end of a link where links are followed. */
export async function lookAtEnd(
  path: string,
  want: { sha256: string; follow: boolean },
  io: HostReader,
): Promise<{ path: string; now: At }> {
  const now = await lookAt(path, want.sha256, io);
  const end = want.follow && now.stat?.kind === 'link' ? await io.ask(readlink, { path, as: 'end' }) : null;
  return end === null ? { path, now } : { path: end, now: await lookAt(end, want.sha256, io) };
}
