/** What the "safe to format?" rules answer. */
import type { Disk } from './disk.ts';

export interface Wanted {
  /** Null: any file system will do, none is looked for. */
  readonly fstype: string | null;
  readonly minSizeBytes?: number;
  readonly minSizeGib?: number;
  readonly allowSignatures: readonly string[];
  readonly confirmDestructive: boolean;
  readonly allowUnsignedData: boolean;
}

export type Code =
  | 'absent'
  | 'wrong-object'
  | 'identity-changed'
  | 'system-disk'
  | 'mounted'
  | 'swap-active'
  | 'held'
  | 'busy'
  | 'read-only'
  | 'owned-by-LSO'
  | 'member'
  | 'ambivalent'
  | 'partitioned'
  | 'has-fs'
  | 'done'
  | 'has-signature'
  | 'unsuitable'
  | 'too-small'
  | 'duplicate-id'
  | 'multipath-suspected'
  | 'unsigned-data'
  | 'blank';

export type Finding = {
  readonly row: number;
  readonly code: Code;
  readonly hard: boolean;
  /** Cause and remedy. */
  readonly why: string;
  /** What the operator may set; none for hard findings. */
  readonly override?: string;
};

/** Undefined: the rule does not apply. `allowed`: what it says was overridden. */
export type Rule = (disk: Disk, wanted: Wanted) => (Finding & { readonly allowed?: boolean }) | undefined;

export const no = (row: number, code: Code, why: string): Finding => ({ row, code, hard: true, why });
