/** Lines of fstab(5). Pure. */
import { plain } from '../../probes/mountinfo.ts';

export interface FstabEntry {
  readonly src: string;
  readonly path: string;
  readonly fstype: string;
  readonly opts: string;
  readonly dump: string;
  readonly passno: string;
}

/** Undefined for comments, blank lines and what is none. */
export function fstabEntry(line: string): FstabEntry | undefined {
  const [src, path, fstype, opts = 'defaults', dump = '0', passno = '0'] = line.trim().split(/\s+/);
  if (src === undefined || src.startsWith('#') || path === undefined || fstype === undefined) return undefined;
  return { src: plain(src), path: plain(path), fstype, opts, dump, passno };
}

/** A swap area has no path: it is known by its source. */
const isSame = (one: FstabEntry, other: FstabEntry): boolean =>
  one.fstype === 'swap' || other.fstype === 'swap' ? one.src === other.src && one.fstype === other.fstype : one.path === other.path;

export const entryIn = (text: string, wanted: FstabEntry): FstabEntry | undefined =>
  text
    .split('\n')
    .map(fstabEntry)
    .find((one) => one !== undefined && isSame(one, wanted));

/** Blanks in fields are \\040, as mount(8) wants them. */
const escaped = (field: string): string => field.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011');

/** The text with exactly this entry for the path; every other line stays as it is. */
export function withEntry(text: string, wanted: FstabEntry): string {
  const now = entryIn(text, wanted);
  if (now !== undefined && JSON.stringify(now) === JSON.stringify(wanted)) return text;
  const line = `${[wanted.src, wanted.path, wanted.fstype, wanted.opts, wanted.dump, wanted.passno].map(escaped).join(' ')}\n`;
  if (now === undefined) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}`;
  return text
    .split(/(?<=\n)/)
    .map((old) => {
      const entry = fstabEntry(old);
      return entry && isSame(entry, wanted) ? line : old;
    })
    .join('');
}

export const withoutEntry = (text: string, wanted: FstabEntry): string =>
  text
    .split(/(?<=\n)/)
    .filter((line) => {
      const entry = fstabEntry(line);
      return entry === undefined || !isSame(entry, wanted);
    })
    .join('');
