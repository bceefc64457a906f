/** vars_files: each entry a file, or a list of which the first that exists is taken. */
import path from 'node:path';
import type { Layer } from '../../core/precedence.ts';
import { firstFile } from '../disk.ts';
import type { Reading } from '../reading.ts';
import { readVarsFile } from '../vars/file.ts';
import { staticValue } from '../vars/scope.ts';
import { itemsOf, type YamlNode } from '../yaml/node.ts';
import { toValue } from '../yaml/value.ts';

export async function readVarsFiles(
  reading: Reading,
  node: YamlNode | undefined,
  about: { directory: string; layers: readonly Layer[] },
): Promise<readonly Layer[]> {
  const found: Layer[] = [];
  for (const item of itemsOf(node)) {
    const names: string[] = [];
    for (const choice of itemsOf(item)) {
      const name = staticValue(reading, toValue(reading, choice), {
        layers: [...about.layers, ...found],
        at: choice.at,
        what: 'the name in vars_files',
        hint: 'use include_vars in a task where it depends on a host',
      });
      if (typeof name === 'string') names.push(name);
      else if (name !== undefined) reading.problems.error('wrong-type', 'vars_files holds names of files', { at: choice.at });
    }
    if (names.length === 0) continue;
    const candidates = names.flatMap((name) => [path.resolve(about.directory, 'vars', name), path.resolve(about.directory, name)]);
    const file = await firstFile(candidates);
    const layer = file === undefined ? undefined : await readVarsFile(reading, file, { precedence: 'vars_files', from: item.at });
    if (layer) found.push(layer);
    if (file === undefined)
      reading.problems.error('file-not-found', `vars_files: there is no ${names.join(' or ')}`, {
        at: item.at,
        hint: `looked in ${path.relative(reading.cwd, about.directory) || '.'} and its vars/`,
      });
  }
  return found;
}
