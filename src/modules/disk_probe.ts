/** What disks a host has, what is on them, and which of them may be taken. Looks only. */
import type { JsonObject } from '../core/value.ts';
import { args, defineModule, failed, flag, integer, listOf, ok, oneOf, optional, Type } from './define.ts';
import { selectionArgs } from './disks/arguments.ts';
import { type Candidacy, candidacy } from './disks/candidate.ts';
import { type Disk, named } from './disks/disk.ts';
import { exampleHost, holding } from './disks/example-host.ts';
import { DISK_TOOLS, type DisksSeen, lookAtDisks } from './disks/look.ts';
import { survey } from './disks/survey.ts';

export const diskProbe = defineModule({
  name: 'disk_probe',
  target: 'host',
  effect: 'converge',
  tools: () => DISK_TOOLS,
  summary: 'Find out what disks there are, what is on them, and which of them may be formatted',
  notes: [
    'Reads only. Needs become: true.',
    'A disk that an earlier run formatted, or gave to the Local Storage Operator, is a candidate again: the second run finds what the first one found.',
    'Each of `candidates` can be given to mkfs as `disk` and is refused there should it have changed.',
    'size_gib counts whole GiB, as PersistentVolumes do: a "100 GB" disk has 93.',
  ],
  args: args({
    ...selectionArgs,
    fstype: optional(oneOf(['ext4', 'xfs'], 'The file system that is wanted; a disk that has it already is a candidate')),
    expect: optional(integer('Fail unless exactly this many disks are candidates', { minimum: 0 })),
    allow_signatures: listOf(Type.String(), 'Kinds of content that may be lost, as mkfs has it', { default: [] }),
    confirm_destructive: flag('Agree to losing them', false),
    allow_unsigned_data: flag('Take disks whose first or last MiB is not zero', false),
  }),
  argAliases: { fs: 'fstype' },
  examples: [
    {
      title: 'the one blank disk',
      args: { min_size_gib: 100, expect: 1 },
      state: { host: 'worker01', disks: exampleHost() },
      expect: 'ok',
    },
    {
      title: 'formatted before',
      args: { fstype: 'ext4', expect: 1 },
      state: { host: 'worker01', disks: exampleHost(holding('ext4')) },
      expect: 'ok',
    },
    {
      title: 'the disk holds something else',
      args: { fstype: 'ext4', expect: 1 },
      state: { host: 'worker01', disks: exampleHost(holding('xfs', 'data')) },
      expect: 'failed',
    },
  ],
  read: (given, io): Promise<DisksSeen> => lookAtDisks(io, given.confirm_destructive),
  decide(given, { host, disks: facts }) {
    const wanted = {
      fstype: given.fstype ?? null,
      ...(given.min_size_gib === undefined ? {} : { minSizeGib: given.min_size_gib }),
      allowSignatures: given.allow_signatures,
      confirmDestructive: given.confirm_destructive,
      allowUnsignedData: given.allow_unsigned_data,
    };
    const judged = survey(facts).map((disk) => ({ disk, judged: candidacy(disk, given, wanted) }));
    const shown = judged.map(({ disk, judged: about }): JsonObject => ({ host, ...disk, ...about }));
    const output = { host, disks: shown, candidates: shown.filter(({ candidate }) => candidate === true) };
    const { expect } = given;
    if (expect === undefined || output.candidates.length === expect) return ok(output);
    const why = `${output.candidates.length} disks of ${host} can be taken, ${expect} expected:\n${judged.map(line).join('\n')}`;
    const hint =
      output.candidates.length > expect
        ? 'name the disk that is meant by serial or wwn, or exclude the others'
        : 'attach a disk that fits, make one of these fit as said above, or ask for less';
    return failed(why, { output, hint });
  },
});

function line({ disk, judged }: { readonly disk: Disk; readonly judged: Candidacy }): string {
  const what = judged.why.startsWith(named(disk)) ? judged.why : `${named(disk)}: ${judged.why}`;
  const { override } = judged.verdict;
  const giveUp = !judged.candidate && judged.state === judged.verdict.code && override !== undefined;
  return `  ${judged.candidate ? 'taken' : 'not taken'}: ${what}${giveUp ? `; choose another disk, or give up what is on this one: ${override}` : ''}`;
}
