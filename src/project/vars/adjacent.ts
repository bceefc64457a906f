/** group_vars/ and host_vars/ beside an inventory or a playbook. */
import path from 'node:path';
import { nearest } from '../../core/diagnostic.ts';
import type { Layer, Precedence } from '../../core/precedence.ts';
import type { Context } from '../context.ts';
import { kindOf, listDirectory, shown } from '../disk.ts';
import { problems as collect } from '../problems.ts';
import { readVarsFile } from './file.ts';

const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

/** Also for groups and hosts that no inventory names: tasks may add them. */
export interface Adjacent {
  /** Group name → layers, in the order in which they win. */
  readonly groups: ReadonlyMap<string, readonly Layer[]>;
  readonly hosts: ReadonlyMap<string, readonly Layer[]>;
}

export interface Names {
  readonly groups: Iterable<string>;
  readonly hosts: Iterable<string>;
}

export async function loadAdjacent(
  context: Context,
  directory: string,
  about: { beside: 'inventory' | 'playbook'; names: Names },
): Promise<Adjacent> {
  const load = async (folder: 'group_vars' | 'host_vars', known: ReadonlySet<string>) =>
    loadFolder(context, path.join(directory, folder), { known, what: folder === 'group_vars' ? 'group' : 'host', beside: about.beside });
  return {
    groups: await load('group_vars', new Set(about.names.groups)),
    hosts: await load('host_vars', new Set(about.names.hosts)),
  };
}

interface Folder {
  readonly known: ReadonlySet<string>;
  readonly what: 'group' | 'host';
  readonly beside: 'inventory' | 'playbook';
}

async function loadFolder(context: Context, folder: string, { known, what, beside }: Folder): Promise<Map<string, Layer[]>> {
  const files = await listDirectory(folder);
  const found = new Map<string, Layer[]>();
  const used = new Set<string>();
  const others = files.filter(isVarsFile).map((file) => path.parse(file).name);
  for (const name of new Set([...known, ...others])) {
    // What is wrong with a file that may never be used is no mistake of the project.
    const reading = known.has(name) ? context : { ...context, problems: collect() };
    const candidates = EXTENSIONS.map((extension) => name + extension).filter((file) => files.includes(file));
    const [first, ...shadowed] = candidates;
    if (known.has(name)) for (const file of candidates) used.add(file);
    if (first === undefined) continue;
    // Ansible reads the first of name, name.yml, name.yaml, name.json and never the others
    for (const other of shadowed)
      reading.problems.warning('shadowed-vars-file', `${shown(context, path.join(folder, other))} is never read: ${first} comes first`, {
        at: { file: shown(context, path.join(folder, other)), line: 1, column: 1 },
        hint: `move it into the directory ${name}/`,
      });
    const precedence = precedenceOf(what, beside, name);
    for (const file of await varsFiles(path.join(folder, first))) {
      const layer = await readVarsFile(reading, file, { precedence });
      if (layer) found.set(name, [...(found.get(name) ?? []), layer]);
    }
  }
  for (const file of files) if (!used.has(file)) unknownName(context, path.join(folder, file), { known, what });
  return found;
}

function precedenceOf(what: 'group' | 'host', beside: 'inventory' | 'playbook', name: string): Precedence {
  if (what === 'host') return `${beside} host_vars`;
  return name === 'all' ? `${beside} group_vars/all` : `${beside} group_vars`;
}

const isVarsFile = (file: string): boolean => !file.startsWith('.') && !file.endsWith('~') && EXTENSIONS.includes(path.extname(file));

function unknownName(context: Context, file: string, { known, what }: { known: ReadonlySet<string>; what: 'group' | 'host' }): void {
  if (!isVarsFile(path.basename(file))) return;
  const { name } = path.parse(file);
  const place = shown(context, file);
  const guess = nearest(name, known);
  context.problems.warning(`unknown-${what}`, `${place} is for the ${what} ${name}, which is not in the inventory`, {
    at: { file: place, line: 1, column: 1 },
    ...(guess ? { hint: `did you mean ${guess}?` } : {}),
  });
}

/** A file itself, or every variables file below a directory, sorted. */
export async function varsFiles(file: string): Promise<readonly string[]> {
  if ((await kindOf(file)) !== 'directory') return [file];
  const inside: string[] = [];
  for (const name of await listDirectory(file)) {
    if (!isVarsFile(name)) continue;
    inside.push(...(await varsFiles(path.join(file, name))));
  }
  return inside;
}
