/** The whole project: playbooks with everything they import, extra variables, and the variables beside the playbooks. */
import path from 'node:path';
import type { Loaded } from '../core/diagnostic.ts';
import type { Host, Inventory } from '../core/inventory.ts';
import type { Layer } from '../core/precedence.ts';
import { contextOf, type LoadOptions } from './context.ts';
import type { PlayOf } from './playbook/ast.ts';
import { readPlaybook } from './playbook/playbook.ts';
import type { Ask } from './playbook/prompts.ts';
import { problems as collect } from './problems.ts';
import type { Modules, Reading } from './reading.ts';
import { type Adjacent, loadAdjacent } from './vars/adjacent.ts';
import { loadExtraVars } from './vars/extra.ts';

export interface ProjectOptions extends LoadOptions {
  readonly playbooks: readonly string[];
  readonly inventory: Inventory;
  readonly modules: Modules;
  /** As given with -e: `k=v`, JSON or YAML, `@file`. */
  readonly extraVars?: readonly string[];
  readonly rolePaths?: readonly string[];
  /** Answers vars_prompt; without it defaults are taken. */
  readonly ask?: Ask;
}

export interface Project {
  readonly plays: readonly PlayOf[];
  readonly inventory: Inventory;
  readonly extraVars: Layer;
  /** group_vars and host_vars beside the playbooks of a folder. */
  readonly playbookLayers: (host: Pick<Host, 'name' | 'groups'>, directory: string) => readonly Layer[];
  /** Absolute directory of the first playbook. */
  readonly playbookDir: string;
  /** For plan/, and for what includes load later. */
  readonly reading: Reading;
}

export async function loadProject(options: ProjectOptions): Promise<Loaded<Project>> {
  const problems = collect();
  const context = contextOf(problems, options);
  const files = options.playbooks.map((file) => path.resolve(context.cwd, file));
  const playbookDir = path.dirname(files[0] ?? path.join(context.cwd, 'playbook.yml'));
  const magic: Layer = { precedence: 'magic', vars: { groups: Object.fromEntries(options.inventory.groups) } };
  const reading: Reading = {
    ...context,
    magic,
    modules: options.modules,
    playbookDir,
    rolePaths: (options.rolePaths ?? []).map((item) => path.resolve(context.cwd, item)),
  };
  const extraVars = await loadExtraVars(reading, options.extraVars ?? []);
  const ask: Ask = options.ask ?? (async () => undefined);
  const plays: PlayOf[] = [];
  for (const file of files)
    plays.push(...(await readPlaybook(reading, file, { extraVars, ask, imported: [], tags: [], when: [], chain: [file] })));
  const playbookLayers = await besidePlaybooks(reading, options.inventory, [
    ...new Set([...files, ...plays.map((play) => play.file)].map((file) => path.dirname(file))),
  ]);
  return { value: { plays, inventory: options.inventory, extraVars, playbookLayers, playbookDir, reading }, diagnostics: problems.list };
}

/** group_vars and host_vars beside the playbooks, looked up once per host and its groups. */
async function besidePlaybooks(reading: Reading, inventory: Inventory, directories: readonly string[]): Promise<Project['playbookLayers']> {
  const names = { groups: [...inventory.groups.keys()], hosts: [...inventory.hosts.keys()] };
  const adjacent = new Map<string, Adjacent>();
  for (const directory of directories) {
    // the inventory's own loader has warned of what lies beside it
    const seen = inventory.sources.some((source) =>
      [path.resolve(reading.cwd, source), path.dirname(path.resolve(reading.cwd, source))].includes(directory),
    );
    const quiet = seen ? { ...reading, problems: { ...reading.problems, warning: () => {} } } : reading;
    adjacent.set(directory, await loadAdjacent(quiet, directory, { beside: 'playbook', names }));
  }
  const made = new Map<string, readonly Layer[]>();
  return (host, directory) => {
    const key = JSON.stringify([host.name, host.groups, directory]);
    const known = made.get(key);
    if (known) return known;
    const groups = ['all', ...host.groups];
    const source = adjacent.get(directory);
    const layers = [...groups.flatMap((group) => source?.groups.get(group) ?? []), ...(source?.hosts.get(host.name) ?? [])];
    made.set(key, layers);
    return layers;
  };
}
