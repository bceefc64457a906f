/** Puts a file system on a disk that was named by something lasting, and only if nothing speaks against it: recipes' table of 22 rules. */
import type { Change } from '../core/change.ts';
import { type Decision, OPEN } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, flag, integer, json, listOf, ok, oneOf, optional, Type, text } from './define.ts';
import { formatStep } from './disks/act.ts';
import { type Disk, named } from './disks/disk.ts';
import { EXAMPLE_BY_ID, EXAMPLE_SIZE, exampleHost, holding } from './disks/example-host.ts';
import type { Finding } from './disks/finding.ts';
import { DISK_TOOLS, type DisksSeen, lookAtDisks } from './disks/look.ts';
import { mkfsCommand } from './disks/mkfs-options.ts';
import { type Approved, byIdPath, hereOf, resolveDisk } from './disks/resolve.ts';
import { contents } from './disks/rules-content.ts';
import { survey } from './disks/survey.ts';
import { verdict } from './disks/verdict.ts';

const named_disk = { by_id: EXAMPLE_BY_ID, size_bytes: EXAMPLE_SIZE, fstype: 'ext4' };
// mkfs.xfs: "Filesystem must be larger than 300MB."
const SMALLEST = { ext4: 1024 * 1024, xfs: 300 * 1024 * 1024 } as const;

export const mkfs = defineModule({
  name: 'mkfs',
  aliases: ['filesystem', 'community.general.filesystem'],
  target: 'host',
  effect: 'converge',
  tools: ({ fstype }) => [...DISK_TOOLS, ...(typeof fstype === 'string' && fstype !== OPEN ? [`mkfs.${fstype}`] : [])],
  summary: 'Format a disk, named by a lasting identity, unless anything speaks against it',
  notes: [
    'Needs become: true. The disk is named by by_id, wwn or serial together with size_bytes, or by `disk` from disk_probe; a name such as /dev/sdb is refused, for it may be another disk after a boot.',
    'A blank disk is formatted. Overwriting anything needs each kind of content named in allow_signatures and confirm_destructive: true; the first and last MiB, the signatures and all that was seen are saved on the host first.',
    'Never overridden: disks of the operating system, mounted, in swap use, held by LVM, MD or multipath, busy, read-only, owned by the Local Storage Operator, too small, or with an identity that is not unique.',
    'Everything is checked again in the very command that formats; it stops before writing if anything differs from what was decided on.',
    'Formatting is optional for the Local Storage Operator: kubelet formats a blank disk itself.',
  ],
  args: args({
    by_id: optional(text('A link under /dev/disk/by-id')),
    wwn: optional(text('Its WWN')),
    serial: optional(text('Its serial number')),
    size_bytes: optional(integer('Its size in bytes, exactly', { minimum: 1 })),
    disk: optional(json<JsonObject>('The disk as disk_probe gives it: by_id, wwn, serial, size_bytes and host must still be as they were')),
    device: optional(text('A further check, as "/dev/sdb"; or a link under /dev/disk/by-id')),
    fstype: oneOf(['ext4', 'xfs'], 'The file system'),
    label: optional(text('Its label: at most 16 bytes for ext4, 12 for xfs')),
    opts: optional(text('Further options of mkfs; those that force or name other devices are refused')),
    discard: flag('Discard (TRIM) the whole disk first; slow on some arrays, and what is discarded cannot be recovered', false),
    min_size_gib: optional(integer('Refuse a disk that would give a smaller volume', { minimum: 1 })),
    allow_signatures: listOf(Type.String(), 'Kinds of content that may be lost: [xfs], [gpt, vfat], [LVM2_member]', { default: [] }),
    confirm_destructive: flag('Agree to losing what allow_signatures names', false),
    allow_unsigned_data: flag('Format a disk without a signature even if its first or last MiB is not zero', false),
    backup_dir: text('Where on the host to save what is about to be overwritten', { default: '/var/tmp/pb-disk-backup', pattern: '^/.' }),
    force: optional(flag('Not supported: force would overwrite whatever is there', false)),
    state: oneOf(['present'], 'Only present: pb does not take file systems away', { default: 'present' }),
  }),
  argAliases: { dev: 'device', type: 'fstype' },
  examples: [
    { title: 'a blank disk', args: named_disk, state: { host: 'worker01', disks: exampleHost() }, expect: 'change' },
    { title: 'formatted already', args: named_disk, state: { host: 'worker01', disks: exampleHost(holding('ext4')) }, expect: 'ok' },
    {
      title: 'another file system',
      args: named_disk,
      state: { host: 'worker01', disks: exampleHost(holding('xfs')) },
      expect: 'refused',
    },
    {
      title: 'another file system, given up',
      args: { ...named_disk, allow_signatures: ['xfs'], confirm_destructive: true },
      state: { host: 'worker01', disks: exampleHost(holding('xfs')) },
      expect: 'change',
    },
    {
      title: 'a kernel name is no identity',
      args: { device: '/dev/sdb', fstype: 'ext4' },
      state: { host: 'worker01', disks: exampleHost() },
      expect: 'refused',
    },
  ],
  timeoutMs: () => 3_600_000,
  read: (_, io): Promise<DisksSeen> => lookAtDisks(io, true),
  decide(given, { host, disks: facts }): Decision<JsonObject> {
    if (given.force)
      return refuse(
        `force is not supported: it overwrites whatever is there`,
        'allow_signatures with the kinds of content to lose, and confirm_destructive: true',
      );
    const approved = approvedOf(given);
    const disks = survey(facts);
    if (typeof approved === 'string') return refuse(approved);
    const command = mkfsCommand(given);
    if ('wrong' in command) return failed(command.wrong, { code: 'args' });
    const found = resolveDisk(approved, hereOf(host, facts, disks));
    if ('finding' in found) return against(found.finding);
    const { disk } = found;
    if (approved.size_bytes === undefined) return refuse(unsized(disk));
    if (isDone(disk, given.fstype)) return done(disk, host, given.label);
    const judged = verdict(disk, {
      fstype: given.fstype,
      minSizeBytes: SMALLEST[given.fstype],
      ...(given.min_size_gib === undefined ? {} : { minSizeGib: given.min_size_gib }),
      allowSignatures: given.allow_signatures,
      confirmDestructive: given.confirm_destructive,
      allowUnsignedData: given.allow_unsigned_data,
    });
    if (judged.answer !== 'yes') return against(judged.finding);
    const seen = facts.disks.find(({ kname }) => kname === disk.kname)?.seen ?? '';
    const link = approved.by_id === undefined ? disk.by_id : byIdPath(approved.by_id);
    return change(formatting(disk, { ...given, seen, link, mkfs: command.argv }));
  },
});

