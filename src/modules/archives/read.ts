/** What unarchive reads: the archive, wherever it is, and what of it the directory does not have yet. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { HostReader } from '../../core/module.ts';
import { archive } from '../../probes/archive.ts';
import { type Member, members } from '../../probes/members.ts';
import { chosen, type Entry, escapes } from './entry.ts';
import { tarEntries } from './tar.ts';
import { zipEntries } from './zip.ts';

export interface ArchiveArgs {
  readonly src: string;
  readonly remote_src: boolean;
  readonly decrypt: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly extra_opts: readonly string[];
  readonly keep_newer: boolean;
  readonly validate_certs: boolean;
  /** Asked for: those of the archive do not count then. */
  readonly mode?: string;
}

export type Archive = {
  /** On the controller, on the host, or a URL. */
  readonly src: string;
  readonly kind: 'tar' | 'zip';
  /** As Ansible calls what unpacks it: TgzArchive, ZipArchive. */
  readonly handler: string;
  /** Of an archive of the controller. */
  readonly sha256: string | null;
  /** Base64 of what was vaulted. */
  readonly opened?: string;
  /** All members that are wanted, and what is there instead of each now. */
  readonly entries: readonly Entry[];
  readonly found: readonly (Member | null)[];
  /** Paths that have to be unpacked. */
  readonly differ: readonly string[];
};

/** Unpacked in memory at most: 1 GiB. */
const LARGEST = 2 ** 30;
/** Bytes of names in one question: an argument list has an end. */
const QUESTION = 48 * 1024;

const HANDLERS: readonly (readonly [RegExp, string, string])[] = [
  [/\.zip$/i, 'ZipArchive', ''],
  [/\.(tar\.xz|txz)$/i, 'TarXzArchive', '-J'],
  [/\.(tar\.bz2|tbz2?)$/i, 'TarBzipArchive', '-j'],
  [/\.(tar\.zst|tzst)$/i, 'TarZstdArchive', '--zstd'],
  [/\.tar$/i, 'TarArchive', ''],
];

