/** The states of the module file. Pure. */
import type { Change, Step } from '../../core/change.ts';
import type { Decision } from '../../core/module.ts';
import { isObject, type JsonObject } from '../../core/value.ts';
import type { FileStat } from '../../probes/stat.ts';
import { absent, change, failed, ok, refused } from '../define.ts';
import { type Asked, type AttributeChange, attributeChange, linkOwners, newAttributes, settle } from './attributes.ts';
import { makeDirectory, notDirectory } from './directory.ts';
import type { FileArgs, FileState } from './file-state.ts';
import { join } from './path.ts';
import { merged, type Part } from './place.ts';
import { ownersOf } from './placed.ts';
import { told } from './stat-facts.ts';
import { setNow, timeChange } from './times.ts';

const asked = (given: FileArgs): Asked => ({ ...ownersOf(given), ...(given.mode === undefined ? {} : { mode: given.mode }) });

/** What the attributes are those of: the path itself unless links are followed. */
const subject = (given: FileArgs, state: FileState) => (given.follow && state.end !== null ? state.end : state.self);

/** A change, or ok where there is nothing to do; accounts the host lacks come first. */
function settled(given: FileArgs, state: FileState, parts: readonly Part[]): Decision<JsonObject> {
  const what = merged(parts, parts.every((part) => part.op === 'update') ? 'set attributes of' : 'make', state.path);
  return what ? orAbsent(state, what) : ok(output(given, state));
}

function orAbsent(state: FileState, what: Change): Decision<never> {
  const [name] = state.unknown;
  return name === undefined ? change(what) : absent(name, `${name.replace('/', ' ')} does not exist on this host`, what);
}

function parentMissing(state: FileState, what: Change): Decision<never> | undefined {
  const wrong = notDirectory(state.above);
  if (wrong) return failed(`${wrong.path} is no directory`);
  const missing = state.above.find(({ now }) => now === null) && state.above.at(-1);
  return missing && absent(`path/${missing.path}`, `the directory ${missing.path} does not exist`, what);
}

/** state: file, and no state at all: attributes of what is there. */
export function decideFile(given: FileArgs, state: FileState): Decision<JsonObject> {
  const now = subject(given, state);
  if (now === null) {
    const output = { path: state.path, state: 'absent', msg: `file (${state.path}) is absent, cannot continue` };
    return { is: 'absent', what: `path/${state.path}`, why: `${state.path} does not exist, and state: file makes nothing`, output };
  }
  if (given.state === 'file' && now.kind === 'directory') return failed(`file (${state.path}) is directory, cannot continue`);
  return settled(given, state, withTimes(given, state, attributed(given, state, now)));
}

/** What sets the attributes of what is there. */
function attributed(given: FileArgs, state: FileState, now: FileStat): Part | undefined {
  const { before, after, steps } = attributeChange(state.path, now, asked(given));
  return steps.length === 0 ? undefined : { path: state.path, op: 'update', before, after, steps };
}

/** The part of the path itself, and what sets its times. */
function withTimes(given: FileArgs, state: FileState, part: Part | undefined): readonly Part[] {
  const now = subject(given, state);
  const { access, modification } = setNow(given, given.state === 'touch');
  const times = timeChange(state.path, now ?? undefined, state.times ?? {});
  const touches = now !== null && (access || modification) && !state.touched;
  if (!touches && times.steps.length === 0) return part ? [part] : [];
  const only = access && modification ? [] : access ? ['-a'] : ['-m'];
  const touch: Step = { do: 'exec', argv: ['touch', ...only, '--', state.path] };
  const { before, after, steps, op } = part ?? { before: {}, after: {}, steps: [], op: 'update' };
  return [
    {
      path: state.path,
      op,
      before: isObject(before) ? { ...before, ...(touches ? { modified: now.mtime } : {}), ...times.before } : before,
      after: isObject(after) ? { ...after, ...(touches ? { modified: 'now' } : {}), ...times.after } : after,
      steps: [...(touches ? [touch] : []), ...steps, ...times.steps],
    },
  ];
}

export function decideDirectory(given: FileArgs, state: FileState): Decision<JsonObject> {
  const wrong = notDirectory(state.above);
  if (wrong) return failed(`${wrong.path} is no directory`);
  if (state.self !== null && subject(given, state)?.kind !== 'directory') {
    return failed(`${state.path} already exists as a ${state.self.kind}`, { hint: 'remove it first with state: absent' });
  }
  const want = asked(given);
  const parents = state.above.map((slot) => makeDirectory(slot, want, undefined)).filter((part) => part !== undefined);
  const own = withTimes(given, state, makeDirectory({ path: state.path, now: state.end }, want, want));
  return settled(given, state, [...parents, ...own, ...below(given, state)]);
}

/** With recurse: everything below that differs, one part each. */
const below = (given: FileArgs, state: FileState): readonly Part[] =>
  state.below.flatMap((entry) => {
    const path = join(state.path, entry.path);
    const { before, after, steps } = attributeChange(path, entry, asked(given));
    return steps.length === 0 ? [] : [{ path, op: 'update', before, after, steps }];
  });

