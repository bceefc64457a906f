/** Files of tasks: found as Ansible looks for them, and read. */
import path from 'node:path';
import { firstFile, readSource, shown } from '../disk.ts';
import type { Reading, Spot } from '../reading.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { Item, Place } from './ast.ts';
import { readItems } from './items.ts';

/** The tasks of another file, looked for beside the file that names it, in the role's tasks (those that a handler includes, too) and beside the playbook. */
export async function readTaskFile(
  reading: Reading,
  name: string,
  about: { spot: Spot; at: Item['at'] },
): Promise<readonly Item[] | undefined> {
  const { spot, at } = about;
  const { place } = spot;
  const candidates = taskFiles(reading, name, place);
  const file = await firstFile(candidates);
  if (file === undefined) {
    const places = candidates.map((item) => shown(reading, item)).join(', ');
    reading.problems.error('file-not-found', `there is no file ${name}`, { at, hint: `looked at ${places}` });
    return undefined;
  }
  if (spot.chain.includes(file)) {
    reading.problems.error('import-loop', `${shown(reading, file)} imports itself`, {
      at,
      hint: 'use include_tasks with a condition that ends it',
    });
    return undefined;
  }
  return readTasksOf(reading, file, { ...spot, place: { ...place, file }, chain: [...spot.chain, file] });
}

export async function readTasksOf(reading: Reading, file: string, spot: Spot): Promise<readonly Item[]> {
  const source = await readSource(reading, file);
  const [root] = source ? parseYaml(source, reading.problems) : [];
  return readItems(reading, root, spot);
}

const taskFiles = (reading: Reading, name: string, place: Place): readonly string[] => [
  ...new Set(
    [
      path.dirname(place.file),
      ...(place.role ? [path.join(place.role.path, 'tasks'), place.role.path] : []),
      reading.playbookDir,
      path.join(reading.playbookDir, 'tasks'),
    ].map((directory) => path.resolve(directory, name)),
  ),
];
