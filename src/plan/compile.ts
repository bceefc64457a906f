/** Project and selection → plan. Pure: no file is read here. */
import type { Loaded, Span } from '../core/diagnostic.ts';
import type { ModuleTask, Node, Plan, Play } from '../core/plan.ts';
import type { Layer } from '../core/precedence.ts';
import { OMIT } from '../core/resolve.ts';
import type { HostName, TaskId, Value } from '../core/value.ts';
import { booleanOf } from '../core/yes-no.ts';
import { matchHosts } from '../project/inventory/pattern.ts';
import type { Project } from '../project/load.ts';
import type { PlayOf, RoleUse } from '../project/playbook/ast.ts';
import { problems as collect } from '../project/problems.ts';
import { inPlaybook, type Reading } from '../project/reading.ts';
import { staticValue } from '../project/vars/scope.ts';
import { callOf } from './arguments.ts';
import type { Inherited } from './inherit.ts';
import { type Compiling, nodesOf, roleNodes, rolesOfPlay } from './nodes.ts';
import { from, nearestName, type StartAt, startAt, type TagSelection, TagsSeen } from './select.ts';
import { serialOf } from './serial.ts';
import { tagsOf } from './tags.ts';

export interface Selection {
  /** Host patterns; files named by `@` are expanded already. */
  readonly limit?: readonly string[];
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  /** Of plays that do not say. */
  readonly forceHandlers?: boolean;
  readonly gatherFacts?: boolean;
  /** Of order: shuffle; 0 where it is left out. */
  readonly shuffleSeed?: number;
  /** A pattern that matches no host is no error. */
  readonly allowEmpty?: boolean;
}

interface Run {
  readonly project: Project;
  readonly reading: Reading;
  readonly selection: Selection;
  readonly tags: TagSelection;
  readonly seen: TagsSeen;
  readonly limit: ReadonlySet<HostName> | undefined;
  prefix(name: string): string;
  /** Whether a play so far may have put hosts into the inventory. */
  enlists: boolean;
}

export function compile(project: Project, selection: Selection = {}): Loaded<Plan> {
  const problems = collect(project.reading.problems.list);
  const reading: Reading = { ...project.reading, problems };
  const used = new Map<string, number>();
  const run: Run = {
    project,
    reading,
    selection,
    tags: { tags: selection.tags?.length ? selection.tags : ['all'], skipTags: selection.skipTags ?? [] },
    seen: new TagsSeen(),
    limit: limitOf(project, reading, selection),
    prefix(name) {
      const count = (used.get(name) ?? 0) + 1;
      used.set(name, count);
      return count === 1 ? name : `${name}#${count}`;
    },
    enlists: false,
  };
  const compiled = project.plays.map((play, index) => playOf(run, play, index));
  for (const { tag, hint } of run.seen.missing(selection.tags ?? []))
    problems.warning('no-such-tag', `--tags ${tag}: no task has this tag`, { hint });
  const plays = selection.startAtTask === undefined ? compiled : started(reading, compiled, startAt(selection.startAtTask));
  const { inventory, extraVars, playbookLayers, playbookDir } = project;
  return { value: { plays, inventory, extraVars, playbookLayers, playbookDir }, diagnostics: problems.list };
}

function limitOf(project: Project, reading: Reading, { limit, allowEmpty }: Selection): ReadonlySet<HostName> | undefined {
  if (limit === undefined || limit.length === 0) return undefined;
  const { hosts, unknown } = matchHosts(project.inventory, limit);
  for (const { pattern, hint } of unknown)
    reading.problems.error('unknown-host-pattern', `--limit: no host or group is named ${pattern}`, { hint });
  if (hosts.length === 0 && unknown.length === 0 && !allowEmpty)
    reading.problems.error('no-hosts-matched', `--limit ${limit.join(',')} leaves no host`);
  return new Set(hosts);
}

function playOf(run: Run, play: PlayOf, index: number): Play {
  const { project } = run;
  const reading = inPlaybook(run.reading, play.file);
  const known: readonly Layer[] = [...play.layers, project.extraVars];
  const patterns = hostPatterns(reading, play, known);
  const name = typeof play.name === 'string' ? play.name : undefined;
  const shownName =
    play.name === undefined
      ? patterns.join(',')
      : (name ?? String(evaluated(reading, play.name, { known, at: play.at, what: 'the name of a play' }) ?? ''));
  const id = run.prefix(slug(shownName) || `play-${index + 1}`);
  const roles = rolesOfPlay();
  const on: Compiling = { reading, selection: run.tags, seen: run.seen, known, handlers: false, prefix: run.prefix, roles };
  const base: Inherited = {
    settings: play.settings,
    tags: play.tags,
    when: play.when,
    notify: [],
    moduleDefaults: play.moduleDefaults,
    layers: [],
    path: `${id}/`,
  };
  const part = (items: PlayOf['tasks'], prefix: string): readonly Node[] => nodesOf(on, items, { ...base, path: `${base.path}${prefix}` });
  const before = part(play.preTasks, 'pre.');
  const ofRoles = play.roles.flatMap((use, position) => roleNodes(on, use, { ...base, path: `${base.path}role.${position + 1}` }));
  const main = part(play.tasks, '');
  const after = part(play.postTasks, 'post.');
  const own = nodesOf({ ...on, handlers: true }, play.handlers, { ...base, path: `${base.path}handlers.` });
  const percentage = evaluated(reading, play.maxFailPercentage, { known, at: play.at, what: 'max_fail_percentage' });
  const truth = (value: Value | undefined, fallback: boolean, what: string): boolean =>
    booleanOf(String(evaluated(reading, value, { known, at: play.at, what }) ?? fallback)) ?? fallback;
  const hosts = hostsOf(run, play, patterns);
  run.enlists ||= [before, ofRoles, main, after].some((nodes) => nodes.some(mayEnlist));
  return {
    id,
    name: shownName,
    at: play.at,
    playbookDir: reading.playbookDir,
    pattern: patterns,
    tags: tagsOf(reading, play.tags, known),
    hosts,
    strategy: play.strategy,
    serial: serialOf(reading, evaluated(reading, play.serial, { known, at: play.at, what: 'serial' }), play.at),
    ...(percentage === undefined ? {} : { maxFailPercentage: percent(reading, percentage, play.at) }),
    anyErrorsFatal: truth(play.settings.any_errors_fatal, false, 'any_errors_fatal'),
    forceHandlers: truth(play.forceHandlers, run.selection.forceHandlers ?? false, 'force_handlers'),
    ...(truth(play.gatherFacts, run.selection.gatherFacts ?? true, 'gather_facts') ? gathering(reading, play, base) : {}),
    ...(play.varsFiles.length > 0 ? { varsFiles: play.varsFiles } : {}),
    ...orderOf(play, run.selection),
    roleNames: roleNames(play.roles),
    layers: [...play.layers, ...roles.layers],
    sections: [before, [...ofRoles, ...main], after],
    // the last of one name wins, so the play's own come after those of roles
    handlers: [...roles.handlers, ...own],
    settings: play.settings,
  };
}

