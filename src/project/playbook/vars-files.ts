/** vars_files: each entry a file, or a list of which the first that exists is taken. */
import path from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { HostVarsFile } from '../../core/plan.ts';
import type { Layer } from '../../core/precedence.ts';
import { resolveNow } from '../../core/resolve.ts';
import { PendingLookup, type Resolved, type Value } from '../../core/value.ts';
import { firstFile } from '../disk.ts';
import type { Reading } from '../reading.ts';
import { readVarsFile } from '../vars/file.ts';
import { layerScope } from '../vars/scope.ts';
import { itemsOf, typeName, type YamlNode } from '../yaml/node.ts';
import { toValue } from '../yaml/value.ts';

export interface VarsFiles {
  readonly layers: readonly Layer[];
  /** From the first entry on that depends on a host: of two files the later wins, so what follows has to wait too. */
  readonly perHost: readonly HostVarsFile[];
}

export async function readVarsFiles(
  reading: Reading,
  node: YamlNode | undefined,
  about: { directory: string; layers: readonly Layer[] },
): Promise<VarsFiles> {
  const layers: Layer[] = [];
  const perHost: HostVarsFile[] = [];
  for (const item of itemsOf(node)) {
    const choices = itemsOf(item).filter((choice) => {
      if (choice.kind === 'scalar' && typeof choice.value === 'string') return true;
      reading.problems.error('wrong-type', `vars_files holds names of files, not ${typeName(choice)}`, { at: choice.at });
      return false;
    });
    const values = choices.map((choice) => toValue(reading, choice));
    const names = perHost.length > 0 ? undefined : known(reading, values, [...about.layers, ...layers]);
    if (values.length === 0) continue;
    if (!names) perHost.push({ names: values, at: item.at });
    else layers.push(...(await read(reading, names, { item, directory: about.directory })));
  }
  return { layers, perHost };
}

/** The names, where none depends on a host. */
function known(reading: Reading, values: readonly Value[], layers: readonly Layer[]): readonly string[] | undefined {
  const scope = layerScope([...layers, ...(reading.magic ? [reading.magic] : [])]);
  try {
    const names: readonly Resolved[] = values.map((value) => resolveNow(value, scope));
    return names.map(String);
  } catch (error) {
    if (error instanceof PendingLookup || error instanceof PbError) return undefined;
    throw error;
  }
}

async function read(reading: Reading, names: readonly string[], about: { item: YamlNode; directory: string }): Promise<readonly Layer[]> {
  const { item, directory } = about;
  const candidates = names.flatMap((name) => [path.resolve(directory, 'vars', name), path.resolve(directory, name)]);
  const file = await firstFile(candidates);
  if (file === undefined) {
    reading.problems.error('file-not-found', `vars_files: there is no ${names.join(' or ')}`, {
      at: item.at,
      hint: `looked in ${path.relative(reading.cwd, directory) || '.'} and its vars/`,
    });
    return [];
  }
  const layer = await readVarsFile(reading, file, { precedence: 'vars_files', from: item.at });
  return layer ? [layer] : [];
}
