/** mount, umount, swapon, swapoff. */
import { busy, claimed } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { find } from '../world/files.ts';
import { mountinfoText } from '../world/proc.ts';
import { signaturesOf } from '../world/signatures.ts';
import type { Dir } from '../world/tree.ts';
import type { Mount, World } from '../world/types.ts';
import { openDevice } from './device-path.ts';
import { type Call, type Context, fail, getopt, ok, type Program, type Result } from './program.ts';
import { humanSize } from './size.ts';

const nextId = (world: World): number => Math.max(40, ...world.mounts.map(({ id }) => id)) + 1;
const parentOf = (world: World, path: string): number =>
  world.mounts.findLast(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`))?.id ?? 1;

function listing(world: World): string {
  const lines = mountinfoText(world).trimEnd().split('\n');
  return world.mounts
    .map(({ source, target, fstype, options }, index) => (lines[index] ? `${source} on ${target} type ${fstype} (${options})\n` : ''))
    .join('');
}

const empty = (ino: number, mode: number): Dir => ({ kind: 'dir', mode, uid: 0, gid: 0, mtime: 0, ino, entries: new Map() });
/** What a file system holds that has never been mounted. */
const root = (fstype: string): Dir => ({
  ...empty(2, 0o755),
  ...(fstype.startsWith('ext') ? { entries: new Map([['lost+found', empty(11, 0o700)]]) } : {}),
});

function mount(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'o:t:rwvanU:L:B',
    long: { bind: 'B', options: 'o:', types: 't:', 'read-only': 'r', rbind: 'B' },
  });
  const { world } = context;
  if (rest.length === 0) return ok(listing(world));
  if (context.who.uid !== 0) return fail(`mount: ${rest.at(-1)}: must be superuser to use mount.${hint(world)}`, 32);
  const [source = '', target = ''] = rest;
  if (rest.length === 1) return fail(`mount: ${source}: can't find in /etc/fstab.`, 1);
  const options = (values.get('o') ?? '').split(',').filter(Boolean);
  const readOnly = flags.has('r') || options.includes('ro');
  try {
    const at = find(context, target);
    if (flags.has('B') || options.includes('bind')) return bind(context, source, at.path);
    const type = values.get('t');
    if (type === 'tmpfs') return added(world, tmpfs(world, at.path));
    const device = openDevice(context, source);
    const [content, ...others] = signaturesOf(world, device);
    const there = world.mounts.find(({ majMin, target: old }) => majMin === device.majMin && old === at.path);
    if (there) return fail(`mount: ${target}: ${source} already mounted on ${at.path}.${hint(world)}`, 32);
    if (content?.usage !== 'filesystem' || others.length > 0 || (type !== undefined && type !== content.type)) {
      const wrong =
        content && content.usage !== 'filesystem'
          ? `unknown filesystem type '${content.type}'`
          : `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error`;
      return fail(`mount: ${target}: ${wrong}.${hint(world)}`, 32);
    }
    if (busy(world, device) && !world.mounts.some(({ majMin }) => majMin === device.majMin))
      return fail(`mount: ${target}: ${source} already mounted or mount point busy.`, 32);
    const tree = `fs:${content.uuid}`;
    const rights = readOnly || device.readOnly ? 'ro' : 'rw';
    const made: Mount = {
      ...{ id: nextId(world), parent: parentOf(world, at.path), majMin: device.majMin, root: '/', target: at.path },
      ...{
        options: [rights, ...options.filter((one) => one !== 'ro' && one !== 'rw' && one !== 'norecovery'), 'relatime'].join(','),
        fstype: content.type,
        source: `/dev/${device.mapped?.kname.startsWith('dm-') ? `mapper/${device.mapped.name}` : device.kname}`,
        superOptions: `${rights},seclabel`,
        tree,
      },
    };
    return added({ ...world, trees: { ...world.trees, [tree]: world.trees[tree] ?? root(content.type) } }, made);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTBLK') return fail(`mount: ${target}: ${source} is not a block device.`, 32);
    const what =
      error.code === 'ENOENT' && !exists(context, target) ? `mount point does not exist` : `special device ${source} does not exist`;
    return fail(`mount: ${target}: ${what}.${hint(world)}`, 32);
  }
}

const hint = (world: World): string =>
  world.utilLinux === '2.38' ? '\n       dmesg(1) may have more information after failed mount system call.' : '';
const exists = (context: Context, path: string): boolean => {
  try {
    find(context, path);
    return true;
  } catch {
    return false;
  }
};
const added = (world: World, made: Mount): Result => ({ code: 0, world: { ...world, mounts: [...world.mounts, made] } });
const tmpfs = (world: World, target: string): Mount => ({
  id: nextId(world),
  parent: parentOf(world, target),
  majMin: `0:${nextId(world)}`,
  root: '/',
  target,
  options: 'rw,relatime',
  fstype: 'tmpfs',
  source: 'tmpfs',
  superOptions: 'rw,seclabel',
});

