/** Where a background lab keeps its files, and how other commands find it. */
import { readFile } from 'node:fs/promises';
import { homedir, uptime } from 'node:os';
import { join } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { LabFiles } from '../../lab/lab.ts';

export interface LabState {
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
  readonly api: string;
  readonly speed: number;
  readonly inventory: readonly string[];
  readonly scenario: readonly string[];
  readonly hosts: readonly string[];
  readonly files: LabFiles;
}

/** $XDG_STATE_HOME/pb/lab, else ~/.local/state/pb/lab. */
export const labFolder = (env: NodeJS.ProcessEnv): string => join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'pb', 'lab');

export const stateFile = (folder: string): string => join(folder, 'state.json');
export const logFile = (folder: string): string => join(folder, 'log');

/** The lab that is up; undefined where none is, or its process is gone. */
export async function runningLab(folder: string): Promise<LabState | undefined> {
  let text: string;
  try {
    text = await readFile(stateFile(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const state = JSON.parse(text) as LabState;
  return sinceBoot(state) && (await alive(state.pid)) ? state : undefined;
}

/** Seconds that a clock may be set back or forth while a lab is up. */
const SLACK_S = 60;

/** After a reboot the process of that number is somebody else's. */
const sinceBoot = ({ since }: LabState): boolean => Date.now() - Date.parse(since) < (uptime() + SLACK_S) * 1000;

export async function neededLab(folder: string): Promise<LabState> {
  const state = await runningLab(folder);
  if (!state) throw new PbError('args', 'no lab is up', { hint: 'pb lab up starts one' });
  return state;
}

/** What has ended but is not yet taken off its parent's hands answers to signals still; Linux tells. */
export async function alive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) [ZX] /s.test(stat);
}
