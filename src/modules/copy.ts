/** Put files on the host: given text, files and directories of the controller, or those of the host itself. */
import type { Decision, HostReader } from '../core/module.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { stat } from '../probes/stat.ts';
import { absent, args, change, defineModule, failed, flag, json, mode, ok, optional, text } from './define.ts';
import { type Asked, attributeArgs, modeProblem, unknownNames } from './files/attributes.ts';
import { type DirectorySlot, makeDirectory, notDirectory } from './files/directory.ts';
import { fromController, fromHost, type Gathered } from './files/gather.ts';
import { endOf, lookAt } from './files/look.ts';
import { above, absolute, baseOf, join, parentOf, trim } from './files/path.ts';
import { merged, obstacle, type Placing, place, type Slot } from './files/place.ts';
import { sourceOf } from './files/source.ts';

type Args = Asked & {
  readonly src?: string;
  readonly content?: Json;
  readonly dest: string;
  readonly directory_mode?: string;
  readonly remote_src: boolean;
  readonly follow: boolean;
  readonly backup: boolean;
  readonly force: boolean;
  readonly validate?: string;
};

type State = {
  /** Where the one file ends up, or the directory the files go to. */
  readonly dest: string;
  /** Directories in order, outermost first. */
  readonly directories: readonly DirectorySlot[];
  readonly slots: readonly Slot[];
  /** The parent of a single file that has to be there already. */
  readonly parent: string | null;
  /** "user/alice" */
  readonly unknown: readonly string[];
  /** A src on the host that is not there. */
  readonly missing?: string;
  readonly problem?: string;
};

const NOTHING = { directories: [], slots: [], parent: null, unknown: [] };

export const copy = defineModule({
  name: 'copy',
  aliases: ['ansible.builtin.copy', 'ansible.legacy.copy'],
  target: 'host',
  effect: 'converge',
  summary: 'Put files on the host',
  notes: [
    'A file is sent only when its checksum differs, and put in place atomically. A new file gets mode 0644 unless told otherwise, whatever the umask.',
    'A backup is named after the time and checksum of the content it keeps: file.2026-11-21@05:27:49-1a2b3c4d~.',
    'validate runs when the file is written: check mode cannot foretell what it says.',
    'Links and special files below a directory are left out.',
  ],
  args: args({
    src: optional(
      text('File or directory on the controller (on the host with remote_src); a directory with a slash at its end means its contents'),
    ),
    content: optional(json('The content itself; anything but text is written as JSON')),
    dest: text('Where to: a path, or a directory (existing, or ending in a slash) that keeps the name of src'),
    ...attributeArgs,
    mode: optional(mode('Permissions: octal text ("0644"), symbolic ("u=rw,g=r") or "preserve" for those of src')),
    directory_mode: optional(mode('Permissions of directories made on the way')),
    remote_src: flag('src is a path on the host', false),
    follow: flag('Where dest is a symbolic link, write to what it points to instead of replacing it', false),
    backup: flag('Keep what is replaced beside it', false),
    force: flag('Replace a file whose content differs', true),
    validate: optional(text('Command that checks the new file before it is put in place; %s is its path')),
  }),
  examples: [
    {
      title: 'a new file',
      args: { content: 'server ntp.example.org iburst\n', dest: '/etc/chrony.d/site.conf', mode: '0644' },
      state: {
        dest: '/etc/chrony.d/site.conf',
        directories: [],
        slots: [
          {
            path: '/etc/chrony.d/site.conf',
            source: { size: 30, sha256: 'new', text: 'server ntp.example.org iburst\n' },
            now: { stat: null },
          },
        ],
        parent: '/etc/chrony.d',
        unknown: [],
      },
      expect: 'change',
    },
    {
      title: 'its directory is missing',
      args: { src: 'site.conf', dest: '/etc/chrony.d/site.conf' },
      state: {
        dest: '/etc/chrony.d/site.conf',
        directories: [{ path: '/etc/chrony.d', now: null }],
        slots: [{ path: '/etc/chrony.d/site.conf', source: { size: 1, sha256: 'new', text: 'x' }, now: { stat: null } }],
        parent: '/etc/chrony.d',
        unknown: [],
      },
      expect: 'absent',
    },
    {
      title: 'both src and content',
      args: { src: 'a', content: 'b', dest: '/etc/a' },
      state: { dest: '/etc/a', ...NOTHING, problem: 'give src or content, one of the two' },
      expect: 'failed',
    },
  ],
  async read(given, io): Promise<State> {
    const problem = problemOf(given);
    if (problem !== undefined) return { dest: given.dest, ...NOTHING, problem };
    const [layout, unknown] = await Promise.all([laidOut(given, io), unknownNames(given, io)]);
    return { ...layout, unknown };
  },
  decide(given, state): Decision<JsonObject> {
    const blocked = state.problem ?? state.slots.map(obstacle).find((why) => why !== undefined);
    if (blocked !== undefined) return failed(blocked, { code: 'args' });
    if (state.missing !== undefined) return absent(`path/${state.missing}`, `src ${state.missing} does not exist on the host`);
    const wrong = notDirectory(state.directories);
    if (wrong) return failed(`${wrong.path} is there already and is no directory`);
    const missing = state.parent === null ? undefined : state.directories.find(({ path, now }) => path === state.parent && now === null);
    const fresh: Asked = { ...owners(given), ...(given.directory_mode === undefined ? {} : { mode: given.directory_mode }) };
    const made = state.parent === null ? state.directories.map((slot) => makeDirectory(slot, fresh, undefined)) : [];
    const parts = [...made, ...state.slots.map((slot) => place(slot, placing(given)))].filter((part) => part !== undefined);
    const what = merged(parts, 'write', state.dest);
    if (missing) return absent(`path/${missing.path}`, `the directory ${missing.path} does not exist`, what);
    const [name] = state.unknown;
    if (name !== undefined && what) return absent(name, `${name.replace('/', ' ')} does not exist on this host`, what);
    return what ? change(what) : ok(output(given, state));
  },
});

