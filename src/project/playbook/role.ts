/** A role: found on the search path, its defaults, vars, tasks, handlers and meta read. */
import path from 'node:path';
import { nearest, type Span } from '../../core/diagnostic.ts';
import type { Layer, Precedence } from '../../core/precedence.ts';
import { firstFile, kindOf, listDirectory, readSource, shown } from '../disk.ts';
import type { Reading, Spot } from '../reading.ts';
import { varsFiles } from '../vars/adjacent.ts';
import { readVarsFile } from '../vars/file.ts';
import { child, entry, isNull, itemsOf, type MapNode, typeName } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { type ArgumentSpec, readArgumentSpec } from './argument-spec.ts';
import type { Role, RoleUse } from './ast.ts';
import { checkKeys, INHERITED } from './keywords.ts';
import { readRoleUse } from './role-use.ts';
import { readTasksOf } from './task-file.ts';
import { flag } from './typed.ts';

export interface RoleCall {
  readonly name: string;
  readonly at: Span;
  /** `tasks_from: install` and the like; "main" where not given. */
  readonly from: { readonly [part in 'tasks' | 'vars' | 'defaults' | 'handlers']?: string };
}

export async function readRole(reading: Reading, call: RoleCall, spot: Spot): Promise<Role | undefined> {
  const directory = await findRole(reading, call, spot);
  if (directory === undefined) return undefined;
  // With other tasks a role may well import itself.
  const link = `${directory} ${call.from.tasks ?? 'main'}`;
  if (spot.chain.includes(link)) {
    reading.problems.error('role-loop', `role ${call.name} depends on itself`, { at: call.at });
    return undefined;
  }
  const name = call.name.includes('/') ? path.basename(directory) : call.name;
  const load = (part: 'vars' | 'defaults', precedence: Precedence) => variables(reading, call, { directory, part, precedence });
  const defaults = await load('defaults', 'role defaults');
  const vars = await load('vars', 'role vars');
  const inner: Spot = {
    ...spot,
    place: { file: path.join(directory, 'tasks', 'main.yml'), role: { name, path: directory } },
    layers: [...spot.layers, ...defaults, ...vars],
    chain: [...spot.chain, link],
  };
  const meta = await readMeta(reading, directory, inner);
  const tasks = await partFile(reading, call, { directory, part: 'tasks' });
  const handlers = await partFile(reading, call, { directory, part: 'handlers' });
  const read = async (file: string | undefined, isHandlers: boolean) =>
    file === undefined
      ? []
      : readTasksOf(reading, file, { ...inner, place: { ...inner.place, file }, chain: [...inner.chain, file], handlers: isHandlers });
  const spec = await argumentSpec(reading, { directory, meta: meta.map, which: call.from.tasks ?? 'main' });
  return {
    name,
    path: directory,
    defaults,
    vars,
    dependencies: meta.dependencies,
    tasks: await read(tasks, false),
    handlers: await read(handlers, true),
    ...(meta.allowDuplicates === undefined ? {} : { allowDuplicates: meta.allowDuplicates }),
    ...(spec ? { argumentSpec: spec } : {}),
  };
}

async function findRole(reading: Reading, call: RoleCall, spot: Spot): Promise<string | undefined> {
  const { name } = call;
  const roots = [
    path.join(reading.playbookDir, 'roles'),
    ...reading.rolePaths,
    ...(spot.place.role ? [path.dirname(spot.place.role.path)] : []),
    reading.playbookDir,
  ];
  const [namespace, collection, role] = name.split('.');
  const inCollection =
    role === undefined
      ? []
      : [path.join(reading.playbookDir, 'collections/ansible_collections', `${namespace}/${collection}/roles/${role}`)];
  const candidates = [...inCollection, ...roots.map((root) => path.resolve(root, name)), path.resolve(path.dirname(spot.place.file), name)];
  for (const candidate of candidates) if ((await kindOf(candidate)) === 'directory') return candidate;
  const known = (await Promise.all(roots.slice(0, -1).map(listDirectory))).flat();
  const guess = nearest(name, known);
  const places = [...new Set(roots)].map((root) => shown(reading, root)).join(', ');
  reading.problems.error('role-not-found', `there is no role ${name}`, {
    at: call.at,
    hint: guess ? `did you mean ${guess}?` : `looked in ${places}`,
  });
  return undefined;
}

