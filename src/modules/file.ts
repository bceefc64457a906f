/** Files, directories and links: whether they exist, and their attributes. */
import { args, defineModule, failed, flag, oneOf, optional, text } from './define.ts';
import { attributeArgs, modeProblem } from './files/attributes.ts';
import { decideAbsent, decideDirectory, decideFile, decideHard, decideLink, decideTouch } from './files/file-decide.ts';
import { readFileState } from './files/file-state.ts';
import { labelled } from './files/labels.ts';
import { timeArgs, timeProblem } from './files/times.ts';

const root = {
  kind: 'directory',
  mode: '0755',
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  size: 4096,
  dev: 2049,
  inode: 2,
  nlink: 19,
} as const;
const times = { atime: 1763600000, mtime: 1763600000, ctime: 1763600000, blocks: 8, blockSize: 4096 };
const directory = { ...root, ...times };
const nothing = { self: null, end: null, link: null, mounts: [], below: [], source: null, touched: false, unknown: [] };

export const file = labelled(
  defineModule({
    name: 'file',
    aliases: ['ansible.builtin.file'],
    target: 'host',
    effect: 'converge',
    summary: 'Make and remove files, directories and links, and set their attributes',
    notes: [
      'state: absent removes a directory with everything in it, but refuses while a filesystem is mounted there or below.',
      'state: touch sets the times on every run, unless access_time and modification_time are "preserve".',
      'New directories get mode 0755 and new files 0644 unless told otherwise.',
    ],
    args: args({
      path: text('The path', { minLength: 1 }),
      state: optional(
        oneOf(
          ['file', 'directory', 'absent', 'touch', 'link', 'hard'],
          'What shall be there; "file" sets attributes only and makes nothing. Left out: a directory with recurse, otherwise whatever is there',
        ),
      ),
      ...attributeArgs,
      src: optional(text('What a link points to')),
      recurse: flag('Set the attributes of everything below a directory too', false),
      force: flag('Link to what does not exist yet, and replace what is in the way of a link', false),
      follow: flag('Where path is a symbolic link, set the attributes of what it points to', true),
      ...timeArgs,
    }),
    argAliases: { dest: 'path', name: 'path' },
    reads: ({ path }) => [`path/${path}`],
    examples: [
      {
        title: 'a new directory',
        args: { path: '/srv/export', state: 'directory', mode: '0750' },
        state: { path: '/srv/export', ...nothing, above: [{ path: '/srv', now: directory }] },
        expect: 'change',
      },
      {
        title: 'nothing to remove',
        args: { path: '/etc/old.conf', state: 'absent' },
        state: { path: '/etc/old.conf', ...nothing, above: [{ path: '/etc', now: directory }] },
        expect: 'ok',
      },
      {
        title: 'a mounted filesystem is not removed',
        args: { path: '/data', state: 'absent' },
        state: {
          path: '/data',
          ...nothing,
          self: { ...directory, dev: 2065 },
          end: { ...directory, dev: 2065 },
          above: [],
          mounts: ['/data'],
        },
        expect: 'refused',
      },
      {
        title: 'a link',
        args: { src: '/usr/share/zoneinfo/UTC', dest: '/etc/localtime', state: 'link' },
        state: {
          path: '/etc/localtime',
          ...nothing,
          above: [{ path: '/etc', now: directory }],
          source: { path: '/usr/share/zoneinfo/UTC', stat: { ...directory, kind: 'file', mode: '0644', size: 114 } },
        },
        expect: 'change',
      },
    ],
    read: (given, io) => readFileState(given, io),
    decide(given, state) {
      const problem = modeProblem(given.mode === 'preserve' ? 'of src' : given.mode) ?? timeProblem(given);
      if (problem !== undefined) return failed(problem, { code: 'args' });
      const kind = given.state ?? (given.recurse ? 'directory' : given.src === undefined ? 'any' : 'link');
      if (given.recurse && kind !== 'directory') return failed('recurse goes with state: directory', { code: 'args' });
      switch (kind) {
        case 'directory':
          return decideDirectory(given, state);
        case 'absent':
          return decideAbsent(given, state);
        case 'touch':
          return decideTouch(given, state);
        case 'link':
          return decideLink(given, state);
        case 'hard':
          return decideHard(given, state);
        default:
          return decideFile(given, state);
      }
    },
  }),
);
