/** lsblk of util-linux: the tree of block devices. */

import { loopNumber } from '../world/dev.ts';
import { allDevices, type BlockDevice, mountPoints, partitionName } from '../world/devices.ts';
import { signaturesOf, tableOf } from '../world/signatures.ts';
import type { World } from '../world/types.ts';
import { devicePath } from './device-path.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';
import { humanSize } from './size.ts';

type Cell = string | number | boolean | null | readonly (string | null)[];
interface Row {
  readonly device: BlockDevice;
  readonly children: readonly Row[];
}

const usual = (world: World, device: BlockDevice) => signaturesOf(world, device).filter(({ usage }) => usage !== 'partitions');
/** One signature alone says what it is; several say nothing. */
const only = (world: World, device: BlockDevice) => {
  const found = usual(world, device);
  return found.length === 1 ? found[0] : undefined;
};
const whole = ({ disk, partition }: BlockDevice) => (partition ? undefined : disk);
const nameOf = (device: BlockDevice): string => device.mapped?.name ?? device.kname;
const parentOf = (device: BlockDevice): string | null =>
  device.partition ? (device.disk?.kname ?? null) : (device.mapped?.over[0] ?? null);

const COLUMNS: { readonly [name: string]: (world: World, device: BlockDevice) => Cell } = {
  NAME: (_, device) => nameOf(device),
  KNAME: (_, { kname }) => kname,
  PATH: (_, device) => (device.mapped?.kname.startsWith('dm-') ? `/dev/mapper/${device.mapped.name}` : `/dev/${device.kname}`),
  'MAJ:MIN': (_, { majMin }) => majMin,
  TYPE: (_, { partition, mapped }) => (partition ? 'part' : (mapped?.type ?? 'disk')),
  SIZE: (_, { size }) => size,
  RO: (_, { readOnly }) => readOnly,
  RM: (_, { removable }) => removable,
  HOTPLUG: (_, { removable }) => removable,
  ROTA: (_, { disk }) => disk?.rotational ?? true,
  MODEL: (_, device) => whole(device)?.model ?? null,
  VENDOR: (_, device) => whole(device)?.vendor ?? null,
  SERIAL: (_, device) => whole(device)?.serial ?? null,
  // util-linux#322: the short form, also of partitions.
  WWN: (_, { disk }) => disk?.wwn?.slice(0, disk.wwn.startsWith('0x') ? 18 : undefined) ?? null,
  TRAN: (_, device) => whole(device)?.transport ?? null,
  HCTL: (_, device) => whole(device)?.hctl ?? null,
  STATE: (_, device) =>
    whole(device)?.hctl
      ? 'running'
      : device.disk?.bus === 'nvme' && !device.partition
        ? 'live'
        : device.mapped?.kname.startsWith('dm-')
          ? 'running'
          : null,
  PKNAME: (_, device) => parentOf(device),
  FSTYPE: (world, device) => only(world, device)?.type ?? null,
  FSVER: (world, device) => only(world, device)?.version ?? null,
  LABEL: (world, device) => only(world, device)?.label ?? null,
  UUID: (world, device) => only(world, device)?.uuid ?? null,
  PTTYPE: (world, { disk, partition, kname }) => {
    const table = disk && allDevices(world).find((one) => one.kname === (partition ? disk.kname : kname));
    return (table && tableOf(world, table)?.type) ?? null;
  },
  PTUUID: (world, { disk }) => {
    const table = disk && allDevices(world).find((one) => one.kname === disk.kname);
    return (table && tableOf(world, table)?.uuid) ?? null;
  },
  PARTTYPE: (_, { partition }) => partition?.type ?? null,
  PARTUUID: (_, { partition }) => partition?.uuid ?? null,
  PARTLABEL: (_, { partition }) => partition?.name || null,
  MOUNTPOINT: (world, device) => mountsOf(world, device).at(-1) ?? null,
  MOUNTPOINTS: (world, device) => {
    const points = mountsOf(world, device);
    return points.length > 0 ? points : [null];
  },
  'LOG-SEC': () => 512,
  'PHY-SEC': () => 512,
};

const mountsOf = (world: World, device: BlockDevice): readonly string[] => {
  const swapped = world.swaps.some(({ device: path }) => path === `/dev/${device.kname}`);
  return swapped ? ['[SWAP]'] : mountPoints(world, device);
};

