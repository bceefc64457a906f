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

/** Where writing to `path` ends up: the end of a link where links are followed. */
export async function endOf(path: string, follow: boolean, io: HostReader): Promise<string> {
  if (!follow || (await io.ask(stat, { path, follow: false }))?.kind !== 'link') return path;
  return (await io.ask(readlink, { path, as: 'end' })) ?? path;
}
