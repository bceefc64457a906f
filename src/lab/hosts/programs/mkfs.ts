/** mkfs.ext4, mkfs.xfs, mkswap: what they refuse, in their own words, and what they write. */
import { type BlockDevice, busy, mountPoints } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { reformat } from '../world/formats.ts';
import { signaturesOf, tableOf } from '../world/signatures.ts';
import type { World } from '../world/types.ts';
import { openDevice } from './device-path.ts';
import { type Call, type Context, fail, getopt, type Program, type Result } from './program.ts';
import { reread } from './wipefs.ts';
import { XFS_USAGE } from './xfs-usage.ts';

const VERSION = 'mke2fs 1.46.5 (30-Dec-2021)';
/** Large disks take their time, though most of it is left to the first mount. */
const takes = (size: number): number => 200 + size / 1024 ** 3;

const inUse = (world: World, device: BlockDevice): 'mounted' | 'busy' | undefined => {
  const swapped = world.swaps.some(({ device: path }) => path === `/dev/${device.kname}`);
  if (mountPoints(world, device).length > 0 || swapped) return 'mounted';
  return busy(world, device) ? 'busy' : undefined;
};

function deviceOrWhy(context: Context, path: string): BlockDevice | Errno {
  try {
    return openDevice(context, path, true);
  } catch (error) {
    if (error instanceof Errno) return error;
    throw error;
  }
}

function ext4(args: readonly string[], { name, context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: 'b:cC:dDE:FG:hi:I:jJ:L:m:M:nN:o:O:qr:S:T:t:U:vVe:z:' });
  const usage = `Usage: ${name} [-c|-l filename] [-b block-size] [-C cluster-size]`;
  if (flags.has('V')) return fail(`${VERSION}\n\tUsing EXT2FS Library version 1.46.5`, 0);
  const [path] = rest;
  if (unknown || path === undefined) return fail(`${unknown ? `${name}: ${unknown}\n` : ''}${usage}`);
  const banner = flags.has('q') ? '' : `${VERSION}\n`;
  const forced = args
    .filter((arg) => /^-[a-zA-Z]*F/.test(arg))
    .join('')
    .replace(/[^F]/g, '').length;
  const label = values.get('L') ?? '';
  const device = deviceOrWhy(context, path);
  if (device instanceof Errno) {
    if (device.code === 'ENOENT') return fail(`${banner}The file ${path} does not exist and no size was specified.`);
    if (device.code === 'ENOTBLK') return fail(`${banner}${path} is not a block special device.\nProceed anyway? (y,N) `);
    return fail(`${banner}${name}: ${device.message} while trying to determine filesystem size`);
  }
  const use = inUse(context.world, device);
  if (use === 'mounted' && forced < 2) return fail(`${banner}${path} is mounted; will not make a filesystem here!`);
  if (use === 'busy' && forced < 2) return fail(`${banner}${path} is apparently in use by the system; will not make a filesystem here!`);
  if (use) return fail(`${banner}${name}: Device or resource busy while setting up superblock`);
  if (device.readOnly) return fail(`${banner}${path}: Read-only file system while setting up superblock`);
  const warning = label.length > 16 ? `Warning: label too long; will be truncated to '${label.slice(0, 16)}'\n\n` : '';
  const uuid = values.get('U') && values.get('U') !== 'random' ? (values.get('U') ?? '') : context.uuid();
  const small = device.size < 512 * 1024 * 1024;
  const blockSize = Number(values.get('b') ?? (small ? 1024 : 4096));
  const blocks = Math.floor(device.size / blockSize);
  const stdout = flags.has('q')
    ? ''
    : `Discarding device blocks: done                            \nCreating filesystem with ${blocks} ${blockSize / 1024}k blocks and ${inodes(device.size, small)} inodes\nFilesystem UUID: ${uuid}\nSuperblock backups stored on blocks: \n\t${backups(blocks, blockSize)}\n\nAllocating group tables: done                            \nWriting inode tables: done                            \nCreating journal (${journal(blocks)} blocks): done\nWriting superblocks and filesystem accounting information: done \n\n`;
  if (flags.has('n')) return { code: 0, stdout, stderr: `${banner}${warning}` };
  const world = reread(reformat(context.world, device, { type: 'ext4', uuid, label: label.slice(0, 16), blockSize }), device);
  return { code: 0, stdout, stderr: `${banner}${warning}`, world, takesMs: takes(device.size) };
}