/** tar needs the option for what comes through a pipe. */
export const handlerOf = (src: string): { readonly handler: string; readonly option: string } => {
  const [, handler = 'TgzArchive', option = '-z'] = HANDLERS.find(([ending]) => ending.test(src.replace(/[?#].*$/, ''))) ?? [];
  return { handler, option };
};

export const isUrl = (src: string): boolean => src.includes('://');

/** tar's options for this choice, in front of the names. */
export const tarOptions = (given: ArchiveArgs): readonly string[] => [
  ...(isUrl(given.src) ? [handlerOf(given.src).option].filter((option) => option !== '') : []),
  ...given.extra_opts,
  ...given.exclude.map((pattern) => `--exclude=${pattern}`),
];

/** Of options for tar that pb's own reading of an archive has to heed: the parts to strip; undefined for one that it cannot. */
export function stripOf(options: readonly string[]): number | undefined {
  const harmless =
    /^(-p|--(preserve|same)-permissions|--(no-)?same-owner|--no-same-permissions|--overwrite|--no-overwrite-dir|--numeric-owner|-o)$/;
  let strip = 0;
  for (const [at, option] of options.entries()) {
    const number =
      /^--strip(?:-components)?=(\d+)$/.exec(option)?.[1] ?? (/^--strip(-components)?$/.test(option) ? options[at + 1] : undefined);
    if (number !== undefined) strip = Number(number);
    else if (!harmless.test(option) && !/^--strip(-components)?$/.test(options[at - 1] ?? '')) return undefined;
  }
  return strip;
}

export async function readArchive(
  given: ArchiveArgs,
  at: { readonly directory: string; readonly src: string },
  io: HostReader,
): Promise<Archive | { readonly problem: string }> {
  return given.remote_src ? ofHost(given, at, io) : ofController(given, at, io);
}

async function ofHost(given: ArchiveArgs, { directory, src }: { readonly directory: string; readonly src: string }, io: HostReader) {
  const { handler } = handlerOf(src);
  const kind = handler === 'ZipArchive' ? 'zip' : 'tar';
  const { include } = given;
  const answer = await io.ask(archive, { src, kind, directory, options: tarOptions(given), include, strict: given.validate_certs });
  const zip = { include, exclude: given.exclude, strip: 0 };
  const entries = kind === 'zip' ? chosen(answer.members, zip) : answer.members.filter(({ path }) => path !== '');
  const found = await foundAt(directory, { entries, sums: false }, io);
  const other = new Set(answer.differ);
  const differ = entries.filter((entry, index) => other.has(entry.path) || found[index] === null || otherMode(entry, found[index], given));
  return { src, kind, handler, sha256: null, entries, found, differ: kept(differ, { entries, found, given }) } as const;
}

async function ofController(given: ArchiveArgs, { directory, src }: { readonly directory: string; readonly src: string }, io: HostReader) {
  const strip = stripOf(given.extra_opts);
  const remedy = 'copy it to the host first, then unarchive it with remote_src: true';
  if (strip === undefined) return { problem: `of an archive on the controller pb heeds only --strip-components in extra_opts: ${remedy}` };
  const bytes = Buffer.from(await io.files.read(src, given.decrypt ? undefined : 'stored'));
  const vaulted = (await io.files.stat(src))?.size !== bytes.length;
  const opened = contents(bytes);
  if (opened === undefined) return { problem: `pb reads .tar, .tar.gz and .zip archives of the controller, and ${src} is none: ${remedy}` };
  const entries = chosen(opened.entries, { ...given, strip });
  const bad = entries.find(escapes);
  if (bad) return { problem: `${src} holds ${bad.path}, which leads out of the directory` };
  const found = await foundAt(directory, { entries, sums: true }, io);
  const differ = entries.filter((entry, index) => isOther(entry, found[index] ?? null, given));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { kind, handler } = opened;
  const plain = vaulted ? { opened: bytes.toString('base64') } : {};
  return { src, kind, handler, sha256, ...plain, entries, found, differ: kept(differ, { entries, found, given }) } as const;
}

/** By what the bytes are, not by what the file is called. */
function contents(bytes: Buffer): { kind: 'tar' | 'zip'; handler: string; entries: readonly Entry[] } | undefined {
  const zip = bytes.subarray(0, 2).toString() === 'PK' ? zipEntries(bytes) : undefined;
  if (zip) return { kind: 'zip', handler: 'ZipArchive', entries: zip };
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const entries = tarEntries(packed ? unpacked(bytes) : bytes);
  return entries && { kind: 'tar', handler: packed ? 'TgzArchive' : 'TarArchive', entries };
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch {
    return Buffer.alloc(0);
  }
}

async function foundAt(
  directory: string,
  { entries, sums }: { readonly entries: readonly Entry[]; readonly sums: boolean },
  io: HostReader,
): Promise<readonly (Member | null)[]> {
  const questions: string[][] = [];
  let bytes = QUESTION;
  for (const { path } of entries) {
    bytes += Buffer.byteLength(path) + 1;
    if (bytes > QUESTION) {
      questions.push([]);
      bytes = 0;
    }
    questions.at(-1)?.push(path);
  }
  return (await Promise.all(questions.map((paths) => io.ask(members, { directory, paths, sums })))).flat();
}

const otherMode = (entry: Entry, now: Member | null | undefined, given: ArchiveArgs): boolean =>
  given.mode === undefined && entry.kind !== 'link' && entry.mode !== '' && now?.mode !== entry.mode;

/** Owners and times are not compared: they say nothing of what was unpacked. */
function isOther(entry: Entry, now: Member | null, given: ArchiveArgs): boolean {
  if (now === null || entry.kind !== now.kind) return true;
  if (entry.kind === 'link') return now.is !== entry.link;
  return (entry.kind === 'file' && now.is !== entry.sha256) || otherMode(entry, now, given);
}

/** With keep_newer what is newer on the host stays, whatever it holds. */
function kept(
  differ: readonly Entry[],
  all: { readonly entries: readonly Entry[]; readonly found: readonly (Member | null)[]; readonly given: ArchiveArgs },
): readonly string[] {
  const newer = (entry: Entry): boolean => (all.found[all.entries.indexOf(entry)]?.mtime ?? 0) > entry.mtime;
  return differ.filter((entry) => !all.given.keep_newer || !newer(entry)).map(({ path }) => path);
}
