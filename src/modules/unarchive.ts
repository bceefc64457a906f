/** Unpack an archive into a directory of the host. */
import type { Step } from '../core/change.ts';
import type { Decision, HostReader } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { glob } from '../probes/glob.ts';
import { type FileStat, stat } from '../probes/stat.ts';
import { FETCH_SH } from '../probes/url-sum.ts';
import type { Entry } from './archives/entry.ts';
import { type Archive, type ArchiveArgs, handlerOf, isUrl, readArchive, tarOptions } from './archives/read.ts';
import { absent, args, change, defineModule, failed, flag, integer, listOf, ok, optional, text } from './define.ts';
import { type Asked, attributeArgs, attributeChange, modeProblem, unknownNames } from './files/attributes.ts';
import { exampleFile } from './files/example.ts';
import { labelled } from './files/labels.ts';
import { resolveMode } from './files/mode.ts';
import { absolute, join, trim } from './files/path.ts';
import { told } from './files/stat-facts.ts';

type Args = Asked &
  ArchiveArgs & {
    readonly dest: string;
    readonly copy?: boolean;
    readonly creates?: string;
    readonly list_files: boolean;
  };

type State = {
  readonly dest: string;
  readonly stat: FileStat | null;
  /** First match of `creates`. */
  readonly creates: string | null;
  /** Null where there is nothing to look for yet. */
  readonly archive: Archive | null;
  readonly problem?: string;
  /** "user/alice" */
  readonly unknown: readonly string[];
};

// $1 archive, $2 directory, $3 whether certificates count, $4 "" or a word: the archive was sent for this and goes; the rest is tar's.
const TAR = `${FETCH_SH}
src=$1 dir=$2 strict=$3; [ "$4" ] && trap 'rm -f "$src"' EXIT; shift 4
case $src in
  *://*) fetch - "$src" 30 "$strict" | tar -x -p -C "$dir" -f - "$@";;
  *) tar -x -p -C "$dir" -f "$src" "$@";;
esac`;
// $1 archive, $2 directory, $3 how many patterns are left out, $4 as above; then those, then the names that are wanted.
const ZIP = `src=$1 dir=$2 n=$3; [ "$4" ] && trap 'rm -f "$src"' EXIT; shift 4
command -v unzip >/dev/null || { echo 'this host has no unzip' >&2; exit 1; }
if [ "$n" -gt 0 ]; then unzip -o -q "$src" -x "$@" -d "$dir"; else unzip -o -q "$src" "$@" -d "$dir"; fi`;
// Paths come on stdin, a line each; $1 directory, $2 owner:group or "", $3 mode or "".
const SETTLE = `cd "$1" || exit 1
while IFS= read -r p; do
  [ "$2" = '' ] || chown -h -- "$2" "./$p" || exit 1
  [ "$3" = '' ] || [ -L "./$p" ] || chmod -- "$3" "./$p" || exit 1
done`;

const directory: FileStat = { ...exampleFile, kind: 'directory', mode: '0755' };
const tool: Entry = { path: 'oc', kind: 'file', mode: '0755', size: 3, mtime: 1_763_600_000, sha256: 'a'.repeat(64) };
const example: State = {
  dest: '/usr/local/bin',
  stat: directory,
  creates: null,
  archive: {
    src: '/srv/files/oc.tar.gz',
    kind: 'tar',
    handler: 'TgzArchive',
    sha256: 'b'.repeat(64),
    entries: [tool],
    found: [null],
    differ: ['oc'],
  },
  unknown: [],
};
const present = { kind: 'file', mode: '0755', size: 3, mtime: 1_763_600_000, uid: 0, gid: 0, owner: 'root', group: 'root' } as const;

