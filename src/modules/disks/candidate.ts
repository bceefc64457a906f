/** Is a disk one to take? Also where it was taken before: the second run of a procedure has to find the disks of the first. */
import type { Disk } from './disk.ts';
import type { Finding, Wanted } from './finding.ts';
import { SHAPE } from './rules-shape.ts';
import { notSelected, type Selection } from './select.ts';
import { verdict } from './verdict.ts';

export type Candidacy = {
  readonly candidate: boolean;
  /** `blank`, `unsigned-data`, or another content whose loss was agreed to; `formatted`: as wanted; `in-use`: a volume of the Local Storage Operator. */
  readonly state: string;
  readonly why: string;
  readonly verdict: Finding & { readonly answer: 'yes' | 'done' | 'no' };
};

export function candidacy(disk: Disk, selection: Selection, wanted: Wanted): Candidacy {
  const { answer, finding } = verdict(disk, wanted);
  const judged = { ...finding, answer };
  const other = notSelected(disk, selection);
  if (other) return { candidate: false, state: 'other', why: other, verdict: judged };
  if (disk.by_id === null && disk.serial === null && disk.wwn === null && answer !== 'no') {
    return { candidate: false, state: 'nameless', why: `nothing lasting names it: ${disk.by_id_reason}`, verdict: judged };
  }
  const unfit = hard(disk, wanted);
  if (answer === 'yes') return { candidate: true, state: finding.code, why: finding.why, verdict: judged };
  if (unfit && (answer === 'done' || isVolume(disk, wanted)))
    return { candidate: false, state: unfit.code, why: unfit.why, verdict: judged };
  if (answer === 'done') return { candidate: true, state: 'formatted', why: finding.why, verdict: judged };
  if (isVolume(disk, wanted)) {
    return {
      candidate: true,
      state: 'in-use',
      why: `it is a volume of the Local Storage Operator already: ${disk.local_storage[0]}`,
      verdict: judged,
    };
  }
  return { candidate: false, state: finding.code, why: finding.why, verdict: judged };
}

const hard = (disk: Disk, wanted: Wanted): Finding | undefined => SHAPE.map((rule) => rule(disk, wanted)).find((finding) => finding?.hard);

/** Taken by the Local Storage Operator, mounted by nobody but kubelet, and holding what is wanted, or nothing yet. */
function isVolume(disk: Disk, wanted: Wanted): boolean {
  const fits = disk.filesystem ? wanted.fstype === null || disk.filesystem.type === wanted.fstype : disk.signatures.length === 0;
  const plain = disk.readable && disk.partitions.length === 0 && disk.tables.length === 0 && !disk.ambivalent;
  const kubelet = disk.mounts.every((target) => /^\/(var\/lib\/kubelet|mnt\/local-storage)\//.test(target));
  return disk.local_storage.length > 0 && disk.system === null && !disk.swap && plain && fits && kubelet;
}