/** A device node bound somewhere shows devtmpfs with the node's name as its root; a directory shows the file system it is on. */
function bind(context: Context, source: string, target: string): Result {
  const { world } = context;
  const from = find(context, source);
  const base = { id: nextId(world), parent: parentOf(world, target), target, options: 'rw,relatime', superOptions: 'rw' };
  if (from.path.startsWith('/dev/'))
    return added(world, { ...base, majMin: '0:5', root: from.path.slice(4), fstype: 'devtmpfs', source: 'devtmpfs' });
  if (from.node.kind !== 'dir')
    return added(world, { ...base, majMin: world.mounts[0]?.majMin ?? '0:1', root: from.path, fstype: 'xfs', source: 'none' });
  const owner = world.mounts.findLast(
    ({ target: at, tree }) => tree !== undefined && (at === '/' || from.path === at || from.path.startsWith(`${at}/`)),
  );
  return added(world, {
    ...base,
    majMin: owner?.majMin ?? '0:1',
    root: from.path,
    fstype: owner?.fstype ?? 'xfs',
    source: owner?.source ?? 'none',
  });
}

/** Whether a process stands in a mounted file system or holds a file of it open. */
const inUse = ({ kernel }: Context, target: string): boolean =>
  kernel
    .processes()
    .some(({ cwd, fds }) => [cwd, ...fds.map(([, path]) => path)].some((path) => path === target || path.startsWith(`${target}/`)));

function umount(args: readonly string[], { context }: Call): Result {
  const { flags, rest } = getopt(args, { short: 'flRav', long: { force: 'f', lazy: 'l', recursive: 'R' } });
  let { world } = context;
  if (context.who.uid !== 0) return fail(`umount: ${rest[0] ?? ''}: must be superuser to unmount.`, 32);
  for (const word of rest) {
    const path = exists(context, word) ? find(context, word).path : word;
    const found = world.mounts.findLast(({ target, source }) => target === path || source === path);
    if (!found) return fail(`umount: ${word}: ${exists(context, word) ? 'not mounted' : 'no mount point specified'}.`, 32);
    const inside = world.mounts.some(({ parent }) => parent === found.id) || inUse(context, found.target);
    if (inside && !flags.has('R') && !flags.has('l')) return fail(`umount: ${word}: target is busy.`, 32);
    world = {
      ...world,
      mounts: world.mounts.filter((one) => one !== found && !(flags.has('R') && one.target.startsWith(`${found.target}/`))),
    };
  }
  return { code: 0, world };
}

const SWAP_COLUMNS: { readonly [column: string]: (swap: World['swaps'][number], bytes: boolean, index: number) => string } = {
  NAME: ({ device }) => device,
  TYPE: () => 'partition',
  SIZE: ({ size }, bytes) => (bytes ? String(size) : humanSize(size)),
  USED: (_, bytes) => (bytes ? '0' : '0B'),
  PRIO: (_swap, _bytes, index) => String(-2 - index),
};

function swapTable(world: World, how: { readonly columns: string | undefined; readonly bare: boolean; readonly bytes: boolean }): string {
  if (world.swaps.length === 0) return '';
  const columns = (how.columns ?? 'NAME,TYPE,SIZE,USED,PRIO').toUpperCase().split(',');
  const rows = world.swaps.map((swap, index) => columns.map((column) => SWAP_COLUMNS[column]?.(swap, how.bytes, index) ?? ''));
  const all = how.bare ? rows : [columns, ...rows];
  const width = (at: number): number => Math.max(...all.map((row) => (row[at] ?? '').length));
  const right = (at: number): boolean => /^(?:SIZE|USED|PRIO)$/.test(columns[at] ?? '');
  const padded = (cell: string, at: number): string =>
    right(at) ? cell.padStart(width(at)) : at === columns.length - 1 ? cell : cell.padEnd(width(at));
  return all.map((row) => `${row.map(padded).join(' ')}\n`).join('');
}

function swapon(args: readonly string[], { context }: Call): Result {
  const { world } = context;
  const { flags, values, rest } = getopt(args, { short: 'sap:vb', long: { show: 's?', all: 'a', noheadings: 'H', bytes: 'b' } });
  if (rest.length === 0)
    return ok(flags.has('s') ? swapTable(world, { columns: values.get('s'), bare: flags.has('H'), bytes: flags.has('b') }) : '');
  const [path = ''] = rest;
  try {
    const device = openDevice(context, path, true);
    if (signaturesOf(world, device)[0]?.type !== 'swap') return fail(`swapon: ${path}: read swap header failed`, 255);
    if (claimed(world, device)) return fail(`swapon: ${path}: swapon failed: Device or resource busy`, 255);
    return { code: 0, world: { ...world, swaps: [...world.swaps, { device: `/dev/${device.kname}`, size: device.size }] } };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return fail(`swapon: cannot open ${path}: ${error.message}`, 255);
  }
}

function swapoff(args: readonly string[], { context }: Call): Result {
  const { world } = context;
  const gone = args.filter((arg) => !arg.startsWith('-')).map((path) => (exists(context, path) ? find(context, path).path : path));
  if (args.includes('-a')) return { code: 0, world: { ...world, swaps: [] } };
  const missing = gone.find((path) => !world.swaps.some(({ device }) => device === path));
  if (missing !== undefined) return fail(`swapoff: ${missing}: swapoff failed: Invalid argument`, 4);
  return { code: 0, world: { ...world, swaps: world.swaps.filter(({ device }) => !gone.includes(device)) } };
}

export const mountPrograms: readonly Program[] = [
  { names: ['mount'], run: mount },
  { names: ['umount'], run: umount },
  { names: ['swapon'], run: swapon },
  { names: ['swapoff'], run: swapoff },
];
