/** stat, readlink, realpath. */
import { createHash } from 'node:crypto';
import { Errno } from '../world/errno.ts';
import { absolute, find, maybeFind } from '../world/files.ts';
import { entriesOf, modeBits, type Node, sizeOf } from '../world/tree.ts';
import type { World } from '../world/types.ts';
import { modeText } from './mode.ts';
import { printfText } from './printf.ts';
import { type Call, type Context, eachOf, fail, getopt, type Program, type Result } from './program.ts';

const KINDS = {
  fifo: 'fifo',
  char: 'character special file',
  dir: 'directory',
  block: 'block special file',
  file: 'regular file',
  link: 'symbolic link',
} as const;
const userName = (world: World, uid: number): string => world.users.find((user) => user.uid === uid)?.name ?? 'UNKNOWN';
const groupName = (world: World, gid: number): string => world.groups.find((group) => group.gid === gid)?.name ?? 'UNKNOWN';

/** The kernel's own files share inode 1: their paths tell them apart. */
const inode = (node: Node, path: string): number => (node.ino === 1 ? createHash('sha1').update(path).digest().readUInt32BE(0) : node.ino);

function timeText(seconds: number): string {
  const date = new Date(seconds * 1000).toISOString();
  return `${date.slice(0, 10)} ${date.slice(11, 19)}.${(seconds % 1).toFixed(9).slice(2)} +0000`;
}

interface Seen {
  readonly node: Node;
  readonly path: string;
  readonly name: string;
}