function problemOf(given: Args): string | undefined {
  if ((given.src === undefined) === (given.content === undefined)) return 'give src or content, one of the two';
  if (given.content !== undefined && given.dest.endsWith('/')) return 'content needs the path of a file as dest, not that of a directory';
  if (given.remote_src && given.validate !== undefined) return 'validate cannot be combined with remote_src';
  return modeProblem(given.mode) ?? modeProblem(given.directory_mode);
}

const owners = ({ owner, group }: Asked): Asked => ({
  ...(owner === undefined ? {} : { owner }),
  ...(group === undefined ? {} : { group }),
});

const placing = (given: Args): Placing => ({
  ...owners(given),
  ...(given.mode === undefined ? {} : { mode: given.mode }),
  force: given.force,
  backup: given.backup,
  ...(given.validate === undefined ? {} : { validate: given.validate }),
});

async function laidOut(given: Args, io: HostReader): Promise<Omit<State, 'unknown'>> {
  const dest = await absolute(given.dest, io);
  const [there, gathered] = await Promise.all([io.ask(stat, { path: dest, follow: true }), gather(given, io)]);
  const bare = { directories: [], slots: [], parent: null };
  if ('missing' in gathered || 'problem' in gathered) return { dest, ...bare, ...gathered };
  const name = baseOf(given.src ?? '');
  if (gathered.directory) {
    const root = given.src?.endsWith('/') ? trim(dest) : join(dest, name);
    const needed = [...above(root), root, ...gathered.directories.map((path) => join(root, path))];
    return { dest: root, directories: await looked(needed, io), slots: await slotsOf(gathered, root, given, io), parent: null };
  }
  if (given.content !== undefined && there?.kind === 'directory')
    return { dest, ...bare, problem: `${dest} is a directory: content needs the path of a file` };
  const into = dest.endsWith('/') || there?.kind === 'directory';
  const path = await endOf(into ? join(dest, name) : dest, given.follow, io);
  const slots = await slotsOf(gathered, path, given, io);
  // A dest that ends in a slash is made with everything above it; otherwise the parent has to exist.
  const parent = dest.endsWith('/') ? null : parentOf(path);
  const directories = await looked(parent === null ? [...above(trim(dest)), trim(dest)] : [parent], io);
  return { dest: path, directories, slots, parent };
}

type Found = (Gathered & { readonly directory: boolean }) | { readonly missing: string } | { readonly problem: string };

async function gather(given: Args, io: HostReader): Promise<Found> {
  if (given.src === undefined) {
    const { content } = given;
    const written = typeof content === 'string' ? content : JSON.stringify(content);
    return { directory: false, directories: [], files: [{ path: '', source: sourceOf(Buffer.from(written)) }], left: [] };
  }
  if (!given.remote_src) return fromController(await io.files.find('files', given.src), io.files);
  const src = await absolute(given.src, io);
  const found = await fromHost(src, io);
  if (found === undefined) return { missing: src };
  return found.directory || found.files.length > 0 ? found : { problem: `src ${src} is no regular file` };
}

const looked = (paths: readonly string[], io: HostReader): Promise<readonly DirectorySlot[]> =>
  Promise.all(paths.map(async (path) => ({ path, now: await io.ask(stat, { path, follow: true }) })));

const slotsOf = (gathered: Gathered, root: string, given: Args, io: HostReader): Promise<readonly Slot[]> =>
  Promise.all(
    gathered.files.map(async ({ path, source }) => {
      const at = path === '' ? root : await endOf(join(root, path), given.follow, io);
      return { path: at, source, now: await lookAt(at, source.sha256, io) };
    }),
  );

function output(given: Args, state: State): JsonObject {
  const [only, ...more] = state.slots;
  const named = { dest: state.dest, ...(given.src === undefined ? {} : { src: given.src }) };
  const now = only?.now.stat;
  if (only === undefined || more.length > 0 || !now) return { ...named, state: 'directory' };
  const same = only.now.sha256 === only.source.sha256;
  return {
    ...named,
    dest: only.path,
    state: 'file',
    ...(same && only.source.sha1 !== undefined ? { checksum: only.source.sha1 } : {}),
    size: now.size,
    mode: now.mode,
    uid: now.uid,
    gid: now.gid,
    owner: now.owner,
    group: now.group,
  };
}
