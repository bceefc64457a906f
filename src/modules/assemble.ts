/** One file out of the fragments in a directory. */
import type { HostReader } from '../core/module.ts';
import { find } from '../probes/find.ts';
import { absent, args, defineModule, failed, flag, optional, text } from './define.ts';
import { type Asked, attributeArgs, modeProblem, unknownNames } from './files/attributes.ts';
import { labelled } from './files/labels.ts';
import { absolute, baseOf, join } from './files/path.ts';
import { expand, pattern, patternProblem } from './files/pattern.ts';
import { decidePlaced, type Layout, layOne, placingOf } from './files/placed.ts';
import { sourceOf } from './files/source.ts';

type Args = Asked & {
  readonly src: string;
  readonly dest: string;
  readonly remote_src: boolean;
  readonly decrypt: boolean;
  readonly delimiter?: string;
  readonly regexp?: string;
  readonly ignore_hidden: boolean;
  readonly backup: boolean;
  readonly validate?: string;
};

type State = (Layout & { readonly unknown: readonly string[] }) | { readonly missing: string } | { readonly problem: string };

type Fragment = { readonly name: string; content(): Promise<Uint8Array> };

export const assemble = labelled(
  defineModule({
    name: 'assemble',
    aliases: ['ansible.builtin.assemble', 'ansible.legacy.assemble'],
    target: 'host',
    effect: 'converge',
    summary: 'Put a file together from the fragments in a directory',
    notes: ['Fragments are joined in the order of their names. A fragment without a newline at its end gets one before the next.'],
    args: args({
      src: text('Directory of the fragments, on the host (on the controller with remote_src: false)'),
      dest: text('The file'),
      ...attributeArgs,
      remote_src: flag('src is on the host', true),
      delimiter: optional(text('What stands between two fragments; \\n is a new line')),
      regexp: optional(text('Pattern of the names that count')),
      ignore_hidden: flag('Leave out names that begin with a dot', false),
      backup: flag('Keep what is replaced beside it', false),
      validate: optional(text('Command that checks the new file before it is put in place; %s is its path')),
      decrypt: flag('Open fragments of the controller that are vaulted', true),
    }),
    examples: [
      {
        title: 'a new file',
        args: { src: '/etc/app.d', dest: '/etc/app.conf' },
        state: {
          dest: '/etc/app.conf',
          directories: [],
          slots: [{ path: '/etc/app.conf', source: { size: 4, sha256: 'new', text: 'a\nb\n' }, now: { stat: null } }],
          parent: '/etc',
          unknown: [],
        },
        expect: 'change',
      },
      { title: 'no fragments', args: { src: '/etc/none.d', dest: '/etc/app.conf' }, state: { missing: '/etc/none.d' }, expect: 'absent' },
      {
        title: 'no pattern',
        args: { src: '/etc/app.d', dest: '/etc/app.conf', regexp: '[' },
        state: { problem: 'regexp: unterminated character set' },
        expect: 'failed',
      },
    ],
    reads: ({ src, remote_src }) => (remote_src ? [`path/${src}`, `path/${src}/*`] : []),
    async read(given, io): Promise<State> {
      const problem = patternProblem({ regexp: given.regexp }) ?? modeProblem(given.mode);
      if (problem !== undefined) return { problem };
      const found = given.remote_src ? await remote(await absolute(given.src, io), io) : await local(given, io);
      if (found === undefined) return { missing: given.src };
      const content = await joined(found, given);
      const file = { dest: await absolute(given.dest, io), name: baseOf(given.src), source: sourceOf(content) };
      const [layout, unknown] = await Promise.all([layOne(file, true, io), unknownNames(given, io)]);
      return { ...layout, unknown };
    },
    decide(given, state) {
      if ('problem' in state) return failed(state.problem, { code: 'args' });
      if ('missing' in state) return absent(`path/${state.missing}`, `src ${state.missing} is no directory`);
      const placing = placingOf({ ...given, force: true });
      return decidePlaced(state, { placing, fresh: {}, unknown: state.unknown, src: given.src });
    },
  }),
);

async function remote(path: string, io: HostReader): Promise<readonly Fragment[] | undefined> {
  const found = await io.ask(find, { path, depth: 1, follow: true });
  return found?.entries
    .filter(({ stat }) => stat.kind === 'file')
    .map((entry) => ({ name: baseOf(entry.path), content: async () => (await io.readFile(entry.path)) ?? new Uint8Array() }));
}

async function local({ src, decrypt }: Args, io: HostReader): Promise<readonly Fragment[]> {
  const path = await io.files.find('files', src);
  const fragments: Fragment[] = [];
  for (const name of [...(await io.files.list(path))].sort()) {
    const at = join(path, name);
    if ((await io.files.stat(at))?.kind === 'file')
      fragments.push({ name, content: () => io.files.read(at, decrypt ? undefined : 'stored') });
  }
  return fragments;
}

async function joined(fragments: readonly Fragment[], given: Args): Promise<Uint8Array> {
  const names = given.regexp === undefined ? undefined : pattern(given.regexp);
  const parts: Uint8Array[] = [];
  const between = given.delimiter === undefined ? '' : unescaped(given.delimiter);
  for (const { name, content } of fragments) {
    if ((names && !names.search(name)) || (given.ignore_hidden && name.startsWith('.'))) continue;
    const last = parts.at(-1);
    if (last && last.at(-1) !== 10) parts.push(Buffer.from('\n'));
    if (last && between !== '') parts.push(Buffer.from(between.endsWith('\n') ? between : `${between}\n`));
    parts.push(await content());
  }
  return Buffer.concat(parts);
}

/** \n, \t and the like. */
const unescaped = (text: string): string => {
  const nothing = /^/.exec('');
  return nothing ? expand(text.replace(/\\(?=\d|g<)/g, '\\\\'), nothing) : text;
};
