/** wipefs: shows signatures with their places, and erases them. */
import { type BlockDevice, busy, claimed, partitionName, writeDevice } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { writeFile } from '../world/files.ts';
import { placesOf, tableOf } from '../world/signatures.ts';
import type { World } from '../world/types.ts';
import { openDevice } from './device-path.ts';
import { type Call, type Context, fail, getopt, type Program, type Result } from './program.ts';

interface Piece {
  readonly at: number;
  readonly type: string;
  readonly uuid: string | null;
  readonly label: string | null;
  readonly magic: Uint8Array;
}

/** In libblkid's order: file systems and members, then partition tables. */
function pieces(world: World, device: BlockDevice): readonly Piece[] {
  const found = placesOf(world, device);
  const table = found.some(({ usage }) => usage === 'filesystem') || device.partition ? undefined : tableOf(world, device);
  return [
    ...found.map(({ at, type, uuid, label, magic }) => ({ at, type, uuid, label, magic })),
    ...(table?.pieces ?? []).map(({ at, name, magic }) => ({ at, type: name, uuid: null, label: null, magic })),
  ];
}

const hex = (at: number): string => `0x${at.toString(16)}`;
const hexBytes = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

function json(rows: readonly { readonly device: string; readonly piece: Piece }[]): string {
  const objects = rows.map(({ device, piece: { at, type, uuid, label } }) =>
    [
      ['device', device],
      ['offset', hex(at)],
      ['type', type],
      ['uuid', uuid],
      ['label', label],
    ]
      .map(([name, value]) => `         "${name}": ${JSON.stringify(value)}`)
      .join(',\n'),
  );
  return `{\n   "signatures": [\n${objects.length === 0 ? '\n' : `      ${objects.map((object) => `{\n${object}\n      }`).join(',')}\n`}   ]\n}\n`;
}

function table(rows: readonly { readonly device: string; readonly piece: Piece }[]): string {
  if (rows.length === 0) return '';
  const cells = [
    ['DEVICE', 'OFFSET', 'TYPE', 'UUID', 'LABEL'],
    ...rows.map(({ device, piece }) => [device, hex(piece.at), piece.type, piece.uuid ?? '', piece.label ?? '']),
  ];
  const width = (index: number): number => Math.max(...cells.map((row) => (row[index] ?? '').length));
  return cells.map((row) => `${row.map((cell, index) => (index === 4 ? cell : cell.padEnd(width(index)))).join(' ')}\n`).join('');
}

const LONG = {
  all: 'a',
  'no-act': 'n',
  json: 'J',
  quiet: 'q',
  force: 'f',
  backup: 'b?',
  types: 't:',
  offset: 'o:',
  noheadings: 'i',
  parsable: 'p',
  output: 'O:',
};

function run(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: 'anJqfbt:o:ipO:', long: LONG });
  if (unknown) return fail(`wipefs: ${unknown}\nTry 'wipefs --help' for more information.`);
  if (rest.length === 0) return fail("wipefs: no device specified\nTry 'wipefs --help' for more information.");
  return flags.has('a') || values.has('o') ? erase(context, { flags, values, rest }) : show(context, rest, flags);
}

const denied = (path: string, error: Errno): Result =>
  fail(
    `wipefs: error: ${path}: probing initialization failed: ${error.code === 'ENOTBLK' ? 'Inappropriate ioctl for device' : error.message}`,
  );

function show(context: Context, paths: readonly string[], flags: ReadonlySet<string>): Result {
  const rows: { device: string; piece: Piece }[] = [];
  for (const path of paths) {
    try {
      const device = openDevice(context, path);
      for (const piece of pieces(context.world, device)) rows.push({ device: device.kname, piece });
    } catch (error) {
      if (error instanceof Errno) return denied(path, error);
      throw error;
    }
  }
  // Before 2.33 a device with nothing on it gave no JSON at all.
  if (rows.length === 0 && context.world.utilLinux === '2.32') return { code: 0 };
  return { code: 0, stdout: flags.has('J') ? json(rows) : table(rows) };
}

function erase(
  context: Context,
  given: { readonly flags: ReadonlySet<string>; readonly values: ReadonlyMap<string, string>; readonly rest: readonly string[] },
): Result {
  const { flags, values, rest } = given;
  const act = !flags.has('n');
  let { world } = context;
  let stdout = '';
  for (const path of rest) {
    try {
      const device = openDevice({ ...context, world }, path, true);
      if (device.readOnly) throw new Errno('EROFS');
      if (busy(world, device) && !flags.has('f')) throw new Errno('EBUSY');
      const types = values.get('t')?.split(',');
      const chosen = pieces(world, device).filter(
        ({ type, at }) => (types?.includes(type) ?? true) && (values.has('o') ? at === Number(values.get('o')) : true),
      );
      for (const piece of chosen) {
        if (act && flags.has('b')) world = backup({ ...context, world }, device, piece);
        if (act) world = writeDevice(world, device, piece.at, new Uint8Array(piece.magic.length));
        if (!flags.has('q')) {
          stdout += `${path}: ${piece.magic.length} bytes were erased at offset 0x${piece.at.toString(16).padStart(8, '0')} (${piece.type}): ${hexBytes(piece.magic)}\n`;
        }
      }
      // The kernel is told whenever the disk had a table.
      if (
        device.disk &&
        !device.partition &&
        (chosen.some(({ type }) => /gpt|dos|PMBR/.test(type)) || !act) &&
        device.disk.partitions.length > 0
      ) {
        stdout += `${path}: calling ioctl to re-read partition table: Success\n`;
        if (act) world = reread(world, device);
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return { ...denied(path, error), stdout, ...(world === context.world ? {} : { world }) };
    }
  }
  return { code: 0, stdout, ...(world === context.world ? {} : { world }) };
}

/** $HOME/wipefs-sdb-0x00000438.bak */
function backup(context: Context, device: BlockDevice, piece: Piece): World {
  const home = context.env.get('HOME') ?? '/';
  const name = `wipefs-${device.kname}-0x${piece.at.toString(16).padStart(8, '0')}.bak`;
  return writeFile(context, `${home}/${name}`, { data: piece.magic.slice(), mode: 0o600 });
}

/** Partitions vanish with the table they are in, as long as nobody uses one. */
export function reread(world: World, device: BlockDevice): World {
  const disk = world.disks.find(({ kname }) => kname === device.disk?.kname);
  if (!disk || disk.partitions.length === 0) return world;
  const whole: BlockDevice = {
    kname: disk.kname,
    majMin: disk.majMin,
    size: disk.size,
    readOnly: disk.readOnly,
    removable: disk.removable,
    disk,
  };
  if (tableOf(world, whole)) return world;
  const used = disk.partitions.some(({ number }) =>
    claimed(world, {
      ...whole,
      kname: partitionName(disk.kname, number),
      majMin: `${disk.majMin.split(':')[0]}:${Number(disk.majMin.split(':')[1]) + number}`,
    }),
  );
  return used ? world : { ...world, disks: world.disks.map((one) => (one === disk ? { ...one, partitions: [] } : one)) };
}

export const wipefs: Program = { names: ['wipefs'], run };
