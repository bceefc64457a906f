import { ACCOUNTS } from './accounts.ts';
import { DISKS } from './disks.ts';
import { PLAIN } from './files.ts';
import { PROBES } from './probes.ts';
import type { Situation } from './question.ts';
import { SERVICES } from './units.ts';

export const ALL: readonly Situation[] = [...DISKS, PLAIN, PROBES, ACCOUNTS, SERVICES];
