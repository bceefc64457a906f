/** What an archive holds, whatever kind it is; and which of it is wanted. Pure. */
import { fnmatch } from '../files/fnmatch.ts';

export type Entry = {
  /** As it is unpacked: without a slash at its end, "./" at its beginning and the parts that --strip-components takes. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Octal permissions; '' where the archive has none. */
  readonly mode: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Of a file's content; only of archives that pb has read itself. */
  readonly sha256?: string;
  /** Text of a symbolic link. */
  readonly link?: string;
};

export interface Choice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Leading parts of names that are taken away. */
  readonly strip: number;
}

/** As tar chooses: an included name brings what is below it, an excluded pattern fits at any slash. */
export function chosen(entries: readonly Entry[], { include, exclude, strip }: Choice): readonly Entry[] {
  const brings = (name: string, path: string): boolean => {
    const wanted = plain(name);
    return path === wanted || path.startsWith(`${wanted}/`) || fnmatch(wanted)(path);
  };
  const fits = (pattern: string, path: string): boolean => {
    const parts = path.split('/');
    return parts.some((_, from) => parts.some((__, to) => to >= from && fnmatch(plain(pattern))(parts.slice(from, to + 1).join('/'))));
  };
  return entries
    .filter(({ path }) => include.length === 0 || include.some((name) => brings(name, path)))
    .filter(({ path }) => !exclude.some((pattern) => fits(pattern, path)))
    .map((entry) => ({ ...entry, path: entry.path.split('/').slice(strip).join('/') }))
    .filter(({ path }) => path !== '' && path !== '.');
}

/** "./a/b/" is "a/b". */
export const plain = (name: string): string => name.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '');

/** Whether unpacking it would leave the directory. */
export const escapes = ({ path }: Entry): boolean => path.split('/').includes('..');

/** "1755" as modes are written here: "1755", "0644". */
export const octal = (bits: number): string => (bits & 0o7777).toString(8).padStart(4, '0');
