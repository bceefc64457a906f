/** Put a rendered template on the host. */
import { type TaskId, Unknown } from '../core/value.ts';
import { args, defineModule, failed, flag, oneOf, optional, text } from './define.ts';
import { attributeArgs, modeProblem, unknownNames } from './files/attributes.ts';
import { labelled } from './files/labels.ts';
import { absolute, baseOf } from './files/path.ts';
import { decidePlaced, type Layout, layOne, placingOf } from './files/placed.ts';
import { sourceOf } from './files/source.ts';

type State =
  | (Layout & { readonly unknown: readonly string[] })
  | { readonly until: TaskId; readonly why: string }
  | { readonly problem: string };

const BYTES = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'latin-1': 'latin1',
  latin1: 'latin1',
  'iso-8859-1': 'latin1',
  ascii: 'latin1',
  'us-ascii': 'latin1',
} as const;
const ENCODINGS = Object.keys(BYTES) as (keyof typeof BYTES)[];

/** What begins and ends expressions, statements and comments. */
const marks = {
  variable_start_string: text('What begins an expression', { default: '{{' }),
  variable_end_string: text('What ends an expression', { default: '}}' }),
  block_start_string: text('What begins a statement', { default: '{%' }),
  block_end_string: text('What ends a statement', { default: '%}' }),
  comment_start_string: text('What begins a comment', { default: '{#' }),
  comment_end_string: text('What ends a comment', { default: '#}' }),
};

const settingsOf = (given: { readonly [name: string]: unknown }): { readonly [name: string]: string | boolean } =>
  Object.fromEntries(['trim_blocks', 'lstrip_blocks', ...Object.keys(marks)].map((name) => [name, given[name] as string | boolean]));

export const template = labelled(
  defineModule({
    name: 'template',
    aliases: ['ansible.builtin.template', 'ansible.legacy.template'],
    target: 'host',
    effect: 'converge',
    summary: 'Render a template of the controller and put it on the host',
    notes: [
      'A new file gets mode 0644 unless told otherwise. Inside the template, template_path, template_fullpath, template_destpath and ansible_managed are set.',
      'validate runs when the file is written: check mode cannot foretell what it says.',
    ],
    args: args({
      src: text('The template, looked for in templates/ of the role and of the playbook'),
      dest: text('Where to: a path, or a directory (existing, or ending in a slash) that keeps the name of src'),
      ...attributeArgs,
      force: flag('Replace a file whose content differs', true),
      backup: flag('Keep what is replaced beside it', false),
      follow: flag('Where dest is a symbolic link, write to what it points to instead of replacing it', false),
      newline_sequence: oneOf(
        ['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n'],
        'How lines end in the written file; backslashes may be spelled out',
        { default: '\n' },
      ),
      output_encoding: oneOf(ENCODINGS, 'How the text is written as bytes', { default: 'utf-8' }),
      trim_blocks: flag('Drop the newline after a block', true),
      lstrip_blocks: flag('Drop the blanks before a block', false),
      ...marks,
      validate: optional(text('Command that checks the new file before it is put in place; %s is its path')),
    }),
    examples: [
      {
        title: 'a new file',
        args: { src: 'chrony.conf.j2', dest: '/etc/chrony.conf', mode: '0644' },
        state: {
          dest: '/etc/chrony.conf',
          directories: [],
          slots: [
            { path: '/etc/chrony.conf', source: { size: 30, sha256: 'new', text: 'server ntp.example.org iburst\n' }, now: { stat: null } },
          ],
          parent: '/etc',
          unknown: [],
        },
        expect: 'change',
      },
      {
        title: 'a value in it is not known yet',
        args: { src: 'exports.j2', dest: '/etc/exports' },
        state: { until: 'storage/3:command' as TaskId, why: 'known after storage/3:command' },
        expect: 'unknown',
      },
    ],
    async read(given, io): Promise<State> {
      const problem = modeProblem(given.mode);
      if (problem !== undefined) return { problem };
      const path = await io.files.find('templates', given.src);
      const names = { template_path: given.src, template_fullpath: path, template_destpath: given.dest };
      const rendered = await io.files.render(path, names, settingsOf(given));
      if (rendered instanceof Unknown) return { until: rendered.until, why: rendered.why };
      const lines = String(rendered).replaceAll(/\r\n|\r|\n/g, given.newline_sequence.replace('\\r', '\r').replace('\\n', '\n'));
      const file = {
        dest: await absolute(given.dest, io),
        name: baseOf(given.src),
        source: sourceOf(Buffer.from(lines, BYTES[given.output_encoding]), await io.files.stat(path)),
      };
      const [layout, unknown] = await Promise.all([layOne(file, given.follow, io), unknownNames(given, io)]);
      return { ...layout, unknown };
    },
    decide(given, state) {
      if ('problem' in state) return failed(state.problem, { code: 'args' });
      if ('until' in state) return { is: 'unknown', until: state.until, why: `what ${given.src} comes to: ${state.why}` };
      return decidePlaced(state, { placing: placingOf(given), fresh: {}, unknown: state.unknown, src: given.src });
    },
  }),
);