const refuse = (why: string, override?: string): Decision<JsonObject> => ({ is: 'refused', why, ...(override ? { override } : {}) });
const against = (finding: Finding): Decision<JsonObject> => ({
  is: 'refused',
  why: `${finding.why} [rule ${finding.row}, ${finding.code}]`,
  ...(finding.override ? { override: finding.override } : {}),
  output: finding,
});

/** The identity given, or why there is none. Arguments win over nothing: where both `disk` and an argument say something, they have to agree. */
function approvedOf(given: Approved & { readonly disk?: JsonObject }): Approved | string {
  const { disk = {} } = given;
  const byLink = given.device?.startsWith('/dev/disk/by-id/') ? given.device : undefined;
  const approved: { -readonly [K in keyof Approved]: Approved[K] } = {};
  for (const key of ['by_id', 'wwn', 'serial', 'host'] as const) {
    const one = key === 'by_id' ? (given.by_id ?? byLink) : key === 'host' ? undefined : given[key];
    const two = disk[key];
    if (one !== undefined && typeof two === 'string' && one !== two) return `${key} is ${one}, but the disk given has ${two}`;
    const value = one ?? (typeof two === 'string' && two !== '' ? two : undefined);
    if (value !== undefined) approved[key] = value;
  }
  const size = disk['size_bytes'];
  if (given.size_bytes !== undefined && size !== undefined && given.size_bytes !== size)
    return `size_bytes is ${given.size_bytes}, but the disk given has ${size}`;
  const bytes = given.size_bytes ?? (typeof size === 'number' ? size : undefined);
  if (bytes !== undefined) approved.size_bytes = bytes;
  if (given.device !== undefined && byLink === undefined) approved.device = given.device;
  if (approved.by_id ?? approved.wwn ?? approved.serial) return approved;
  const what = given.device === undefined ? 'no disk is named' : `${given.device} may be another disk on each host and after each boot`;
  return `${what}; name it by by_id, wwn or serial and size_bytes, or give what disk_probe found as disk`;
}

const unsized = (disk: Disk): string =>
  `the size of the disk was not given; ${named(disk)} has ${disk.size_bytes} bytes: look whether it is the right one, then set size_bytes: ${disk.size_bytes}`;

/** Nothing to do, though it may be mounted meanwhile. Never meant: a disk of the operating system, and a path that shows its map's content. */
const isDone = (disk: Disk, fstype: string): boolean =>
  disk.readable && disk.filesystem?.type === fstype && disk.partitions.length === 0 && disk.holders.length === 0 && disk.system === null;

function done(disk: Disk, host: string, label: string | undefined): Decision<JsonObject> {
  const { kname, device, by_id, wwn, serial, size_bytes, size_gib, filesystem } = disk;
  if (label !== undefined && filesystem?.label !== label) {
    const tool = filesystem?.type === 'xfs' ? 'xfs_admin -L' : 'e2label';
    return refuse(
      `${named(disk)} holds ${filesystem?.type} labelled "${filesystem?.label ?? ''}", not "${label}"; relabel it with ${tool}`,
    );
  }
  return ok({ host, kname, device, by_id, wwn, serial, size_bytes, size_gib, filesystem });
}

interface How {
  readonly fstype: string;
  readonly label?: string;
  readonly backup_dir: string;
  readonly seen: string;
  readonly link: string | null;
  readonly mkfs: readonly string[];
}

function formatting(disk: Disk, how: How): Change {
  const { fstype, label, link, seen, backup_dir } = how;
  const lost = contents(disk);
  const name = named(disk).replace(/^\S+ \(/, `(${disk.kname}, `);
  const loses = lost.length > 0 || !disk.zero;
  return {
    op: loses ? 'replace' : 'create',
    summary: `format ${link ?? disk.device} ${name} as ${fstype}`,
    before: { filesystem: disk.filesystem, signatures: disk.signatures, partition_table: disk.tables, partitions: disk.partitions },
    after: { filesystem: { type: fstype, label: label ?? null }, signatures: [fstype], partition_table: [], partitions: [] },
    ...(!loses ? {} : { destroys: `${lost.join(', ') || 'data without a signature'} on ${named(disk)}` }),
    steps: [formatStep({ disk, seen, link, mkfs: how.mkfs, wipe: lost.length > 0, ...(loses ? { backupDir: backup_dir } : {}) })],
  };
}