/** One inode for 16 KiB (8 KiB on small ones: 4 KiB), in whole groups of eight. */
function inodes(size: number, small: boolean): number {
  const blockSize = small ? 1024 : 4096;
  const perGroup = 8 * blockSize;
  const blocks = Math.floor(size / blockSize);
  const groups = Math.ceil((blocks - (small ? 1 : 0)) / perGroup);
  const wanted = Math.floor(size / (small ? 4096 : 16_384));
  const inBlock = blockSize / 256;
  return Math.ceil(Math.ceil(wanted / groups) / inBlock) * inBlock * groups;
}

const journal = (blocks: number): number =>
  blocks < 32_768
    ? 1024
    : blocks < 262_144
      ? 4096 * (blocks < 65_536 ? 1 : blocks >= 131_072 ? 2 : 1)
      : blocks < 524_288
        ? 8192
        : blocks < 4_194_304
          ? 16_384
          : blocks < 8_388_608
            ? 32_768
            : blocks < 16_777_216
              ? 65_536
              : blocks < 33_554_432
                ? 131_072
                : 262_144;

/** Groups whose numbers are powers of 3, 5 and 7 keep a copy. */
function backups(blocks: number, blockSize: number): string {
  const perGroup = 8 * blockSize;
  const first = blockSize === 1024 ? 1 : 0;
  const groups = new Set([1]);
  for (const base of [3, 5, 7]) for (let group = base; group * perGroup < blocks; group *= base) groups.add(group);
  const all = [...groups]
    .map((group) => group * perGroup + first)
    .filter((block) => block < blocks)
    .sort((a, b) => a - b);
  let line = '';
  let width = 8;
  for (const [index, block] of all.entries()) {
    const text = `${index > 0 ? ', ' : ''}${block}`;
    if (width + text.length > 78 && index > 0) {
      line += `, \n\t${block}`;
      width = 8 + String(block).length;
    } else {
      line += text;
      width += text.length;
    }
  }
  return line;
}

const XFS_LEAST = 300 * 1024 * 1024;

function xfs(args: readonly string[], { name, context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: 'b:d:fi:Kl:L:m:n:Np:qr:s:V' });
  if (flags.has('V')) return { code: 0, stdout: `${name} version 6.3.0\n` };
  const [path] = rest;
  if (unknown || path === undefined)
    return fail(`${unknown ? `${name}: ${unknown}\n` : 'no device name given in argument list\n'}${XFS_USAGE}`);
  const label = values.get('L') ?? '';
  if (label.length > 12) return fail(`Invalid value ${label} for -L option\n${XFS_USAGE}`);
  const device = deviceOrWhy(context, path);
  if (device instanceof Errno) {
    return fail(
      device.code === 'ENOENT'
        ? `Error accessing specified device ${path}: ${device.message}\n${XFS_USAGE}`
        : `mkfs.xfs: cannot open ${path}: ${device.message}`,
    );
  }
  const { world } = context;
  const use = inUse(world, device);
  if (use === 'mounted' && mountPoints(world, device).length > 0)
    return fail(`mkfs.xfs: ${path} contains a mounted filesystem\n${XFS_USAGE}`);
  if (!flags.has('f')) {
    const signatures = signaturesOf(world, device);
    const table = tableOf(world, device);
    const force = '\nmkfs.xfs: Use the -f option to force overwrite.';
    const [one] = signatures;
    if (one) return fail(`mkfs.xfs: ${path} appears to contain an existing filesystem (${one.type}).${force}`);
    if (table) return fail(`mkfs.xfs: ${path} appears to contain a partition table (${table.type}).${force}`);
  }
  if (use) return fail(`mkfs.xfs: cannot open ${path}: Device or resource busy`);
  if (device.size < XFS_LEAST) return fail(`Filesystem must be larger than 300MB.\n${XFS_USAGE}`);
  const stdout = flags.has('q') ? '' : geometry(path, device.size);
  if (device.readOnly) return fail('mkfs.xfs: pwrite failed: Operation not permitted', 1, stdout);
  const uuid = /uuid=([0-9a-f-]{36})/.exec(values.get('m') ?? '')?.[1] ?? context.uuid();
  return { code: 0, stdout, world: reread(reformat(world, device, { type: 'xfs', uuid, label }), device), takesMs: takes(device.size) };
}

