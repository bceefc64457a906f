/** Filesystems: mounted, and named in /etc/fstab. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { type Mounted, mountedAt } from '../probes/mounted-at.ts';
import { type FileStat, stat } from '../probes/stat.ts';
import { args, change, defineModule, failed, flag, ok, oneOf, optional, text } from './define.ts';
import { decideEdit, type Edited, readEdited, uneditable } from './files/edit.ts';
import { exampleFile, seen } from './files/example.ts';
import { absolute, trim } from './files/path.ts';
import { stepsAfter } from './files/steps-after.ts';
import { entryIn, type FstabEntry, withEntry, withoutEntry } from './system/fstab.ts';

const STATES = ['mounted', 'present', 'unmounted', 'absent', 'absent_from_fstab', 'remounted', 'ephemeral'] as const;

interface Args {
  readonly path: string;
  readonly state: (typeof STATES)[number];
  readonly src?: string;
  readonly fstype?: string;
  readonly opts?: string;
  readonly dump: string;
  readonly passno: string;
  readonly boot: boolean;
  readonly fstab: string;
  readonly backup: boolean;
}

type State = {
  readonly path: string;
  readonly fstab: Edited;
  readonly mounted: Mounted | null;
  /** The mount point. */
  readonly point: FileStat | null;
};

const directory: FileStat = { ...exampleFile, kind: 'directory', mode: '0755' };
const data = { path: '/data', src: '/dev/disk/by-id/wwn-0x5000c500a1b2c3d4', fstype: 'xfs' };
const line = `${data.src} /data xfs defaults 0 0\n`;
const example: State = { path: '/data', fstab: seen('/etc/fstab', ''), mounted: null, point: null };
const there: Mounted = { source: '/dev/sdb', fstype: 'xfs', options: ['rw', 'relatime'] };

export const mount = defineModule({
  name: 'mount',
  aliases: ['ansible.posix.mount'],
  target: 'host',
  effect: 'converge',
  tools: () => ['mount', 'umount'],
  summary: 'Mount filesystems and keep them in /etc/fstab',
  notes: [
    'mounted: in fstab and mounted; present and absent_from_fstab: fstab alone; unmounted: fstab stays; ephemeral: mounted without fstab.',
    'absent unmounts, takes the entry out of fstab and removes the empty directory. What is on the filesystem stays.',
    'remounted mounts anew on every run.',
  ],
  args: args({
    path: text('The mount point', { minLength: 1 }),
    state: oneOf(STATES, 'What shall be'),
    src: optional(text('The device or network path; needed for mounted, present and ephemeral')),
    fstype: optional(text('Type of the filesystem; needed for mounted, present and ephemeral')),
    opts: optional(text('Options of mount(8); "defaults" when left out')),
    dump: text('Fifth field of fstab', { default: '0' }),
    passno: text('Sixth field of fstab: the order of checks at boot', { default: '0' }),
    boot: flag('Mount it at boot; otherwise noauto is added to the options', true),
    fstab: text('The file, instead of /etc/fstab', { default: '/etc/fstab' }),
    backup: flag('Keep the fstab that is replaced beside it', false),
    opts_no_log: flag('Accepted: mark the task no_log to hide the options', false),
  }),
  argAliases: { name: 'path' },
  examples: [
    { title: 'a new filesystem', args: { ...data, state: 'mounted', opts: 'noatime' }, state: example, expect: 'change' },
    {
      title: 'mounted already',
      args: { ...data, state: 'mounted' },
      state: { ...example, fstab: seen('/etc/fstab', line), mounted: there, point: directory },
      expect: 'ok',
    },
    {
      title: 'other options',
      args: { ...data, state: 'mounted', opts: 'noatime', boot: false },
      state: { ...example, fstab: seen('/etc/fstab', line), mounted: there, point: directory },
      expect: 'change',
    },
    {
      title: 'gone for good',
      args: { path: '/data', state: 'absent' },
      state: { ...example, fstab: seen('/etc/fstab', line), mounted: there, point: directory },
      expect: 'change',
    },
    {
      title: 'unmounted',
      args: { path: '/data', state: 'unmounted' },
      state: { ...example, fstab: seen('/etc/fstab', line), mounted: there, point: directory },
      expect: 'change',
    },
    { title: 'mounted once', args: { ...data, state: 'ephemeral', opts: 'ro' }, state: { ...example, point: directory }, expect: 'change' },
    { title: 'nothing to remount', args: { path: '/data', state: 'remounted' }, state: example, expect: 'failed' },
    { title: 'no source', args: { path: '/data', state: 'mounted', fstype: 'xfs' }, state: example, expect: 'failed' },
  ],
  reads: ({ fstab }) => [`path/${fstab}`],
  async read(given, io): Promise<State> {
    const path = trim(await absolute(given.path, io));
    const [fstab, mounted, point] = await Promise.all([
      readEdited({ path: given.fstab, backup: given.backup }, io),
      io.ask(mountedAt, path),
      io.ask(stat, { path, follow: true }),
    ]);
    return { path, fstab, mounted, point };
  },
  decide(given, state): Decision<JsonObject> {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    if (given.state === 'remounted' && state.mounted === null) return failed(`Error remounting ${state.path}: nothing is mounted there`);
    const needs = given.state === 'mounted' || given.state === 'present';
    const wrong = uneditable(state.fstab, needs || state.fstab.stat === null);
    if (wrong) return wrong;
    const quiet = outputOf(given, state.path);
    const next = fstabAfter(given, state);
    const decision = decideEdit(state.fstab, { text: next, says: quiet }, { path: given.fstab, backup: given.backup, quiet });
    const steps = mounting(given, state, decision.is !== 'ok');
    if (decision.is !== 'ok') return stepsAfter(decision, steps);
    const [first, ...rest] = steps;
    if (first === undefined) return ok(quiet);
    const before = { mounted: state.mounted === null ? false : { ...state.mounted } };
    return change({
      op: 'update',
      summary: `${VERBS[given.state]} ${state.path}`,
      before,
      after: { mounted: given.state === 'unmounted' || given.state === 'absent' ? false : { ...quiet } },
      steps: [first, ...rest],
      provides: [`path/${state.path}`],
      ...(given.state === 'remounted' ? { repeats: true as const } : {}),
    });
  },
  result: (given) => outputOf(given, given.path),
});