/** gather_facts: the module setup, with the play's keywords; `always`, so that --tags does not take the facts away. */
function gathering(reading: Reading, play: PlayOf, from: Inherited): { readonly gather?: ModuleTask } {
  const { settings, path } = from;
  const setup = reading.modules.find('setup');
  if (!setup) return {};
  const place = { id: `${path}gather:setup` as TaskId, at: play.at, argsAt: play.at };
  const call = { kind: 'module', ...play, module: setup, as: 'setup', args: play.gather, argsAt: play.at } as const;
  const { module, args } = callOf(reading, call, from.moduleDefaults);
  const keywords = { tags: ['always'], when: [], layers: [], settings, notify: [] };
  return { gather: { kind: 'module', name: 'Gathering Facts', as: 'setup', module, args, ...place, ...keywords } };
}

/** Names for ansible_play_role_names and ansible_dependent_role_names. */
function roleNames(uses: readonly RoleUse[]): NonNullable<Play['roleNames']> {
  const below = (use: RoleUse): readonly string[] => use.role.dependencies.flatMap((one) => [one.role.name, ...below(one)]);
  return { direct: uses.map((use) => use.role.name), dependent: [...new Set(uses.flatMap(below))] };
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);

function evaluated(reading: Reading, value: Value | undefined, about: { known: readonly Layer[]; at: Span; what: string }) {
  if (value === undefined) return undefined;
  const found = staticValue(reading, value, { layers: about.known, at: about.at, what: about.what, hint: 'use play variables or -e' });
  return found === OMIT ? undefined : found;
}

function hostPatterns(reading: Reading, play: PlayOf, known: readonly Layer[]): readonly string[] {
  const value = staticValue(reading, play.hosts, {
    layers: known,
    at: play.hostsAt,
    what: 'hosts',
    hint: 'use play variables or -e, for example -e target=workers',
  });
  const list = Array.isArray(value) ? value.flat() : value === undefined || value === null ? [] : [value];
  return list.map(String).filter((item) => item.trim() !== '');
}

/** add_host, group_by, and includes, which may hold them. */
const mayEnlist = (node: Node): boolean =>
  node.kind === 'block'
    ? [...node.block, ...node.rescue, ...node.always].some(mayEnlist)
    : node.kind === 'include' || (node.kind === 'module' && node.module.enlists === true);

function hostsOf(run: Run, play: PlayOf, patterns: readonly string[]): readonly HostName[] {
  const { problems } = run.reading;
  const { hosts, unknown } = matchHosts(run.project.inventory, patterns);
  if (!run.selection.allowEmpty && !run.enlists) {
    for (const { pattern, hint } of unknown)
      problems.error('unknown-host-pattern', `no host or group is named ${pattern}`, {
        at: play.hostsAt,
        hint: hint ?? 'pb inventory shows what there is',
      });
    if (hosts.length === 0 && unknown.length === 0 && patterns.length > 0)
      problems.error('no-hosts-matched', `${patterns.join(',')} matches no host`, {
        at: play.hostsAt,
        hint: 'use --allow-empty if that may be',
      });
  }
  return run.limit ? hosts.filter((host) => run.limit?.has(host)) : hosts;
}

function orderOf({ order }: PlayOf, { shuffleSeed = 0 }: Selection): Pick<Play, 'order'> {
  if (order === 'shuffle') return { order: shuffleSeed };
  return order === undefined || order === 'inventory' ? {} : { order };
}

function percent(reading: Reading, value: unknown, at: Span): number {
  const number = Number(String(value).replace(/%$/, ''));
  if (Number.isFinite(number) && number >= 0) return number;
  reading.problems.error('wrong-type', `max_fail_percentage must be a number, not ${JSON.stringify(value)}`, { at });
  return 0;
}

/** Drops everything before the task; plays before it do nothing at all. */
function started(reading: Reading, plays: readonly Play[], start: StartAt): readonly Play[] {
  const kept = plays.map((play) => {
    const sections = play.sections.map((section) => from(section, start));
    const { gather, ...rest } = play;
    return { ...rest, sections, ...(gather && start.found ? { gather } : {}) };
  });
  if (!start.found) {
    const guess = nearestName(start);
    reading.problems.error('start-at-task', `--start-at-task: no task is named ${JSON.stringify(start.pattern)}`, {
      hint: guess ? `did you mean "${guess}"?` : 'pb run --list-tasks shows the names',
    });
  }
  return kept;
}
