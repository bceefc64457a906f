/** A case of the language: a folder of ordinary Ansible files, what to call, and what the real ansible-playbook made of it. */
import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Outcome } from './outcome.ts';

/** The folders of all cases; the names of the cases are theirs. */
export const CASES = resolve('test/e2e/language/cases');

/** `case.data.json` in the folder, all of it optional. */
export interface Call {
  /** After `pb run` or `ansible-playbook`; when left out: the inventory of the folder, if it has one, and playbook.yml. */
  readonly args?: readonly string[];
  /** How often it is called, on the same files: twice shows what is done already. */
  readonly times?: number;
  /** What stands in the text of stdout is compared too: the listings. */
  readonly stdout?: boolean;
  /** false: what results hold is not compared, only what tasks come to (check mode: pb foretells no output). */
  readonly results?: boolean;
  /** Keys of results that pb does not tell, or tells otherwise by design; what `debug` shows is compared all the same. */
  readonly leaveOut?: readonly string[];
  /** false: of what fails, only that it does is compared; Ansible tells much of the path beside its message. */
  readonly failures?: boolean;
  readonly env?: { readonly [name: string]: string };
}

export interface Case {
  readonly name: string;
  readonly call: Required<Call>;
}

export async function cases(): Promise<readonly Case[]> {
  const names = (await readdir(CASES)).sort();
  return Promise.all(names.map(readCase));
}

async function readCase(name: string): Promise<Case> {
  const files = await readdir(join(CASES, name));
  const own: Call = files.includes('case.data.json') ? JSON.parse(await readFile(join(CASES, name, 'case.data.json'), 'utf8')) : {};
  const inventory = files.find((file) => /^inventory(\.(ini|yml))?$|^hosts$/.test(file));
  const args = own.args ?? [...(inventory ? ['-i', inventory] : []), 'playbook.yml'];
  return {
    name,
    call: {
      args,
      times: own.times ?? 1,
      stdout: own.stdout ?? false,
      results: own.results ?? true,
      leaveOut: own.leaveOut ?? [],
      failures: own.failures ?? true,
      env: own.env ?? {},
    },
  };
}

export const recordingOf = (one: Case): string => join(CASES, one.name, 'expected.data.json');

/** What ansible-playbook came to, call by call. */
export const recorded = async (one: Case): Promise<readonly Outcome[]> => JSON.parse(await readFile(recordingOf(one), 'utf8'));

/** Calls the program as often as the case says, in a fresh copy of its folder; paths of that copy read `<dir>` in what comes back. */
export async function inCopy<T>(one: Case, play: (folder: string, time: number) => Promise<T>): Promise<readonly T[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pb-language-')));
  try {
    await cp(join(CASES, one.name), folder, { recursive: true });
    await rm(join(folder, 'expected.data.json'), { force: true });
    const all: T[] = [];
    for (let time = 0; time < one.call.times; time++) all.push(await play(folder, time));
    return JSON.parse(JSON.stringify(all).replaceAll(folder, '<dir>'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
