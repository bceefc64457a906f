/** Labels of SELinux and flags of chattr, for every module that puts files somewhere. */
import type { Change, Step } from '../../core/change.ts';
import type { AnyModule, Decision, HostReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { type FileLabel, type FileLabels, fileLabels } from '../../probes/file-labels.ts';
import { change, failed, optional, text } from '../define.ts';
import { join } from './path.ts';

const part = (what: string) =>
  optional(text(`${what} of the label of SELinux; "_default" is what the policy has; without SELinux nothing is set`));

export const labelArgs = {
  seuser: part('User'),
  serole: part('Role'),
  setype: part('Type'),
  selevel: part('Level'),
  attributes: optional(
    text('Flags as in chattr: "+i" sets, "-i" clears, "=i" or "i" leaves these alone', { pattern: '^[-+=]?[A-Za-z]+$' }),
  ),
};

interface Asked {
  readonly seuser?: string;
  readonly serole?: string;
  readonly setype?: string;
  readonly selevel?: string;
  readonly attributes?: string;
}

const PARTS = ['seuser', 'serole', 'setype', 'selevel'] as const;
const LETTERS = { seuser: '-u', serole: '-r', setype: '-t', selevel: '-l' };

const isAsked = (given: Asked): boolean => given.attributes !== undefined || PARTS.some((name) => given[name] !== undefined);

/** "user:role:type:level"; a level may hold colons itself. */
const partsOf = (context: string): readonly string[] => {
  const [user = '', role = '', type = '', ...level] = context.split(':');
  return [user, role, type, level.join(':')];
};

/** The asked parts of the label, "_default" worked out. */
function contextOf(given: Asked, { policy }: FileLabel): readonly (string | undefined)[] {
  const fallback = policy === null ? [] : partsOf(policy);
  return PARTS.map((name, index) => (given[name] === '_default' ? fallback[index] : given[name]));
}

/** Undefined where the flags are as asked. */
function flagsOf(asked: string, now: string): string | undefined {
  const [, sign = '=', letters = ''] = /^([-+=])?(.*)$/.exec(asked) ?? [];
  const sorted = (all: string): string => [...new Set(all)].sort().join('');
  const wanted = sign === '+' ? now + letters : sign === '-' ? [...now].filter((flag) => !letters.includes(flag)).join('') : letters;
  return sorted(wanted) === sorted(now) ? undefined : sorted(wanted);
}

interface Difference {
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** All that is asked, whether it differs or not: a file that is written anew has lost it. */
  readonly steps: readonly Step[];
}

function differenceAt(path: string, given: Asked, now: FileLabel, selinux: boolean, link: boolean): Difference {
  const wanted = selinux ? contextOf(given, now) : [];
  const words = wanted.flatMap((value, index) => (value === undefined ? [] : [LETTERS[PARTS[index] ?? 'setype'], value]));
  const current = partsOf(now.context ?? '');
  const other = PARTS.map((name, index) => ({ name, from: current[index] ?? '', to: wanted[index] })).filter(
    ({ from, to }) => to !== undefined && to !== from,
  );
  const flags = given.attributes === undefined ? undefined : flagsOf(given.attributes, now.flags ?? '');
  const attributes = given.attributes ?? '';
  const steps: Step[] = [
    ...(words.length === 0 ? [] : [{ do: 'exec', argv: ['chcon', ...(link ? ['-h'] : []), ...words, '--', path] } as const]),
    ...(attributes === ''
      ? []
      : [{ do: 'exec', argv: ['chattr', /^[-+=]/.test(attributes) ? attributes : `=${attributes}`, '--', path] } as const]),
  ];
  return {
    before: {
      ...Object.fromEntries(other.map(({ name, from }) => [name, from])),
      ...(flags === undefined ? {} : { attributes: now.flags ?? '' }),
    },
    after: {
      ...Object.fromEntries(other.map(({ name, to }) => [name, to ?? ''])),
      ...(flags === undefined ? {} : { attributes: flags }),
    },
    steps,
  };
}

type Seen = { readonly labels?: FileLabels };

const merge = (one: Json, other: JsonObject): Json => (isObject(one) ? { ...(one as JsonObject), ...other } : one);

function withLabels(what: Change, all: readonly Difference[], named: (which: 'before' | 'after') => JsonObject): Change {
  const steps = all.flatMap((each) => each.steps);
  const [first, ...rest] = what.steps;
  return {
    ...what,
    before: merge(what.before, named('before')),
    after: merge(what.after, named('after')),
    steps: [first, ...rest, ...steps],
  };
}

function decided(decision: Decision<Json>, given: Asked, seen: FileLabels, link: boolean): Decision<Json> {
  const paths = Object.entries(seen.of);
  const bare = given.attributes === undefined ? undefined : paths.find(([, now]) => now.exists && now.flags === null);
  if (bare) return failed(`the flags of ${bare[0]} cannot be read: its filesystem has none, or the host has no lsattr`);
  const all = paths.map(([path, now]) => differenceAt(path, given, now, seen.selinux, link));
  const named = (which: 'before' | 'after'): JsonObject => {
    const parts = paths.map(([path], index): [string, JsonObject] => [path, all[index]?.[which] ?? {}]);
    const [only] = parts;
    return parts.length === 1 && only ? only[1] : { labels: Object.fromEntries(parts.filter(([, each]) => Object.keys(each).length > 0)) };
  };
  if (decision.is === 'change') return { is: 'change', change: withLabels(decision.change, all, named) };
  if (decision.is === 'absent' && decision.then) return { ...decision, then: withLabels(decision.then, all, named) };
  if (decision.is !== 'ok') return decision;
  const [only] = paths;
  const told = seen.selinux && paths.length === 1 && only && isObject(decision.output) ? { secontext: only[1].context } : {};
  const differing = all.filter(({ after }) => Object.keys(after).length > 0);
  const [first, ...rest] = differing.flatMap(({ steps }) => steps);
  if (first === undefined) return { ...decision, output: merge(decision.output, told) };
  const summary = `set labels and flags of ${only?.[0] ?? ''}${paths.length > 1 ? ` (${differing.length} paths)` : ''}`;
  const provides = paths.map(([path]) => `path/${path}`);
  return change({ op: 'update', summary, before: named('before'), after: named('after'), steps: [first, ...rest], provides });
}

/** Where the module puts files, as its state tells. */
function pathsOf(state: JsonObject): readonly string[] {
  const { slots, path, below, dest } = state;
  const at = (value: Json | undefined): string[] => (isObject(value) && typeof value['path'] === 'string' ? [value['path']] : []);
  if (Array.isArray(slots)) return slots.flatMap(at);
  if (typeof path === 'string') return [path, ...(Array.isArray(below) ? below.flatMap(at).map((each) => join(path, each)) : [])];
  return typeof dest === 'string' ? [dest] : at(dest);
}

/** The module, heeding `labelArgs` too. */
export function labelled<M extends AnyModule>(module: M): M {
  const links = (given: JsonObject): boolean => given['state'] === 'link' && given['follow'] !== true;
  return {
    ...module,
    argAliases: { ...module.argAliases, attr: 'attributes' },
    async read(given: Asked & JsonObject, io: HostReader) {
      const state: JsonObject = await module.read(given, io);
      const paths = isAsked(given) && given['state'] !== 'absent' ? pathsOf(state) : [];
      return paths.length === 0 ? state : { ...state, labels: await io.ask(fileLabels, { paths, follow: !links(given) }) };
    },
    decide(given: Asked & JsonObject, state: JsonObject & Seen) {
      const decision = module.decide(given, state);
      return state.labels === undefined ? decision : decided(decision, given, state.labels, links(given));
    },
  };
}