const VERBS: { readonly [state in Args['state']]: string } = {
  mounted: 'mount',
  ephemeral: 'mount',
  present: 'name in fstab:',
  unmounted: 'unmount',
  absent: 'unmount and remove',
  absent_from_fstab: 'take out of fstab:',
  remounted: 'remount',
};

function problemOf({ state, src, fstype }: Args): string | undefined {
  const missing = [...(src === undefined ? ['src'] : []), ...(fstype === undefined ? ['fstype'] : [])];
  const needed = state === 'mounted' || state === 'present' || state === 'ephemeral';
  return needed && missing.length > 0 ? `state is ${state} but all of the following are missing: ${missing.join(', ')}` : undefined;
}

const optionsOf = ({ opts = 'defaults', boot }: Args): string =>
  boot || opts.split(',').includes('noauto') ? opts : opts === 'defaults' ? 'noauto' : `${opts},noauto`;

const entryOf = (given: Args, path: string): FstabEntry => ({
  src: given.src ?? '',
  path,
  fstype: given.fstype ?? '',
  opts: optionsOf(given),
  dump: given.dump,
  passno: given.passno,
});

function fstabAfter(given: Args, { path, fstab }: State): string {
  const now = fstab.text ?? '';
  const wanted = entryOf(given, path);
  if (given.state === 'absent' || given.state === 'absent_from_fstab') return withoutEntry(now, wanted);
  return given.state === 'mounted' || given.state === 'present' ? withEntry(now, wanted) : now;
}

/** Behind the change of fstab, if there is one. */
function mounting(given: Args, { path, fstab, mounted, point }: State, edited: boolean): readonly Step[] {
  const run = (...argv: readonly [string, ...string[]]): Step => ({ do: 'exec', argv });
  const table = given.fstab === '/etc/fstab' ? [] : ['-T', fstab.path];
  const make = point === null ? [run('mkdir', '-p', '--', path)] : [];
  const remount = run('sh', '-c', 'mount -o remount "$@" || { umount "$1" && mount "$@"; }', 'sh', path, ...table);
  switch (given.state) {
    case 'mounted':
      // Options that the entry had before are in force until it is mounted anew.
      return mounted === null ? [...make, run('mount', ...table, path)] : edited && hadEntry(given, path, fstab) ? [remount] : [];
    case 'ephemeral':
      return mounted === null
        ? [...make, run('mount', '-t', given.fstype ?? '', '-o', given.opts ?? 'defaults', '--', given.src ?? '', path)]
        : [];
    case 'remounted':
      return [remount];
    case 'unmounted':
      return mounted === null ? [] : [run('umount', '--', path)];
    case 'absent':
      return [...(mounted === null ? [] : [run('umount', '--', path)]), ...(point?.kind === 'directory' ? [run('rmdir', '--', path)] : [])];
    default:
      return [];
  }
}

const hadEntry = (given: Args, path: string, fstab: Edited): boolean => entryIn(fstab.text ?? '', entryOf(given, path)) !== undefined;

const outputOf = (given: Args, path: string): JsonObject => ({
  name: path,
  ...(given.src === undefined ? {} : { src: given.src }),
  ...(given.fstype === undefined ? {} : { fstype: given.fstype }),
  opts: optionsOf(given),
  dump: given.dump,
  passno: given.passno,
  fstab: given.fstab,
  boot: given.boot ? 'yes' : 'no',
});