const FLAGS = new Set(['RO', 'RM', 'HOTPLUG', 'ROTA']);
const NUMBERS = new Set(['SIZE', 'LOG-SEC', 'PHY-SEC']);
/** Columns that 2.32 does not know. */
const NEW = new Set(['MOUNTPOINTS', 'PATH', 'FSVER']);
const DEFAULT = ['NAME', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINTS'];

function tree(world: World): readonly Row[] {
  const devices = allDevices(world);
  const rowOf = (device: BlockDevice): Row => {
    const partitions = device.partition ? [] : (device.disk?.partitions ?? []);
    const kids = [
      ...partitions.map(({ number }) => partitionName(device.kname, number)),
      ...world.mapped.filter(({ over }) => over.includes(device.kname)).map(({ kname }) => kname),
    ];
    return { device, children: kids.flatMap((kname) => devices.filter((one) => one.kname === kname).map(rowOf)) };
  };
  const loops = Object.keys(world.loops).map((loop): Row => {
    const device: BlockDevice = {
      kname: loop,
      majMin: loopNumber(loop),
      size: 0,
      readOnly: true,
      removable: false,
      mapped: { kname: loop, name: loop, majMin: loopNumber(loop), size: 0, type: 'loop', uuid: '', over: [], content: [] },
    };
    return { device, children: [] };
  });
  const order = (device: BlockDevice): number[] => device.majMin.split(':').map(Number);
  return [...loops, ...devices.filter(({ disk, partition }) => disk !== undefined && partition === undefined).map(rowOf)].sort((a, b) => {
    const [x = [], y = []] = [order(a.device), order(b.device)];
    return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0);
  });
}

/** From a device up to the disks it lies on, as -s shows it. */
function upwards(world: World, device: BlockDevice): Row {
  const above = device.partition ? [device.disk?.kname ?? ''] : (device.mapped?.over ?? []);
  return {
    device,
    children: above.flatMap((kname) =>
      allDevices(world)
        .filter((one) => one.kname === kname)
        .map((one) => upwards(world, one)),
    ),
  };
}

interface Shape {
  readonly columns: readonly string[];
  readonly bytes: boolean;
  /** Values as strings. */
  readonly old: boolean;
}

/** What JSON has of a cell: 2.32 has strings for everything. */
function jsonCell(column: string, cell: Cell, shape: Shape): string {
  const value = NUMBERS.has(column) && typeof cell === 'number' && column === 'SIZE' && !shape.bytes ? humanSize(cell) : cell;
  if (value === null) return 'null';
  if (shape.old) return JSON.stringify(FLAGS.has(column) ? (value ? '1' : '0') : String(value));
  return JSON.stringify(value);
}

function jsonRow(world: World, row: Row, shape: Shape, indent: string): string {
  const inner = `${indent}   `;
  const cells = shape.columns.map((column) => {
    const cell = COLUMNS[column]?.(world, row.device) ?? null;
    const name = JSON.stringify(column.toLowerCase());
    if (Array.isArray(cell)) return `${inner}${name}: [\n${cell.map((one) => `${inner}    ${JSON.stringify(one)}`).join(',')}\n${inner}]`;
    return `${inner}${name}: ${jsonCell(column, cell, shape)}`;
  });
  if (row.children.length > 0) cells.push(`${inner}"children": [\n${jsonRows(world, row.children, shape, `${inner}   `)}\n${inner}]`);
  return `{\n${cells.join(',\n')}\n${indent}}`;
}

const jsonRows = (world: World, rows: readonly Row[], shape: Shape, indent: string): string =>
  `${indent}${rows.map((row) => jsonRow(world, row, shape, indent)).join(',')}`;

function plainCell(world: World, device: BlockDevice, column: string, shape: Shape): string {
  const cell = COLUMNS[column]?.(world, device) ?? null;
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  if (Array.isArray(cell)) return cell.filter((one) => one !== null).join('\n');
  return column === 'SIZE' && !shape.bytes ? humanSize(cell as number) : String(cell);
}

/** Columns are never narrower than this, nor than their headings, shown or not. */
const LEAST: { readonly [column: string]: number } = {
  'MAJ:MIN': 7,
  SIZE: 5,
  HCTL: 10,
  TRAN: 6,
  WWN: 18,
  STATE: 7,
  UUID: 36,
  PARTUUID: 36,
};
const RIGHT = new Set(['SIZE', 'RM', 'RO', 'ROTA', 'HOTPLUG', 'LOG-SEC', 'PHY-SEC']);

/** "8:0" with room for three digits on either side. */
const byColon = (majMin: string): string =>
  majMin.replace(/^(\d+):(\d+)$/, (_, major: string, minor: string) => `${major.padStart(3)}:${minor.padEnd(3)}`);

