/** A playbook file: its plays, and those of the playbooks it imports. */
import path from 'node:path';
import type { Layer } from '../../core/precedence.ts';
import type { Expression, Value } from '../../core/value.ts';
import { firstFile, readSource, shown } from '../disk.ts';
import { inPlaybook, type Reading } from '../reading.ts';
import { staticValue } from '../vars/scope.ts';
import { entry, isNull, type MapNode, typeName } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { layerOf, toValue } from '../yaml/value.ts';
import type { PlayOf } from './ast.ts';
import { keywords } from './common.ts';
import { checkKeys, IMPORT_PLAYBOOK } from './keywords.ts';
import { type PlayContext, readPlay } from './play.ts';

interface Around extends Omit<PlayContext, 'file'> {
  readonly tags: readonly Value[];
  readonly when: readonly Expression[];
  /** Playbooks being read around this one. */
  readonly chain: readonly string[];
}

export async function readPlaybook(around: Reading, file: string, about: Around): Promise<readonly PlayOf[]> {
  const reading = inPlaybook(around, file);
  const { problems } = reading;
  const source = await readSource(reading, file, undefined);
  if (!source) return [];
  const plays: PlayOf[] = [];
  for (const root of parseYaml(source, problems)) {
    if (isNull(root)) continue;
    if (root.kind !== 'seq') {
      problems.error('wrong-type', `a playbook is a list of plays, not ${typeName(root)}`, {
        at: root.at,
        hint: 'begin each play with "- hosts:"',
      });
      continue;
    }
    for (const item of root.items) {
      if (item.kind !== 'map') problems.error('wrong-type', `a play must be a mapping, not ${typeName(item)}`, { at: item.at });
      else if (importOf(item)) plays.push(...(await importPlaybook(reading, item, { ...about, file })));
      else {
        const play = await readPlay(reading, item, { ...about, file });
        if (play) plays.push({ ...play, tags: [...about.tags, ...play.tags], when: [...about.when, ...play.when] });
      }
    }
  }
  if (plays.length === 0 && !problems.failed)
    problems.warning('empty-playbook', `${shown(reading, file)} has no plays`, { at: { file: source.file, line: 1, column: 1 } });
  return plays;
}

const QUALIFIED = ['ansible.builtin.import_playbook', 'ansible.legacy.import_playbook'];
const importOf = (map: MapNode) => ['import_playbook', ...QUALIFIED].map((key) => entry(map, key)).find((found) => found !== undefined);

async function importPlaybook(reading: Reading, map: MapNode, about: Around & { file: string }): Promise<readonly PlayOf[]> {
  const { problems } = reading;
  const name = importOf(map);
  checkKeys(problems, map, { keys: [...IMPORT_PLAYBOOK, ...QUALIFIED], where: 'import_playbook' });
  if (!name) return [];
  const common = keywords(reading, map);
  const imported: Layer[] = [...about.imported, ...(common.vars ? [layerOf(reading, common.vars, { precedence: 'play vars' })] : [])];
  const value: Value = toValue(reading, name.value);
  const target = staticValue(reading, value, {
    layers: [...imported, about.extraVars],
    at: name.value.at,
    what: 'the imported playbook',
    hint: 'give the variable with -e',
  });
  if (typeof target !== 'string') {
    if (target !== undefined)
      problems.error('wrong-type', `import_playbook must name a file, not ${typeName(name.value)}`, { at: name.value.at });
    return [];
  }
  const file = await firstFile([path.resolve(path.dirname(about.file), target)]);
  if (file === undefined) {
    problems.error('file-not-found', `there is no playbook ${target}`, {
      at: name.value.at,
      hint: `looked in ${shown(reading, path.dirname(about.file))}`,
    });
    return [];
  }
  if (about.chain.includes(file)) {
    problems.error('import-loop', `${shown(reading, file)} imports itself`, { at: name.value.at });
    return [];
  }
  return readPlaybook(reading, file, {
    ...about,
    imported,
    tags: [...about.tags, ...common.tags],
    when: [...about.when, ...common.when],
    chain: [...about.chain, file],
  });
}
