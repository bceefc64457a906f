/** Put files on the host: given text, files and directories of the controller, or those of the host itself. */
import type { HostReader } from '../core/module.ts';
import { isObject, type Json } from '../core/value.ts';
import { absent, args, defineModule, failed, flag, json, mode, optional, text } from './define.ts';
import { type Asked, attributeArgs, modeProblem, unknownNames } from './files/attributes.ts';
import { fromController, fromHost, type Gathered } from './files/gather.ts';
import { labelled } from './files/labels.ts';
import { lookAtEnd } from './files/look.ts';
import { above, absolute, baseOf, join, trim } from './files/path.ts';
import type { Slot } from './files/place.ts';
import { decidePlaced, type Layout, layOne, looked, ownersOf, placingOf } from './files/placed.ts';
import { pythonJson } from './files/python-json.ts';
import { sourceOf } from './files/source.ts';

type Args = Asked & {
  readonly src?: string;
  readonly content?: Json;
  readonly dest: string;
  readonly directory_mode?: string;
  readonly remote_src: boolean;
  readonly follow: boolean;
  readonly decrypt: boolean;
  readonly checksum?: string;
  readonly backup: boolean;
  readonly force: boolean;
  readonly validate?: string;
};

type State = Layout & {
  /** "user/alice" */
  readonly unknown: readonly string[];
  /** A src on the host that is not there. */
  readonly missing?: string;
  readonly problem?: string;
  /** SHA-1 of src, where it is not the asked one. */
  readonly sum?: string | null;
};

const NOTHING = { directories: [], slots: [], parent: null };

export const copy = labelled(
  defineModule({
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
      content: optional(json('The content itself; lists and dictionaries are written as JSON')),
      dest: text('Where to: a path, or a directory (existing, or ending in a slash) that keeps the name of src'),
      ...attributeArgs,
      mode: optional(mode('Permissions: octal text ("0644"), symbolic ("u=rw,g=r") or "preserve" for those of src')),
      directory_mode: optional(mode('Permissions of directories made on the way')),
      remote_src: flag('src is a path on the host', false),
      follow: flag('Where dest is a symbolic link, write to what it points to instead of replacing it', false),
      decrypt: flag('Open files of the controller that are vaulted', true),
      local_follow: json<true>('Only true: links of the controller are followed (unarchive keeps those in a tar)', {
        type: 'boolean',
        enum: [true],
        default: true,
      }),
      checksum: optional(text('SHA-1 that the file to be copied has to have')),
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
        state: { dest: '/etc/a', ...NOTHING, unknown: [], problem: 'parameters are mutually exclusive: content|src' },
        expect: 'failed',
      },
    ],
    async read(given, io): Promise<State> {
      const problem = problemOf(given);
      if (problem !== undefined) return { dest: given.dest, ...NOTHING, unknown: [], problem };
      const [layout, unknown] = await Promise.all([laidOut(given, io), unknownNames(given, io)]);
      return { ...layout, unknown };
    },
    decide(given, state) {
      if (state.problem !== undefined) return failed(state.problem, { code: 'args' });
      if (state.sum !== undefined)
        return failed('Copied file does not match the expected checksum. Transfer failed.', {
          output: { checksum: state.sum, expected_checksum: given.checksum ?? '' },
        });
      if (state.missing !== undefined) return absent(`path/${state.missing}`, `Source ${state.missing} not found`);
      const fresh = { ...ownersOf(given), ...(given.directory_mode === undefined ? {} : { mode: given.directory_mode }) };
      const named = given.src === undefined ? {} : { src: given.src };
      return decidePlaced(state, { placing: placingOf(given), fresh, unknown: state.unknown, ...named });
    },
  }),
);

function problemOf(given: Args): string | undefined {
  if (given.src === undefined && given.content === undefined) return 'src (or content) is required';
  if (given.src !== undefined && given.content !== undefined) return 'parameters are mutually exclusive: content|src';
  if (given.content !== undefined && given.dest.endsWith('/')) return 'can not use content with a dir as dest';
  if (given.remote_src && given.validate !== undefined) return 'validate cannot be combined with remote_src';
  return modeProblem(given.mode) ?? modeProblem(given.directory_mode);
}

async function laidOut(given: Args, io: HostReader): Promise<Omit<State, 'unknown'>> {
  const dest = await absolute(given.dest, io);
  const gathered = await gather(given, io);
  if ('missing' in gathered || 'problem' in gathered) return { dest, ...NOTHING, ...gathered };
  const name = baseOf(given.src ?? '');
  const [only] = gathered.files;
  if (!gathered.directory && only) {
    const sum = given.checksum === undefined ? undefined : only.source.sha1;
    if (sum !== given.checksum?.toLowerCase()) return { dest, ...NOTHING, sum: sum ?? null };
    const layout = await layOne({ dest, name, source: only.source }, given.follow, io);
    const inside = given.content !== undefined && layout.dest !== dest;
    return inside && layout.dest.startsWith(`${trim(dest)}/`)
      ? { dest, ...NOTHING, problem: 'can not use content with a dir as dest' }
      : layout;
  }
  const root = given.src?.endsWith('/') ? trim(dest) : join(dest, name);
  const needed = [...above(root), root, ...gathered.directories.map((path) => join(root, path))];
  const [directories, slots] = await Promise.all([looked(needed, io), slotsOf(gathered, root, given, io)]);
  // As Ansible tells it of a directory of the controller.
  return { dest: given.remote_src ? dest : `${trim(dest)}/`, directories, slots, parent: null };
}

type Found = (Gathered & { readonly directory: boolean }) | { readonly missing: string } | { readonly problem: string };

async function gather(given: Args, io: HostReader): Promise<Found> {
  if (given.src === undefined) {
    const { content } = given;
    const written = isObject(content) || Array.isArray(content) ? pythonJson(content as Json) : word(content as Json);
    return { directory: false, directories: [], files: [{ path: '', source: sourceOf(Buffer.from(written)) }], left: [] };
  }
  if (!given.remote_src) return fromController(await io.files.find('files', given.src), io.files, given.decrypt ? undefined : 'stored');
  const src = await absolute(given.src, io);
  const found = await fromHost(src, io);
  if (found === undefined) return { missing: src };
  return found.directory || found.files.length > 0 ? found : { problem: `src ${src} is no regular file` };
}

/** A value that is no list and no dictionary, as Python writes it. */
const word = (value: Json): string => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value));

const slotsOf = (gathered: Gathered, root: string, given: Args, io: HostReader): Promise<readonly Slot[]> =>
  Promise.all(
    gathered.files.map(async ({ path, source }) => {
      const want = { sha256: source.sha256, follow: given.follow && path !== '' };
      return { source, ...(await lookAtEnd(path === '' ? root : join(root, path), want, io)) };
    }),
  );