const NAMES = ['.yml', '.yaml', '.json', ''];

/** `tasks/main.yml` and the like; a file named by `tasks_from` must exist. */
async function partFile(
  reading: Reading,
  call: RoleCall,
  where: { directory: string; part: keyof RoleCall['from'] },
): Promise<string | undefined> {
  const asked = call.from[where.part];
  const base = path.join(where.directory, where.part, asked ?? 'main');
  const found = await firstFile([...(asked === undefined ? [] : [base]), ...NAMES.map((extension) => base + extension)]);
  if (found === undefined && asked !== undefined) {
    const guess = nearest(
      asked,
      (await listDirectory(path.dirname(base))).map((file) => path.parse(file).name),
    );
    reading.problems.error('file-not-found', `role ${call.name} has no ${where.part}/${asked}.yml`, {
      at: call.at,
      hint: guess ? `did you mean ${guess}?` : undefined,
    });
  }
  return found;
}

/** `vars/main.yml`, or every file below `vars/main/`. */
async function variables(
  reading: Reading,
  call: RoleCall,
  what: { directory: string; part: 'vars' | 'defaults'; precedence: Precedence },
): Promise<readonly Layer[]> {
  const folder = path.join(what.directory, what.part, call.from[what.part] ?? 'main');
  const files = (await kindOf(folder)) === 'directory' ? await varsFiles(folder) : [await partFile(reading, call, what)];
  const layers: Layer[] = [];
  for (const file of files) {
    const layer = file === undefined ? undefined : await readVarsFile(reading, file, { precedence: what.precedence });
    if (layer) layers.push(layer);
  }
  return layers;
}

const META = [...INHERITED, 'dependencies', 'allow_duplicates', 'galaxy_info', 'argument_specs', 'collections', 'galaxy_tags'];

interface Meta {
  readonly map?: MapNode;
  readonly dependencies: readonly RoleUse[];
  readonly allowDuplicates?: boolean;
}

async function readMeta(reading: Reading, directory: string, spot: Spot): Promise<Meta> {
  const map = await readMap(reading, [path.join(directory, 'meta/main.yml'), path.join(directory, 'meta/main.yaml')]);
  if (!map) return { dependencies: [] };
  checkKeys(reading.problems, map, { keys: META, where: 'meta/main.yml' });
  const dependencies: RoleUse[] = [];
  for (const item of itemsOf(child(map, 'dependencies'))) {
    const use = await readRoleUse(reading, item, { spot, how: 'dependency' });
    if (use) dependencies.push(use);
  }
  const duplicates = entry(map, 'allow_duplicates');
  return { map, dependencies, ...(duplicates ? { allowDuplicates: flag(reading, duplicates) === true } : {}) };
}

async function readMap(reading: Reading, candidates: readonly string[]): Promise<MapNode | undefined> {
  const file = await firstFile(candidates);
  const source = file === undefined ? undefined : await readSource(reading, file);
  const [root] = source ? parseYaml(source, reading.problems) : [];
  if (root?.kind === 'map') return root;
  if (root && !isNull(root))
    reading.problems.error('wrong-type', `${source?.file} must hold a mapping, not ${typeName(root)}`, { at: root.at });
  return undefined;
}

async function argumentSpec(
  reading: Reading,
  what: { directory: string; meta: MapNode | undefined; which: string },
): Promise<ArgumentSpec | undefined> {
  const own = await readMap(
    reading,
    ['yml', 'yaml'].map((extension) => path.join(what.directory, `meta/argument_specs.${extension}`)),
  );
  const specs = (own && child(own, 'argument_specs')) ?? (what.meta && child(what.meta, 'argument_specs'));
  const found = specs?.kind === 'map' ? entry(specs, path.parse(what.which).name) : undefined;
  return found && readArgumentSpec(reading, found);
}