export function decideAbsent(given: FileArgs, state: FileState): Decision<JsonObject> {
  if (state.self === null) return ok({ path: state.path, state: 'absent' });
  if (state.path === '/' || !state.path.startsWith('/')) return refused(`state: absent needs a full path below /, not "${given.path}"`);
  const [mount] = state.mounts;
  if (mount !== undefined) return refused(`a filesystem is mounted at ${mount}: removing ${state.path} would empty it`, 'unmount it first');
  return change({
    op: 'delete',
    summary: `remove ${state.path}${state.self.kind === 'directory' ? ' and everything below' : ''}`,
    before: { state: state.self.kind, mode: state.self.mode, owner: state.self.owner, group: state.self.group },
    after: null,
    steps: [{ do: 'remove', path: state.path }],
    certain: true,
    provides: [`path/${state.path}`, `path/${state.path}/*`],
  });
}

export function decideTouch(given: FileArgs, state: FileState): Decision<JsonObject> {
  const now = subject(given, state);
  if (now === null) {
    const attributes = newAttributes(asked(given), '0644', false);
    const steps: readonly Step[] = [{ do: 'exec', argv: ['touch', '--', state.path] }, ...settle(state.path, attributes)];
    const parts = withTimes(given, state, { path: state.path, op: 'create', before: null, after: { state: 'file', ...attributes }, steps });
    const what = merged(parts, 'make', state.path);
    return (what && parentMissing(state, what)) ?? settled(given, state, parts);
  }
  return decideFile({ ...given, state: 'touch' }, state);
}

export function decideLink(given: FileArgs, state: FileState): Decision<JsonObject> {
  const { src } = given;
  if (src === undefined) {
    return state.self?.kind === 'link'
      ? attributesOfLink(given, state)
      : failed('src is required for creating new symlinks', { code: 'args' });
  }
  if (state.source?.stat === null && !given.force) {
    return absent(
      `path/${state.source.path}`,
      `src file does not exist, use 'force=yes' if you really want to create the link: ${state.source.path}`,
      relink(given, state, src),
    );
  }
  if (state.link === src) return attributesOfLink(given, state);
  const what = relink(given, state, src);
  const kind = state.self?.kind;
  if (kind !== undefined && kind !== 'link' && !given.force)
    return refused(`refusing to convert from ${kind} to symlink for ${state.path}`, 'set force: true to replace it by a link');
  return parentMissing(state, what) ?? change(what);
}

function attributesOfLink(given: FileArgs, state: FileState): Decision<JsonObject> {
  const now = given.follow ? state.end : state.self;
  if (now === null) return ok(output(given, state));
  const part = attributed(given, state, now);
  return settled(given, state, part ? [part] : []);
}

function relink(given: FileArgs, state: FileState, src: string): Change {
  // rmdir refuses a directory that still holds something.
  const first: readonly Step[] = state.self?.kind === 'directory' ? [{ do: 'exec', argv: ['rmdir', '--', state.path] }] : [];
  const link: Step = { do: 'exec', argv: ['ln', '-sfn', '--', src, state.path] };
  const followed = given.follow ? (state.source?.stat ?? null) : null;
  const attributes = given.follow ? followed && attributeChange(state.path, followed, asked(given)) : linkOwners(state.path, asked(given));
  return linked(state, { state: 'link', src }, [...first, link], attributes);
}

export function decideHard(given: FileArgs, state: FileState): Decision<JsonObject> {
  const source = state.source;
  if (given.src === undefined || source === null) return failed('src is required for creating new hardlinks', { code: 'args' });
  const link: Step = { do: 'exec', argv: ['ln', '-f', '--', source.path, state.path] };
  const attributes = source.stat && attributeChange(state.path, source.stat, asked(given));
  const what = linked(state, { state: 'hard', src: source.path }, [link], attributes);
  if (source.stat === null) return absent(`path/${source.path}`, 'src does not exist', what);
  if (state.self !== null && state.self.inode === source.stat.inode && state.self.dev === source.stat.dev)
    return attributesOfLink(given, state);
  if (state.self?.kind === 'directory') return failed(`${state.path} is a directory`);
  if (state.self !== null && !given.force) return refused('Cannot link, file exists at destination', 'set force: true to replace it');
  return parentMissing(state, what) ?? change(what);
}

/** The link is made first, then what it leads to, or the link itself, gets its attributes. */
function linked(state: FileState, after: JsonObject, steps: readonly Step[], attributes: AttributeChange | null): Change {
  const before = state.self === null ? null : { state: state.self.kind, ...(state.link === null ? {} : { src: state.link }) };
  const part: Part = {
    path: state.path,
    op: state.self === null ? 'create' : 'replace',
    before,
    after: { ...after, ...attributes?.after },
    steps: [...steps, ...(attributes?.steps ?? [])],
  };
  return merged([part], 'link', state.path) as Change;
}

/** As Ansible tells: state: file and state: directory speak of what a link leads to, all others of the link. */
function output(given: FileArgs, state: FileState): JsonObject {
  const through = given.state === 'file' || given.state === 'directory' || given.recurse;
  const now = through ? subject(given, state) : state.self;
  const path = (through && given.follow ? state.leads : undefined) ?? state.path;
  const src = given.state === 'hard' ? given.src : state.link;
  const named = { path, dest: state.path, ...(src === null || src === undefined ? {} : { src }) };
  if (now === null) return { ...named, state: 'absent' };
  return { ...named, ...told(now), ...(now.kind === 'file' && now.nlink > 1 ? { state: 'hard' } : {}) };
}
