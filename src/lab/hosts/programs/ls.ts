/** ls. */

import { Errno } from '../world/errno.ts';
import { entry, find, may, maybeFind, names } from '../world/files.ts';
import { type Node, sizeOf } from '../world/tree.ts';
import { modeText } from './mode.ts';
import { type Call, type Context, eachOf, fail, getopt, type Program, type Result } from './program.ts';
import { strftime } from './strftime.ts';

interface Row {
  readonly name: string;
  readonly node: Node;
}

const HALF_YEAR = 15_778_476;

function line(
  { name, node }: Row,
  context: Context,
  how: { readonly numeric: boolean; readonly style: string | undefined },
): readonly string[] {
  const { users, groups } = context.world;
  const owner = how.numeric ? undefined : users.find(({ uid }) => uid === node.uid)?.name;
  const group = how.numeric ? undefined : groups.find(({ gid }) => gid === node.gid)?.name;
  const size = node.kind === 'block' ? node.device.replace(':', ', ') : String(sizeOf(node));
  const recent = Math.abs(context.kernel.now - node.mtime) < HALF_YEAR;
  const format = how.style?.startsWith('+')
    ? how.style.slice(1)
    : how.style === 'full-iso'
      ? '%Y-%m-%d %H:%M:%S.%N +0000'
      : how.style === 'long-iso'
        ? '%Y-%m-%d %H:%M'
        : recent
          ? '%b %e %H:%M'
          : '%b %e  %Y';
  const target = node.kind === 'link' ? ` -> ${node.target}` : '';
  const links = String(node.nlink ?? (node.kind === 'dir' ? 2 : 1));
  return [
    modeText(node.kind, node.mode),
    links,
    owner ?? String(node.uid),
    group ?? String(node.gid),
    size,
    strftime(format, node.mtime),
    `${name}${target}`,
  ];
}

const RIGHT = new Set([1, 4]);

function long(rows: readonly Row[], context: Context, how: { readonly numeric: boolean; readonly style: string | undefined }): string {
  const lines = rows.map((row) => line(row, context, how));
  const width = (index: number): number => Math.max(0, ...lines.map((cells) => (cells[index] ?? '').length));
  return lines
    .map(
      (cells) =>
        `${cells.map((cell, index) => (index === 6 ? cell : RIGHT.has(index) ? cell.padStart(width(index)) : cell.padEnd(width(index)))).join(' ')}\n`,
    )
    .join('');
}

const LONG = {
  all: 'a',
  'almost-all': 'A',
  directory: 'd',
  recursive: 'R',
  reverse: 'r',
  'time-style': 'T:',
  color: 'C?',
  'numeric-uid-gid': 'n',
  inode: 'i',
  human: 'h',
};

function run(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: '1aAdlRrtShiFnopqZLsvUX', long: LONG });
  if (unknown) return fail(`ls: ${unknown}\nTry 'ls --help' for more information.`, 2);
  const numeric = flags.has('n');
  const how = { numeric, style: values.get('T') };
  const list = (rows: readonly Row[]): string =>
    flags.has('l') || numeric ? long(rows, context, how) : rows.map(({ name }) => `${name}\n`).join('');
  const order = (rows: Row[]): readonly Row[] => {
    if (flags.has('t')) rows.sort((a, b) => b.node.mtime - a.node.mtime);
    if (flags.has('S')) rows.sort((a, b) => sizeOf(b.node) - sizeOf(a.node));
    return flags.has('r') ? rows.reverse() : rows;
  };
  const paths = rest.length === 0 ? ['.'] : [...rest].sort();
  const plain: Row[] = [];
  const directories: { readonly name: string; readonly path: string; readonly node: Extract<Node, { kind: 'dir' }> }[] = [];
  const found = eachOf(
    paths,
    context,
    (name) => {
      const stays = flags.has('d') || (flags.has('l') && !flags.has('L') && !name.endsWith('/'));
      const { node, path } = (stays ? undefined : maybeFind(context, name)) ?? find(context, name, false);
      if (node.kind === 'dir' && !flags.has('d')) directories.push({ name, path, node });
      else plain.push({ name, node });
      return {};
    },
    (name, error) => `ls: cannot access '${name}': ${error.message}`,
  );
  let stdout = list(order(plain));
  let { stderr = '' } = found;
  let code = found.code === 0 ? 0 : 2;
  const several = paths.length > 1 || flags.has('R');
  for (let directory = directories.shift(); directory; directory = directories.shift()) {
    const { name, path, node } = directory;
    if (!may(context.who, node, 4)) {
      stderr += `ls: cannot open directory '${name}': ${new Errno('EACCES').message}\n`;
      code = 2;
      continue;
    }
    const inner = names(context, node, path).filter((one) => flags.has('a') || flags.has('A') || !one.startsWith('.'));
    const rows = inner.flatMap((one): Row[] => {
      const below = entry(context, node, `${path === '/' ? '' : path}/${one}`);
      return below ? [{ name: one, node: below }] : [];
    });
    const dots: Row[] = flags.has('a')
      ? [
          { name: '.', node },
          { name: '..', node },
        ]
      : [];
    if (several) stdout += `${stdout === '' ? '' : '\n'}${name}:\n`;
    if (flags.has('l') || numeric)
      stdout += `total ${rows.reduce((sum, row) => sum + (row.node.kind === 'file' ? Math.ceil(sizeOf(row.node) / 4096) * 4 : 0), 0)}\n`;
    stdout += list(order([...dots, ...rows]));
    if (flags.has('R'))
      directories.unshift(
        ...rows.flatMap((row) =>
          row.node.kind === 'dir' ? [{ name: `${name}/${row.name}`, path: `${path === '/' ? '' : path}/${row.name}`, node: row.node }] : [],
        ),
      );
  }
  return { code, stdout, stderr };
}

export const ls: Program = { names: ['ls', 'dir'], run };
