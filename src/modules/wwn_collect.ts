/** The lasting names of disks, for a LocalVolume's devicePaths. Looks only. */
import type { JsonObject } from '../core/value.ts';
import { args, defineModule, failed, flag, json, ok, optional } from './define.ts';
import { selectionArgs } from './disks/arguments.ts';
import { type Disk, named } from './disks/disk.ts';
import { exampleHost } from './disks/example-host.ts';
import { DISK_TOOLS, type DisksSeen, lookAtDisks } from './disks/look.ts';
import { type Approved, hereOf, resolveDisk } from './disks/resolve.ts';
import { isSelective, notSelected } from './disks/select.ts';
import { survey } from './disks/survey.ts';
import { sameWwn } from './disks/wwn.ts';

type Named = { readonly host?: string; readonly by_id?: string | null; readonly wwn?: string | null; readonly kname?: string };

export const wwnCollect = defineModule({
  name: 'wwn_collect',
  target: 'host',
  effect: 'converge',
  tools: () => DISK_TOOLS,
  summary: 'Collect the lasting names of disks (/dev/disk/by-id) and choose one of each as the Local Storage Operator would',
  notes: [
    'Reads only. Needs become: true.',
    'device_paths goes into a LocalVolume. by-path links are shown and never chosen: the operator does not support them.',
    "For identities that several nodes share, give `others` the disks collected there: \"{{ ansible_play_hosts | map('extract', hostvars, ['collected', 'disks']) | flatten }}\".",
    'Without any selection every disk is reported and nothing fails.',
  ],
  args: args({
    ...selectionArgs,
    disks: optional(json<readonly Approved[]>('Disks as disk_probe gives them in `candidates`')),
    others: optional(
      json<readonly Named[]>('Disks collected on all hosts, to find identities that are not unique; those of this host are left out'),
    ),
    strict: flag('Fail where a selected disk has no lasting name, or not one of its own', true),
  }),
  examples: [
    { title: 'one disk by serial number', args: { serial: '1d2f4b01' }, state: { host: 'worker01', disks: exampleHost() }, expect: 'ok' },
    {
      title: 'another node has a disk with the same WWN',
      args: { serial: '1d2f4b01', others: [{ host: 'worker02', kname: 'sdc', wwn: '0x6000c291d2f4b01' }] },
      state: { host: 'worker01', disks: exampleHost() },
      expect: 'failed',
    },
    {
      title: 'no link at all',
      args: { device: 'sdb' },
      state: { host: 'worker01', disks: exampleHost({}, { links: [] }) },
      expect: 'failed',
    },
  ],
  read: (_, io): Promise<DisksSeen> => lookAtDisks(io, false),
  decide(given, { host, disks: facts }) {
    const all = survey(facts);
    const here = hereOf(host, facts, all);
    const missing: string[] = [];
    const listed = given.disks?.flatMap((approved) => {
      const found = resolveDisk(approved, here);
      if ('disk' in found) return [found.disk];
      missing.push(found.finding.why);
      return [];
    });
    // A multipath map stands for its paths; they are reported only where one of them is asked for by its own place.
    const paths = given.device !== undefined || given.hctl !== undefined;
    const selected = (listed ?? all.filter(({ multipath }) => paths || multipath === null)).filter(
      (disk) => notSelected(disk, given) === undefined,
    );
    const collected = selected.map((disk) => ({ disk, problems: problemsOf(disk, host, given.others ?? []) }));
    const output = {
      host,
      disks: collected.map(({ disk, problems }): JsonObject => ({ ...identity(disk, host, facts), problems })),
      device_paths: collected.flatMap(({ disk, problems }) => (disk.by_id !== null && problems.length === 0 ? [disk.by_id] : [])),
      // Links of the Local Storage Operator to disks that are gone, or got another identity when a machine was cloned or moved.
      dangling: facts.local_storage.filter((link) => !exists(link.target, facts)).map(({ path, target }) => ({ path, target })),
    };
    const wrong = [...missing, ...collected.flatMap(({ disk, problems }) => problems.map((problem) => `${named(disk)}: ${problem}`))];
    const asked = given.disks !== undefined || isSelective(given);
    if (asked && selected.length === 0 && missing.length === 0) wrong.push('no disk fits the selection');
    if (!asked || !given.strict || wrong.length === 0) return ok(output);
    return failed(`${host}: ${wrong.join('; ')}`, { output });
  },
});

const identity = (disk: Disk, host: string, facts: DisksSeen['disks']): JsonObject => {
  const { kname, by_id, by_ids, wwn, serial, model, size_bytes, size_gib } = disk;
  const byPath = facts.links
    .filter(({ path, target }) => target === disk.device && path.startsWith('/dev/disk/by-path/'))
    .map(({ path }) => path);
  return { host, kname, by_id, reason: disk.by_id_reason, by_ids, by_paths: byPath, wwn, serial, model, size_bytes, size_gib };
};

const exists = (target: string, { tree, disks }: DisksSeen['disks']): boolean =>
  disks.some(({ device, kernel }) => device === target || kernel.partitions.some(({ kname }) => `/dev/${kname}` === target)) ||
  tree.some(({ kname, name }) => [`/dev/${kname}`, `/dev/${name}`, `/dev/mapper/${name}`].includes(target));

function problemsOf(disk: Disk, host: string, others: readonly Named[]): readonly string[] {
  const found: string[] = [];
  if (disk.multipath) found.push(`it is a path of ${disk.multipath}; use that`);
  if (disk.by_id === null) found.push(disk.by_id_reason);
  for (const { kname, path } of disk.same_wwn) {
    found.push(path ? `${kname} looks like another path to it; set up multipath` : `${kname} has the same WWN ${disk.wwn} (cloned disks?)`);
  }
  for (const other of others) {
    if (other.host === undefined || other.host === host) continue;
    const shared = sameWwn(disk.wwn, other.wwn ?? null)
      ? `WWN ${disk.wwn}`
      : disk.by_id !== null && other.by_id === disk.by_id
        ? disk.by_id
        : undefined;
    if (shared) found.push(`${other.kname ?? 'a disk'} of ${other.host} has the same ${shared}; give each its own`);
  }
  return found;
}