export const unarchive = labelled(
  defineModule({
    name: 'unarchive',
    aliases: ['ansible.builtin.unarchive', 'ansible.legacy.unarchive'],
    target: 'host',
    effect: 'converge',
    summary: 'Unpack an archive of the controller, of the host or of a URL',
    notes: [
      'Nothing is unpacked where every member is there with its content and permissions; owners and times are not compared.',
      'The host needs GNU tar; for .zip unzip, too. Archives on the controller may be .tar, .tar.gz and .zip; on the host whatever its tar reads.',
      'Of an archive on the controller extra_opts may hold --strip-components only; on the host anything tar knows.',
      'A URL (with remote_src) is fetched by the host each time it is looked at: get_url keeps the file.',
    ],
    args: args({
      src: text('The archive: on the controller, with remote_src on the host, or a URL', { minLength: 1 }),
      dest: text('The directory to unpack into; it has to exist', { minLength: 1 }),
      remote_src: flag('src is a path on the host, or a URL', false),
      copy: optional(flag('The opposite of remote_src, as old playbooks have it', true)),
      creates: optional(text('Path: when it exists, nothing is unpacked')),
      include: listOf(text('Member'), 'Members to unpack; all when left out', { default: [] }),
      exclude: listOf(text('Pattern'), 'Members to leave out', { default: [] }),
      extra_opts: listOf(text('Option'), 'More options for tar', { default: [] }),
      keep_newer: flag('Leave files alone that are newer than those of the archive', false),
      list_files: flag('Name all members in the result', false),
      ...attributeArgs,
      validate_certs: flag('Whether the certificate of the URL has to be valid', true),
      io_buffer_size: optional(integer('Accepted: pb streams archives')),
      decrypt: flag('Open an archive of the controller that is vaulted', true),
    }),
    examples: [
      { title: 'new', args: { src: 'oc.tar.gz', dest: '/usr/local/bin', mode: '0755', owner: 'root' }, state: example, expect: 'change' },
      {
        title: 'unpacked already',
        args: { src: 'oc.tar.gz', dest: '/usr/local/bin', list_files: true },
        state: { ...example, archive: { ...archiveOf(example), found: [{ ...present, is: 'a'.repeat(64) }], differ: [] } },
        expect: 'ok',
      },
      {
        title: 'from the host itself',
        args: { src: '/opt/oc.tar.gz', dest: '/usr/local/bin', remote_src: true, extra_opts: ['--strip-components=1'] },
        state: { ...example, archive: { ...archiveOf(example), src: '/opt/oc.tar.gz', sha256: null } },
        expect: 'change',
      },
      {
        title: 'only other permissions',
        args: { src: 'oc.tar.gz', dest: '/usr/local/bin', mode: 'go-rx' },
        state: { ...example, archive: { ...archiveOf(example), found: [{ ...present, is: 'a'.repeat(64) }], differ: [] } },
        expect: 'change',
      },
      {
        title: 'no such directory',
        args: { src: 'oc.tar.gz', dest: '/usr/local/bin' },
        state: { ...example, stat: null, archive: null },
        expect: 'absent',
      },
      {
        title: 'made already',
        args: { src: 'oc.tar.gz', dest: '/usr/local/bin', creates: '/usr/local/bin/oc' },
        state: { ...example, creates: '/usr/local/bin/oc', archive: null },
        expect: 'skipped',
      },
      {
        title: 'include and exclude',
        args: { src: 'oc.tar.gz', dest: '/usr/local/bin', include: ['oc'], exclude: ['kubectl'] },
        state: { ...example, archive: null },
        expect: 'failed',
      },
    ],
    reads: ({ src, dest, remote_src }) => [`path/${trim(dest)}`, ...(remote_src && src.startsWith('/') ? [`path/${src}`] : [])],
    async read(asked, io): Promise<State> {
      const given = withCopy(asked);
      const dest = trim(await absolute(given.dest, io));
      const none = { dest, stat: null, creates: null, archive: null, unknown: [] };
      if (problemOf(given) !== undefined) return none;
      const creates = given.creates === undefined || io.applied ? null : await io.ask(glob, { pattern: await absolute(given.creates, io) });
      const found = await io.ask(stat, { path: dest, follow: true });
      if (creates !== null || found?.kind !== 'directory') return { ...none, creates, stat: found };
      const src = await sourceOf(given, io);
      const [archive, unknown] = await Promise.all([readArchive(given, { directory: dest, src }, io), unknownNames(given, io)]);
      if ('problem' in archive) return { ...none, stat: found, problem: archive.problem };
      return { dest, stat: found, creates, archive, unknown };
    },
    decide(asked, state): Decision<JsonObject> {
      const given = withCopy(asked);
      const problem = problemOf(given) ?? state.problem;
      if (problem !== undefined) return failed(problem, { code: 'args' });
      if (state.creates !== null) return { is: 'skipped', why: `skipped, since ${given.creates} exists` };
      if (state.stat === null) return absent(`path/${state.dest}`, `dest '${state.dest}' must be an existing dir`);
      const { archive, dest } = state;
      if (state.stat.kind !== 'directory' || archive === null) return failed(`dest '${dest}' must be an existing dir`);
      const unfit = misfits(given, state, archive);
      if (archive.differ.length === 0 && unfit.length === 0) return ok(output(given, state, archive));
      const [first, ...rest] = [
        ...(archive.differ.length > 0 ? unpacking(given, dest, archive) : []),
        ...(unfit.length > 0 ? [settling(given, dest, unfit)] : []),
      ];
      if (first === undefined) return ok(output(given, state, archive));
      const what = {
        op: 'update' as const,
        summary: archive.differ.length > 0 ? `unpack ${given.src} into ${dest}` : `set attributes of what ${given.src} holds in ${dest}`,
        before: { differ: archive.differ },
        after: { unpacked: archive.differ, ...(unfit.length > 0 ? { attributes: unfit } : {}) },
        steps: [first, ...rest] as const,
        provides: archive.entries.map(({ path }) => `path/${join(dest, path)}`),
      };
      const [name] = state.unknown;
      return name === undefined ? change(what) : absent(name, `${name.replace('/', ' ')} does not exist on this host`, what);
    },
  }),
);

