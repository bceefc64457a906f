/** The scenarios that come with pb, and which of them --faults means. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest, PbError } from '../../core/diagnostic.ts';
import { readScenario } from './read.ts';

/** Beside package.json, from sources as from the bundle. */
export function shippedFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'scenarios');
}

export interface Shipped {
  /** "F15", which several may show, or the file's name where it is no fault. */
  readonly id: string;
  readonly path: string;
  /** Name of the playbook's file that it is about. */
  readonly playbook?: string;
}

export async function shipped(): Promise<readonly Shipped[]> {
  const folder = shippedFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yml')).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { playbook } = (await readScenario(path)).value ?? {};
      const id = /^F\d+/.exec(name)?.[0] ?? name.replace(/\.yml$/, '');
      return { id, path, ...(playbook === undefined ? {} : { playbook: basename(playbook) }) };
    }),
  );
}

/** The sites the shipped among these playbooks are for, each in the scenario of the playbook's name; a playbook of the user's own has none. */
export function shippedSites(playbooks: readonly string[]): readonly string[] {
  const folder = shippedFolder();
  return playbooks
    .filter((path) => relative(join(dirname(folder), 'playbooks'), resolve(path)) === basename(path))
    .map((path) => join(folder, basename(path)))
    .filter(existsSync);
}

const RANDOM = 3;
/** Its faults are every site's; those of the others depend on their storage. */
const GENERAL = 'baremetal-local.yml';

/** `all`, `F08,F21`, `random:7`, or paths of scenario files; where several show a fault, those about one of these playbooks. */
export async function chosenFaults(choice: string, playbooks: readonly string[]): Promise<readonly string[]> {
  const known = (await shipped()).filter(({ id }) => /^F\d+$/.test(id));
  const names = playbooks.map((path) => basename(path));
  const concerning = (list: readonly Shipped[]): readonly Shipped[] => {
    const about = (wanted: readonly string[]) => list.filter(({ playbook }) => playbook !== undefined && wanted.includes(playbook));
    return [about(names), about([GENERAL])].find((some) => some.length > 0) ?? list;
  };
  const faults = concerning(known);
  if (choice === 'all') return faults.map(({ path }) => path);
  const seed = /^random:(\d+)$/.exec(choice)?.[1];
  if (seed !== undefined)
    return shuffled(faults, Number(seed))
      .slice(0, RANDOM)
      .map(({ path }) => path);
  return choice.split(',').flatMap((word) => {
    const name = word.trim();
    if (/[./]/.test(name)) return [name];
    const found = known.filter(({ id }) => id.toLowerCase() === name.toLowerCase());
    if (found.length > 0) return concerning(found).map(({ path }) => path);
    const ids = [...new Set(known.map(({ id }) => id))];
    const guess = nearest(name, ids);
    throw new PbError('args', `there is no fault ${name}`, {
      hint: guess ? `did you mean ${guess}? there are ${ids.join(', ')}` : `there are ${ids.join(', ')}`,
    });
  });
}

/** The same order for the same seed (mulberry32). */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
