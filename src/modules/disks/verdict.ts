/**
 * "Safe to format?": the rules in order, the first that holds decides. Hard rules have no override. A rule that was overridden is noted and the
 * next ones are still asked: consent to overwrite a file system is no consent to format a disk that is too small or a twin of another.
 * Rules 1 to 3 (is this the disk that was meant?) are in resolve.ts.
 */
import { type Disk, named } from './disk.ts';
import { type Finding, no, type Rule, type Wanted } from './finding.ts';
import { CONTENT } from './rules-content.ts';
import { IN_USE } from './rules-in-use.ts';
import { SHAPE } from './rules-shape.ts';

export type Verdict = {
  /** `yes`: may be formatted; `done`: the wanted file system is there already; `no`: must not be touched. */
  readonly answer: 'yes' | 'done' | 'no';
  readonly finding: Finding;
  /** What was overridden on the way to `yes`. */
  readonly overridden: readonly Finding[];
};

const RULES: readonly Rule[] = [...IN_USE, ...CONTENT, ...SHAPE];

export function verdict(disk: Disk, wanted: Wanted): Verdict {
  const overridden: Finding[] = [];
  for (const rule of RULES) {
    const found = rule(disk, wanted);
    if (!found) continue;
    const { allowed, ...finding } = found;
    if (finding.code === 'done') return { answer: 'done', finding, overridden };
    if (allowed !== true || finding.hard) return { answer: 'no', finding, overridden };
    overridden.push(finding);
  }
  if (disk.exclusive !== 'free') {
    return { answer: 'no', finding: no(8, 'busy', `${named(disk)} has not been proven free: it was not opened exclusively`), overridden };
  }
  const blank: Finding = { row: 22, code: 'blank', hard: false, why: `${named(disk)} is blank: no signature, first and last MiB are zero` };
  return { answer: 'yes', finding: overridden[0] ?? blank, overridden };
}