function directive(letter: string, { node, path, name }: Seen, world: World): string | number {
  const size = sizeOf(node);
  const number = (major: number): number => (node.kind === 'block' ? Number(node.device.split(':')[major] ?? 0) : major === 0 ? 1 : 3);
  switch (letter) {
    case 'a':
      return node.mode.toString(8);
    case 'A':
      return modeText(node.kind, node.mode);
    case 'b':
      return node.kind === 'file' ? Math.ceil(size / 4096) * 8 : 0;
    case 'B':
      return 512;
    case 'd':
      return /^\/(dev|proc|sys)\//.test(path) ? 5 : 2052;
    case 'D':
      return /^\/(dev|proc|sys)\//.test(path) ? '5' : '804';
    case 'f':
      return modeBits(node).toString(16);
    case 'F':
      return node.kind === 'file' && size === 0 ? 'regular empty file' : KINDS[node.kind];
    case 'g':
      return node.gid;
    case 'G':
      return groupName(world, node.gid);
    case 'h':
      return node.nlink ?? (node.kind === 'dir' ? 2 + [...entriesOf(node).values()].filter(({ kind }) => kind === 'dir').length : 1);
    case 'i':
      return inode(node, path);
    case 'm':
      return world.mounts.findLast(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`))?.target ?? '/';
    case 'n':
      return name;
    case 'N':
      return node.kind === 'link' ? `'${name}' -> '${node.target}'` : `'${name}'`;
    case 'o':
      return 4096;
    case 's':
      return size;
    case 't':
      return node.kind === 'block' || node.kind === 'char' ? number(0).toString(16) : '0';
    case 'T':
      return node.kind === 'block' || node.kind === 'char' ? number(1).toString(16) : '0';
    case 'u':
      return node.uid;
    case 'U':
      return userName(world, node.uid);
    case 'x':
    case 'y':
    case 'z':
      return timeText(node.mtime);
    case 'X':
    case 'Y':
    case 'Z':
      return node.mtime;
    case 'w':
      return '-';
    case 'W':
      return 0;
    default:
      return '?';
  }
}

function formatted(format: string, seen: Seen, world: World): string {
  return format.replace(
    /%([-#0 +]*)(\d*)(?:\.(\d*))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, letter: string) => {
      if (letter === '%') return '%';
      const value = directive(letter, seen, world);
      const text = 'XYZ'.includes(letter)
        ? precision === undefined
          ? String(Math.floor(Number(value)))
          : Number(value).toFixed(Number(precision || 9))
        : String(value);
      return flags.includes('-')
        ? text.padEnd(Number(width || 0))
        : flags.includes('0')
          ? text.padStart(Number(width || 0), '0')
          : text.padStart(Number(width || 0));
    },
  );
}

const LONG_FORMAT = `  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: %Dh/%dd\tInode: %-11i Links: %h\nAccess: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n`;

function stat(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, {
    short: 'Lfc:t',
    long: { dereference: 'L', format: 'c:', printf: 'p:', 'file-system': 'f', terse: 't' },
  });
  if (unknown) return fail(`stat: ${unknown}\nTry 'stat --help' for more information.`);
  if (rest.length === 0) return fail("stat: missing operand\nTry 'stat --help' for more information.");
  const printf = values.get('p');
  const format = values.get('c');
  const see = (name: string, { world }: Context): { stdout: string } => {
    const { node, path } = find({ ...context, world }, name, flags.has('L'));
    const seen = { node, path, name };
    if (flags.has('f')) return { stdout: `${(format ?? '%T').replaceAll('%T', fsOf(world, path))}\n` };
    if (printf !== undefined) return { stdout: formatted(plainEscapes(printf), seen, world) };
    return { stdout: format === undefined ? formatted(LONG_FORMAT, seen, world) : `${formatted(format, seen, world)}\n` };
  };
  return eachOf(rest, context, see, (name, error) => `stat: cannot statx '${name}': ${error.message}`);
}

/** Backslash sequences alone: percent signs stay for later. */
const plainEscapes = (text: string): string => printfText([text.replaceAll('%', '%%')]).text;
const fsOf = (world: World, path: string): string =>
  world.mounts.findLast(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`))?.fstype ?? 'xfs';

function readlink(args: readonly string[], { context }: Call): Result {
  const { flags, rest } = getopt(args, {
    short: 'fenmqsvz',
    long: { canonicalize: 'f', 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-newline': 'n', zero: 'z' },
  });
  let code = 0;
  let stdout = '';
  const end = flags.has('z') ? '\0' : '\n';
  for (const [index, word] of rest.entries()) {
    const found =
      flags.has('f') || flags.has('e') || flags.has('m')
        ? canonical(context, word, flags.has('e') ? 'all' : flags.has('m') ? 'none' : 'most')
        : linkText(context, word);
    if (found === undefined) code = 1;
    else stdout += `${found}${flags.has('n') && index === rest.length - 1 ? '' : end}`;
  }
  return rest.length === 0 ? fail("readlink: missing operand\nTry 'readlink --help' for more information.") : { code, stdout };
}

function linkText(context: Context, path: string): string | undefined {
  const node = maybeFind(context, path, false)?.node;
  return node?.kind === 'link' ? node.target : undefined;
}

/** `most`: all but the last part has to be there. */
export function canonical(context: Context, path: string, must: 'all' | 'most' | 'none'): string | undefined {
  const found = maybeFind(context, path);
  if (found) return found.path;
  if (must === 'all') return undefined;
  const whole = absolute(context, path).replace(/\/+$/, '');
  const link = linkText(context, whole);
  const parent = whole.slice(0, whole.lastIndexOf('/')) || '/';
  if (link !== undefined) return canonical(context, link.startsWith('/') ? link : `${parent}/${link}`, must);
  const dir = maybeFind(context, parent);
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  if (dir) return dir.node.kind === 'dir' ? `${dir.path === '/' ? '' : dir.path}/${name}` : undefined;
  if (must !== 'none') return undefined;
  return `${canonical(context, parent, must)}/${name}`;
}

function realpath(args: readonly string[], { context }: Call): Result {
  const { flags, rest } = getopt(args, { short: 'emqsz', long: { 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', quiet: 'q' } });
  return eachOf(
    rest,
    context,
    (word) => {
      const found = canonical(context, word, flags.has('e') ? 'all' : flags.has('m') ? 'none' : 'most');
      if (found === undefined) throw new Errno('ENOENT');
      return { stdout: `${found}\n` };
    },
    (word, error) => (flags.has('q') ? '' : `realpath: ${word}: ${error.message}`),
  );
}

export const statPrograms: readonly Program[] = [
  { names: ['stat'], run: stat },
  { names: ['readlink'], run: readlink },
  { names: ['realpath'], run: realpath },
];