function table(
  world: World,
  rows: readonly Row[],
  shape: Shape & { readonly heads: boolean; readonly list: boolean; readonly raw: boolean; readonly utf8: boolean },
): string {
  const lines: string[][] = shape.heads ? [[...shape.columns]] : [];
  const [middle, end, pipe] = shape.utf8 ? ['├─', '└─', '│ '] : ['|-', '`-', '| '];
  const walk = (row: Row, prefix: string, branch: string): void => {
    const cells = shape.columns.map((column) => {
      const cell = plainCell(world, row.device, column, shape);
      return column === 'MAJ:MIN' && !shape.raw ? byColon(cell) : cell;
    });
    if (shape.columns[0] === 'NAME' && !shape.list && !shape.raw) cells[0] = `${prefix}${branch}${cells[0] ?? ''}`;
    const deep = Math.max(...cells.map((cell) => cell.split('\n').length));
    for (let line = 0; line < deep; line++) lines.push(cells.map((cell) => cell.split('\n')[line] ?? ''));
    const below = branch === '' ? prefix : `${prefix}${branch === middle ? pipe : '  '}`;
    for (const [index, child] of row.children.entries()) walk(child, below, index === row.children.length - 1 ? end : middle);
  };
  for (const row of rows) walk(row, '', '');
  if (shape.raw) return lines.map((cells) => `${cells.map((cell) => cell.replaceAll(' ', '\\x20')).join(' ')}\n`).join('');
  const last = shape.columns.length - 1;
  const widths = shape.columns.map((column, index) =>
    Math.max(...lines.map((cells) => (cells[index] ?? '').length), LEAST[column] ?? 0, column.length),
  );
  const padded = (cell: string, index: number): string => {
    const width = widths[index] ?? 0;
    return RIGHT.has(shape.columns[index] ?? '') ? cell.padStart(width) : index === last ? cell : cell.padEnd(width);
  };
  const text = lines.map((cells) => cells.map(padded).join(' '));
  return Buffer.from(text.map((line) => `${line}\n`).join(''), 'utf8').toString('latin1');
}

const LONG = {
  json: 'J',
  bytes: 'b',
  output: 'o:',
  nodeps: 'd',
  noheadings: 'n',
  inverse: 's',
  paths: 'p',
  raw: 'r',
  pairs: 'P',
  list: 'l',
  all: 'a',
  fs: 'f',
  'output-all': 'O',
};

function run(args: readonly string[], { context }: Call): Result {
  const { world } = context;
  const { flags, values, rest, unknown } = getopt(args, { short: 'Jbo:dnsprPlafOe:I:', long: LONG });
  if (unknown) return fail(`lsblk: ${unknown}\nTry 'lsblk --help' for more information.`);
  const old = world.utilLinux === '2.32';
  const fallback = flags.has('f') ? ['NAME', 'FSTYPE', 'FSVER', 'LABEL', 'UUID', 'MOUNTPOINTS'] : DEFAULT;
  const columns =
    values.get('o')?.toUpperCase().split(',') ??
    (old ? fallback.map((column) => column.replace('MOUNTPOINTS', 'MOUNTPOINT')).filter((column) => !NEW.has(column)) : fallback);
  const strange = columns.find((column) => !(column in COLUMNS) || (old && NEW.has(column)));
  if (strange !== undefined) return fail(`lsblk: unknown column: ${strange}`);
  const missing: string[] = [];
  let rows = tree(world);
  if (rest.length > 0) {
    rows = rest.flatMap((path) => {
      const device = devicePath(context, path);
      const found = device && findRow(tree(world), device.kname);
      if (!found || !device) {
        missing.push(path);
        return [];
      }
      return [flags.has('s') ? upwards(world, device) : found];
    });
  } else if (flags.has('s')) {
    rows = allDevices(world)
      .filter((device) => (device.disk ? device.disk.partitions.length === 0 || device.partition : true) && !claimedByMap(world, device))
      .map((device) => upwards(world, device));
  }
  if (flags.has('d')) rows = rows.map(({ device }) => ({ device, children: [] }));
  const shape = { columns, bytes: flags.has('b'), old };
  const code = missing.length === 0 ? 0 : missing.length === rest.length ? 32 : 64;
  const stderr = missing.map((path) => `lsblk: ${path}: not a block device\n`).join('');
  if (flags.has('J')) {
    const body = rows.length === 0 ? '' : jsonRows(world, rows, shape, '      ');
    return { code, stdout: `{\n   "blockdevices": [\n${body}\n   ]\n}\n`, stderr };
  }
  if (flags.has('P')) {
    const flat = (row: Row): Row[] => [row, ...row.children.flatMap(flat)];
    const line = ({ device }: Row): string => columns.map((column) => `${column}="${plainCell(world, device, column, shape)}"`).join(' ');
    return {
      code,
      stdout: rows
        .flatMap(flat)
        .map((row) => `${line(row)}\n`)
        .join(''),
      stderr,
    };
  }
  const text = table(world, rows, {
    ...shape,
    heads: !flags.has('n'),
    list: flags.has('l'),
    raw: flags.has('r'),
    utf8: isUtf8(context.env),
  });
  return { ...(code === 0 ? ok(text) : fail(stderr, code, text)) };
}

/** The locale decides on the branches of the tree. */
const isUtf8 = (env: ReadonlyMap<string, string>): boolean =>
  /utf-?8/i.test(env.get('LC_ALL') || env.get('LC_CTYPE') || env.get('LANG') || '');

const claimedByMap = (world: World, { kname }: BlockDevice): boolean => world.mapped.some(({ over }) => over.includes(kname));

function findRow(rows: readonly Row[], kname: string): Row | undefined {
  for (const row of rows) {
    if (row.device.kname === kname) return row;
    const below = findRow(row.children, kname);
    if (below) return below;
  }
  return undefined;
}

export const lsblk: Program = { names: ['lsblk'], run };
