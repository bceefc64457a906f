/** A role being used: an entry of `roles:`, a dependency of another role, or import_role. */
import { nearest } from '../../core/diagnostic.ts';
import { knownAt, type Reading, type Spot } from '../reading.ts';
import { staticValue } from '../vars/scope.ts';
import { type Entry, entry, type MapNode, typeName, type YamlNode } from '../yaml/node.ts';
import { layerOf, toValue } from '../yaml/value.ts';
import type { Keywords, RoleUse } from './ast.ts';
import { keywords } from './common.ts';
import { ROLE, unsupported } from './keywords.ts';
import { type RoleCall, readRole } from './role.ts';
import { flag } from './typed.ts';

/** Keys of ansible-galaxy in dependencies: where a role came from, no parameters. */
const GALAXY = ['src', 'scm', 'version'];

export async function readRoleUse(
  reading: Reading,
  node: YamlNode,
  about: { spot: Spot; how: 'roles' | 'dependency' },
): Promise<RoleUse | undefined> {
  const { problems } = reading;
  const { spot, how } = about;
  const map: MapNode =
    node.kind === 'map'
      ? node
      : {
          kind: 'map',
          at: node.at,
          entries: node.kind === 'scalar' && node.value !== null ? [{ key: 'role', keyAt: node.at, value: node }] : [],
        };
  const named = entry(map, 'role') ?? entry(map, 'name') ?? entry(map, 'src');
  if (!named) {
    problems.error(
      'role',
      node.kind === 'map' ? 'this role entry names no role' : `a role is named by a string or a mapping, not ${typeName(node)}`,
      { at: node.at, hint: 'write "- role: NAME"' },
    );
    return undefined;
  }
  const { name: _, ...common } = keywords(reading, map);
  const params = map.entries.filter(({ key, keyAt }) => {
    if (ROLE.includes(key) || (how === 'dependency' && GALAXY.includes(key))) return !unsupported(problems, key, keyAt) && false;
    const guess = nearest(key, ROLE);
    if (guess && key.length > 2)
      problems.warning('role-parameter', `${key} is taken as a parameter of the role`, { at: keyAt, hint: `did you mean ${guess}?` });
    return true;
  });
  const layers = [
    ...(common.vars ? [layerOf(reading, common.vars, { precedence: 'role vars' })] : []),
    ...(params.length > 0 ? [layerOf(reading, { ...map, entries: params }, { precedence: 'role params' })] : []),
  ];
  const inner = { ...spot, layers: [...spot.layers, ...layers] };
  const name = roleName(reading, named, inner);
  const role = name === undefined ? undefined : await readRole(reading, { name, at: named.value.at, from: {} }, inner);
  return (
    role && { kind: 'role', ...common, role, params, allowDuplicates: role.allowDuplicates === true, validate: true, public: true, how }
  );
}

export async function importRole(
  reading: Reading,
  args: readonly Entry[],
  about: { common: Keywords; spot: Spot },
): Promise<RoleUse | undefined> {
  const { common, spot } = about;
  const map: MapNode = { kind: 'map', entries: args, at: common.at };
  const named = entry(map, 'name') ?? entry(map, 'role');
  if (!named) {
    reading.problems.error('missing-argument', 'import_role needs the name of a role', { at: common.at });
    return undefined;
  }
  const own = common.vars ? [layerOf(reading, common.vars, { precedence: 'task vars' })] : [];
  const inner = { ...spot, layers: [...spot.layers, ...own] };
  const name = roleName(reading, named, inner);
  if (name === undefined) return undefined;
  const from: { [part: string]: string } = {};
  for (const part of ['tasks', 'vars', 'defaults', 'handlers']) {
    const item = entry(map, `${part}_from`);
    const value = item && staticText(reading, item, { layers: knownAt(inner), what: `${part}_from` });
    if (value !== undefined) from[part] = value;
  }
  const role = await readRole(reading, { name, at: named.value.at, from: from as RoleCall['from'] }, inner);
  const option = (key: string): boolean => {
    const item = entry(map, key);
    return item ? flag(reading, item) !== false : true;
  };
  return (
    role && {
      kind: 'role',
      ...common,
      role,
      params: [],
      allowDuplicates: option('allow_duplicates'),
      validate: option('rolespec_validate'),
      public: option('public'),
      how: 'import_role',
    }
  );
}

const roleName = (reading: Reading, named: Entry, spot: Spot): string | undefined =>
  staticText(reading, named, { layers: knownAt(spot), what: 'the name of a role' });

function staticText(reading: Reading, item: Entry, about: { layers: Spot['layers']; what: string }): string | undefined {
  const value = staticValue(reading, toValue(reading, item.value), {
    ...about,
    at: item.value.at,
    hint: 'use include_role where it depends on a host',
  });
  if (typeof value === 'string' || value === undefined) return value;
  reading.problems.error('wrong-type', `${about.what} must be a string, not ${typeName(item.value)}`, { at: item.value.at });
  return undefined;
}