function archiveOf(state: State): Archive {
  if (state.archive === null) throw new Error('an example without an archive');
  return state.archive;
}

const withCopy = (given: Args): Args => (given.copy === false ? { ...given, remote_src: true } : given);

function problemOf(given: Args): string | undefined {
  if (given.include.length > 0 && given.exclude.length > 0) return 'parameters are mutually exclusive: include|exclude';
  if (isUrl(given.src) && !given.remote_src) return 'a URL as src needs remote_src: true';
  if (isUrl(given.src) && handlerOf(given.src).handler === 'ZipArchive')
    return 'a zip archive cannot be unpacked from a URL: get_url it first';
  return modeProblem(given.mode);
}

const sourceOf = async (given: Args, io: HostReader): Promise<string> =>
  isUrl(given.src) ? given.src : given.remote_src ? absolute(given.src, io) : io.files.find('files', given.src);

/** Members that have, or come with, other attributes than asked for. */
function misfits(given: Args, state: State, { entries, found, differ }: Archive): readonly string[] {
  if (given.mode === undefined && given.owner === undefined && given.group === undefined) return [];
  const coming = new Set(differ);
  return entries.flatMap((entry, index) => {
    const now = found[index];
    if (!now || coming.has(entry.path)) return [entry.path];
    const asked = given.mode === undefined ? given : { ...given, mode: resolveMode(given.mode, now.mode, now.kind === 'directory') };
    const kind = now.kind === 'other' ? ('file' as const) : now.kind;
    return attributeChange(join(state.dest, entry.path), { ...now, kind }, asked).steps.length > 0 ? [entry.path] : [];
  });
}

function unpacking(given: Args, dest: string, archive: Archive): readonly Step[] {
  const here = archive.sha256 === null ? archive.src : join(dest, `.pb-unarchive-${archive.sha256.slice(0, 16)}`);
  const sent = archive.sha256 === null ? '' : 'sent';
  const words =
    archive.kind === 'tar'
      ? [given.validate_certs ? '1' : '0', sent, ...tarOptions(given), ...(given.keep_newer ? ['--keep-newer-files'] : [])]
      : [String(given.exclude.length), sent, ...given.exclude];
  const names = given.include.length === 0 ? [] : archive.kind === 'tar' ? ['--', ...given.include] : given.include;
  const unpack: Step = { do: 'exec', argv: ['sh', '-c', archive.kind === 'tar' ? TAR : ZIP, 'sh', here, dest, ...words, ...names] };
  return archive.sha256 === null ? [unpack] : [brought(archive, here, archive.sha256), unpack];
}

/** What was vaulted goes as it was opened. */
const brought = ({ src, opened }: Archive, path: string, sha256: string): Step =>
  opened === undefined
    ? { do: 'upload', from: src, path, sha256, mode: '0600' }
    : { do: 'write', path, content: opened, encoding: 'base64', mode: '0600' };

function settling({ mode, owner, group }: Args, dest: string, paths: readonly string[]): Step {
  const who = owner === undefined && group === undefined ? '' : `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  return { do: 'exec', argv: ['sh', '-c', SETTLE, 'sh', dest, who, mode ?? ''], stdin: paths.map((path) => `${path}\n`).join('') };
}

const output = (given: Args, { dest, stat: now }: State, archive: Archive): JsonObject => ({
  dest,
  src: archive.src,
  handler: archive.handler,
  ...(now === null ? {} : told(now)),
  ...(given.list_files ? { files: archive.entries.map(({ path, kind }) => (kind === 'directory' ? `${path}/` : path)) } : {}),
});
