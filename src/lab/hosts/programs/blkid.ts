/** blkid: low-level probing (-p) and what udev would know. */
import { allDevices, type BlockDevice, partitionMajMin } from '../world/devices.ts';
import { maybe } from '../world/errno.ts';
import { signaturesOf, tableOf } from '../world/signatures.ts';
import type { World } from '../world/types.ts';
import { openDevice } from './device-path.ts';
import { type Call, fail, getopt, type Program, type Result } from './program.ts';

type Tags = readonly (readonly [name: string, value: string])[];

/** Undefined where several file systems claim the device. */
function tagsOf(world: World, device: BlockDevice, deep: boolean): Tags | undefined {
  const found = signaturesOf(world, device);
  if (found.length > 1) return undefined;
  const [one] = found;
  const tags: (readonly [string, string | null])[] = [];
  if (one) {
    const version: readonly [string, string | null] = ['VERSION', deep ? one.version : null];
    const luks = one.usage === 'crypto';
    tags.push(
      ...(luks ? [version] : []),
      ['LABEL', one.label],
      ['UUID', one.uuid],
      ...(luks ? [] : [version]),
      ['BLOCK_SIZE', one.blockSize === null ? null : String(one.blockSize)],
      ['TYPE', one.type],
      ['USAGE', deep ? one.usage : null],
    );
  }
  // A whole file system's boot sector is not taken for a partition table.
  const table = one?.usage === 'filesystem' || device.partition ? undefined : tableOf(world, device);
  if (table) tags.push(['PTUUID', table.uuid], ['PTTYPE', table.type]);
  const { partition, disk } = device;
  if (partition && disk && deep) {
    tags.push(
      ['PART_ENTRY_SCHEME', 'gpt'],
      ['PART_ENTRY_NAME', partition.name || null],
      ['PART_ENTRY_UUID', partition.uuid],
      ['PART_ENTRY_TYPE', partition.type],
      ['PART_ENTRY_NUMBER', String(partition.number)],
      ['PART_ENTRY_OFFSET', String(partition.start / 512)],
      ['PART_ENTRY_SIZE', String(partition.size / 512)],
      ['PART_ENTRY_DISK', partitionMajMin(disk, 0)],
    );
  } else if (partition && !deep) tags.push(['PARTLABEL', partition.name || null], ['PARTUUID', partition.uuid]);
  return tags.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

const exported = (text: string): string => text.replace(/[^A-Za-z0-9#+\-.:=@_/,]/g, (character) => `\\${character}`);

function shown(path: string, tags: Tags, format: string): string {
  switch (format) {
    case 'export':
      return `DEVNAME=${path}\n${tags.map(([name, value]) => `${name}=${exported(value)}\n`).join('')}`;
    case 'value':
      return tags.map(([, value]) => `${value}\n`).join('');
    case 'udev':
      return tags
        .map(([name, value]) => `ID_${/^(UUID|LABEL|TYPE|VERSION|USAGE|BLOCK_SIZE)$/.test(name) ? 'FS_' : ''}${name}=${value}\n`)
        .join('');
    default:
      return `${path}:${tags.map(([name, value]) => ` ${name}="${value}"`).join('')}${tags.length > 0 ? ' ' : ''}`.trimEnd().concat('\n');
  }
}

const AMBIVALENT = 'ambivalent result (probably more filesystems on the device, use wipefs(8) to see more details)';

function run(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, {
    short: 'po:s:ikc:gt:L:U:lu:n:',
    long: { probe: 'p', output: 'o:', 'match-tag': 's:', 'match-token': 't:', info: 'i' },
  });
  if (unknown) return fail(`blkid: ${unknown}\nTry 'blkid --help' for more information.`, 4);
  const deep = flags.has('p');
  const format = values.get('o') ?? 'full';
  const wanted = args.flatMap((arg, index) =>
    arg === '-s' ? [args[index + 1] ?? ''] : arg.startsWith('-s') && arg.length > 2 ? [arg.slice(2)] : [],
  );
  if (values.has('L') || values.has('U'))
    return byToken(context.world, values.has('L') ? 'LABEL' : 'UUID', values.get('L') ?? values.get('U') ?? '');
  const paths = rest.length > 0 ? rest : allDevices(context.world).map(({ kname }) => `/dev/${kname}`);
  let stdout = '';
  let stderr = '';
  let code = 2;
  for (const path of paths) {
    const device = maybe(() => openDevice(context, path));
    if (!device) continue;
    const tags = tagsOf(context.world, device, deep);
    if (!tags) {
      if (deep) {
        stderr += `blkid: ${path}: ${AMBIVALENT}\n`;
        code = 8;
      }
      continue;
    }
    const [tokenName, tokenValue] = (values.get('t') ?? '').split('=');
    if (values.has('t') && !tags.some(([name, value]) => name === tokenName && value === tokenValue?.replace(/^"|"$/g, ''))) continue;
    const fits = wanted.length === 0 ? tags : tags.filter(([name]) => wanted.includes(name));
    if (tags.length === 0) continue;
    if (code === 2) code = 0;
    if (fits.length === 0) continue;
    stdout += `${stdout !== '' && format === 'export' ? '\n' : ''}${format === 'device' ? `${path}\n` : shown(path, fits, format)}`;
  }
  return { code, stdout, stderr };
}

function byToken(world: World, token: string, value: string): Result {
  const device = allDevices(world).find((one) => tagsOf(world, one, false)?.some(([name, text]) => name === token && text === value));
  return device ? { code: 0, stdout: `/dev/${device.kname}\n` } : { code: 2 };
}

export const blkid: Program = { names: ['blkid'], run };
