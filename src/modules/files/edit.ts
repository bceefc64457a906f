/** A text file that is edited in place: what lineinfile, blockinfile and replace read, and the change they make of a new text. */
import type { Decision, HostReader } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { readlink } from '../../probes/readlink.ts';
import { type FileStat, stat } from '../../probes/stat.ts';
import { absent, change, failed, flag, ok, optional, text } from '../define.ts';
import { type Asked, attributeArgs, attributeChange, unknownNames } from './attributes.ts';
import { type DirectorySlot, makeDirectory } from './directory.ts';
import { resolveMode } from './mode.ts';
import { above, absolute } from './path.ts';
import { merged, obstacle, place } from './place.ts';
import { looked, ownersOf } from './placed.ts';
import { sourceOf, textOf } from './source.ts';

/** In Ansible's words. */
const OTHER_ATTRIBUTES = 'ownership, perms or SE linux context changed';

export const editArgs = {
  path: text('The file; where it is a symbolic link, the file it leads to', { minLength: 1 }),
  ...attributeArgs,
  backup: flag('Keep what is replaced beside it', false),
  validate: optional(text('Command that checks the new file before it is put in place; %s is its path')),
};

/** As Ansible names the path. */
export const editAliases = { dest: 'path', destfile: 'path', name: 'path' };

export type EditArgs = Asked & { readonly path: string; readonly backup: boolean; readonly validate?: string };

export type Edited = {
  readonly path: string;
  readonly stat: FileStat | null;
  /** '' where there is no file; null where it is not UTF-8 text. */
  readonly text: string | null;
  /** Every directory above, outermost first; none where the file is there. */
  readonly above: readonly DirectorySlot[];
  /** "user/alice" */
  readonly unknown: readonly string[];
};

export async function readEdited(given: EditArgs, io: HostReader): Promise<Edited> {
  const named = await absolute(given.path, io);
  const [own, unknown] = await Promise.all([io.ask(stat, { path: named, follow: false }), unknownNames(given, io)]);
  const end = own?.kind === 'link' ? await io.ask(readlink, { path: named, as: 'end' }) : null;
  const path = end ?? named;
  const found = end === null ? own : await io.ask(stat, { path, follow: false });
  const bytes = found?.kind === 'file' ? await io.readFile(path) : undefined;
  const directories = found === null ? await looked(above(path), io) : [];
  return { path, stat: found, text: bytes === undefined ? '' : (textOf(bytes) ?? null), above: directories, unknown };
}

export interface Edit {
  readonly text: string;
  /** What is said where the text differs. */
  readonly says: JsonObject;
  /** A second edit would change it again. */
  readonly repeats?: boolean;
}

/** `quiet`: the output where nothing has to change. `fresh`: attributes of directories made on the way. */
export function decideEdit(
  seen: Edited,
  edit: Edit,
  asked: EditArgs & { readonly quiet: JsonObject; readonly fresh?: Asked },
): Decision<JsonObject> {
  const { path } = seen;
  const source = sourceOf(Buffer.from(edit.text));
  const sha256 = seen.stat === null || seen.text === null ? undefined : sourceOf(Buffer.from(seen.text)).sha256;
  const slot = { path, source, now: { stat: seen.stat, ...(sha256 === undefined ? {} : { sha256, text: seen.text ?? '' }) } };
  const blocked = obstacle(slot);
  if (blocked !== undefined) return failed(blocked);
  const placing = {
    ...ownersOf(asked),
    ...(asked.mode === undefined ? {} : { mode: asked.mode }),
    ...(asked.validate === undefined ? {} : { validate: asked.validate }),
    force: true,
    backup: asked.backup,
  };
  const file = place(slot, placing);
  const made = file === undefined ? [] : seen.above.map((directory) => makeDirectory(directory, asked.fresh ?? {}, undefined));
  const what = merged(
    [...made, file].filter((part) => part !== undefined),
    'edit',
    path,
  );
  if (what === undefined || file === undefined) return ok(asked.quiet);
  const touched = sha256 !== source.sha256;
  const { mode } = asked;
  const other =
    seen.stat === null
      ? mode !== undefined && resolveMode(mode, '0644', false) !== '0644'
      : attributeChange(path, seen.stat, { ...ownersOf(asked), ...(mode === undefined ? {} : { mode }) }).steps.length > 0;
  const { msg } = edit.says;
  const both = msg !== undefined && other ? { msg: `${String(msg)} and ${OTHER_ATTRIBUTES}` } : {};
  const says = touched ? { ...edit.says, ...both } : { msg: OTHER_ATTRIBUTES };
  const kept = file.backup === undefined ? {} : { backup: file.backup, backup_file: file.backup };
  const full = { ...what, output: { ...says, ...kept }, ...(touched && edit.repeats ? { repeats: true as const } : {}) };
  const [name] = seen.unknown;
  return name === undefined ? change(full) : absent(name, `${name.replace('/', ' ')} does not exist on this host`, full);
}

/** Why the file cannot be edited as it is, in Ansible's words; `create`: it may be missing, `called`: what the module calls it. */
export function uneditable(seen: Edited, create: boolean, called: 'Path' | 'Destination' = 'Path'): Decision<never> | undefined {
  if (seen.stat === null && !create) {
    const is = absent(`path/${seen.path}`, `${called} ${seen.path} does not exist !`);
    return { ...is, output: { rc: 257 } } as Decision<never>;
  }
  if (seen.stat?.kind === 'directory') return failed(`Path ${seen.path} is a directory !`, { output: { rc: 256 } });
  if (seen.stat !== null && seen.stat.kind !== 'file') return failed(`${seen.path} is a ${seen.stat.kind}, not a regular file`);
  return seen.text === null ? failed(`${seen.path} is not UTF-8 text`) : undefined;
}
