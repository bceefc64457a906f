/** Names that templates need and nothing defines, and names that are defined and nothing uses. */
import { dirname } from 'node:path';
import { type Diagnostic, nearest, type Span } from '../../core/diagnostic.ts';
import type { Plan } from '../../core/plan.ts';
import { isObject, type Value } from '../../core/value.ts';
import { shown } from '../../project/disk.ts';
import { type Definition, everywhere, inPlay } from '../../project/vars/definitions.ts';
import { type Compiled, needs, type Seen, type TextFile, wordsOf } from './files.ts';
import { placeKey } from './finding.ts';
import { nodesOf } from './includes.ts';

/** Special variables beside `ansible_…`, and what modules and lookups bring with them. */
const SPECIAL = [
  ...['inventory_hostname', 'inventory_hostname_short', 'inventory_file', 'inventory_dir', 'group_names', 'groups', 'hostvars'],
  ...['playbook_dir', 'play_hosts', 'role_name', 'role_path', 'role_names', 'omit', 'environment', 'vars', 'item', 'k8s_node'],
  ...['template_path', 'template_fullpath', 'template_host', 'template_uid', 'template_run_date', 'template_destpath', '_with_terms'],
];

export interface Project {
  readonly plan: Plan;
  readonly seen: Seen;
  readonly texts: readonly TextFile[];
  /** Names that only a run gives, because of includes nobody can follow. */
  readonly blind: boolean;
}

export function variableRules(project: Project): readonly Diagnostic[] {
  const defined = allDefinitions(project.plan);
  return [...(project.blind ? [] : undefinedNames(project, defined)), ...unusedNames(project, defined)];
}

function allDefinitions(plan: Plan): readonly Definition[] {
  const hosts = [...plan.inventory.hosts.keys()];
  return [...hosts.flatMap((host) => everywhere(plan, host)), ...plan.plays.flatMap(inPlay)];
}

function undefinedNames({ plan, seen, texts }: Project, defined: readonly Definition[]): readonly Diagnostic[] {
  const known = new Set([...SPECIAL, ...defined.map(({ name }) => name), ...loopNames(plan), ...laterNames(plan, texts)]);
  const told = new Set<string>();
  const found: Diagnostic[] = [];
  const ofObjects = objectConditions(plan);
  for (const compiled of [...seen.compiled, ...templateFiles(plan, texts)].filter(
    ({ at }) => at === undefined || !ofObjects.has(placeKey(at)),
  ))
    for (const { name, offset } of needs(compiled)) {
      if (known.has(name) || name.startsWith('ansible_')) continue;
      const at = compiled.place(offset);
      const key = `${name} ${at.file}:${at.line}:${at.column}`;
      if (told.has(key)) continue;
      told.add(key);
      const guess = nearest(name, known);
      found.push({
        severity: 'warning',
        code: 'undefined-variable',
        summary: `nothing defines ${name}`,
        hint: guess ? `did you mean ${guess}?` : `define it, give it with -e, or guard it: ${name} is defined, ${name} | default(…)`,
        at: { ...at, length: name.length },
      });
    }
  return found;
}

/** Conditions of cluster modules speak of the object they look at: `status.phase == 'Bound'`. */
function objectConditions(plan: Plan): ReadonlySet<string> {
  const tasks = plan.plays.flatMap(nodesOf).flatMap((node) => (node.kind === 'module' && node.module.target === 'cluster' ? [node] : []));
  const values = tasks.flatMap((task) => Object.values(task.args)).flat() as readonly { readonly at?: Span; readonly holds?: unknown }[];
  return new Set(values.flatMap((value) => (typeof value?.holds === 'function' && value.at ? [placeKey(value.at)] : [])));
}

function loopNames(plan: Plan): readonly string[] {
  return plan.plays.flatMap(nodesOf).flatMap((node) => {
    if (node.kind === 'block' || node.kind === 'meta' || !node.loop) return [];
    return [node.loop.loopVar, ...(node.loop.indexVar === undefined ? [] : [node.loop.indexVar])];
  });
}

/** Variables of include_vars files, of add_host, and parameters of roles: looked up where a run looks, by name alone. */
function laterNames(plan: Plan, texts: readonly TextFile[]): readonly string[] {
  const tasks = plan.plays.flatMap(nodesOf);
  const added = tasks.flatMap((node) => (node.kind === 'module' && node.module.enlists ? Object.keys(node.args) : []));
  const including = tasks.some((node) => node.kind === 'module' && node.module.name === 'include_vars');
  const keys = including ? texts.filter(({ path }) => /\.(?:ya?ml|json)$/.test(path)).flatMap(({ text }) => topKeys(text)) : [];
  return [...added, ...keys];
}

const topKeys = (text: string): readonly string[] => [...text.matchAll(/^ {0,4}"?([A-Za-z_]\w*)"?\s*:/gm)].map(([, name = '']) => name);

/** Files that tasks with the module template name outright. */
function templateFiles(plan: Plan, texts: readonly TextFile[]): readonly Compiled[] {
  const names = plan.plays
    .flatMap(nodesOf)
    .flatMap((node) =>
      node.kind === 'module' && node.module.name === 'template' && typeof node.args['src'] === 'string' ? [node.args['src']] : [],
    );
  return texts.flatMap(({ path, text }) => {
    if (!names.some((name) => path.endsWith(`/templates/${name}`))) return [];
    const place = (offset: number): Span => {
      const before = text.slice(0, offset).split('\n');
      return { file: shown({ cwd: process.cwd() }, path), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    };
    return [{ source: text, kind: 'file', place }];
  });
}

/** Connection and other settings are used by pb itself; a register is often there for its side. */
const usedByPb = ({ name, origin }: Definition): boolean => name.startsWith('ansible_') || name.startsWith('_') || origin === 'register';

function unusedNames({ plan, seen, texts }: Project, defined: readonly Definition[]): readonly Diagnostic[] {
  const used = new Set<string>();
  for (const { source } of seen.compiled) for (const word of wordsOf(source)) used.add(word);
  // in files that were not loaded every word counts but the keys they define
  for (const { text } of texts) for (const word of wordsOf(text.replace(/^\s*(?:-\s+)?[\w"']+\s*:/gm, ''))) used.add(word);
  // arguments of roles are used where their specification says so
  for (const node of plan.plays.flatMap(nodesOf))
    if (node.kind === 'module' && node.module.name === 'validate_argument_spec')
      for (const word of namesIn(node.args['argument_spec'] as Value | undefined)) used.add(word);
  const told = new Set<string>();
  return defined.flatMap((one) => {
    const { name, at } = one;
    if (at === undefined || at.file.startsWith('-') || used.has(name) || usedByPb(one)) return [];
    const key = `${name} ${at.file}:${at.line}`;
    if (told.has(key)) return [];
    told.add(key);
    return [
      {
        severity: 'warning' as const,
        code: 'unused-variable',
        summary: `nothing uses ${name}`,
        hint: 'remove it, or use it',
        at,
      },
    ];
  });
}

const namesIn = (value: Value | undefined): readonly string[] => (isObject(value) ? Object.keys(value) : []);

/** Folders in which the project's files lie. */
export const foldersOf = (plan: Plan, seen: Seen): readonly string[] =>
  seen.sources.size === 0
    ? []
    : [
        plan.playbookDir,
        ...plan.inventory.sources.filter((one) => !one.includes(',')).map((one) => (/\.\w+$/.test(one) ? dirname(one) : one)),
      ];