function geometry(path: string, size: number): string {
  const blocks = Math.floor(size / 4096);
  const groups = 4;
  const log = Math.min(521_728, Math.max(16_384, Math.floor(blocks / 2048)));
  return `meta-data=${path.padEnd(22)} isize=512    agcount=${groups}, agsize=${Math.ceil(blocks / groups)} blks
         =                       sectsz=512   attr=2, projid32bit=1
         =                       crc=1        finobt=1, sparse=1, rmapbt=0
         =                       reflink=1    bigtime=1 inobtcount=1 nrext64=0
data     =                       bsize=4096   blocks=${blocks}, imaxpct=25
         =                       sunit=0      swidth=0 blks
naming   =version 2              bsize=4096   ascii-ci=0, ftype=1
log      =internal log           bsize=4096   blocks=${log}, version=2
         =                       sectsz=512   sunit=0 blks, lazy-count=1
realtime =none                   extsz=4096   blocks=0, rtextents=0
Discarding blocks...Done.
`;
}

function mkswap(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, {
    short: 'cfqL:U:v:p:',
    long: { force: 'f', label: 'L:', uuid: 'U:', quiet: 'q' },
  });
  const [path] = rest;
  if (unknown || path === undefined) return fail(`mkswap: ${unknown ?? 'error: Nowhere to set up swap on?'}`);
  const device = deviceOrWhy(context, path);
  if (device instanceof Errno) return fail(`mkswap: cannot open ${path}: ${device.message}`);
  if (busy(context.world, device)) return fail(`mkswap: error: ${path} is mounted; will not make swapspace`);
  const uuid = values.get('U') ?? context.uuid();
  const world = reformat(context.world, device, { type: 'swap', uuid, label: values.get('L') ?? '' });
  const size = `Setting up swapspace version 1, size = ${(device.size - 4096) / 1024 ** 2} MiB (${device.size - 4096} bytes)\nno label, UUID=${uuid}\n`;
  return { code: 0, stdout: flags.has('q') ? '' : size, world };
}

/** mkfs -t TYPE: hands over to mkfs.TYPE. */
function mkfs(args: readonly string[], call: Call): Result {
  const at = args.findIndex((arg) => arg === '-t' || arg === '--type');
  const type = at < 0 ? 'ext2' : (args[at + 1] ?? '');
  const rest = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  if (type === 'xfs') return xfs(rest, { ...call, name: 'mkfs.xfs' });
  if (/^ext[234]$/.test(type)) return ext4(rest, { ...call, name: `mkfs.${type}` });
  return fail(`mkfs: failed to execute mkfs.${type}: No such file or directory`);
}

export const mkfsPrograms: readonly Program[] = [
  { names: ['mkfs.ext4', 'mkfs.ext3', 'mkfs.ext2', 'mke2fs'], run: ext4 },
  { names: ['mkfs.xfs'], run: xfs },
  { names: ['mkswap'], run: mkswap },
  { names: ['mkfs'], run: mkfs },
];
