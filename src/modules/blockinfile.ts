/** A block of lines between two marker lines of a file. */
import { args, defineModule, failed, flag, oneOf, optional, text } from './define.ts';
import { modeProblem } from './files/attributes.ts';
import { type BlockArgs, withBlock } from './files/block.ts';
import { decideEdit, type EditArgs, editAliases, editArgs, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { labelled } from './files/labels.ts';
import { patternProblem } from './files/pattern.ts';

type Args = EditArgs & BlockArgs & { readonly create: boolean };

const MARKED = '# BEGIN ANSIBLE MANAGED BLOCK\n10.0.0.5 api.lab\n# END ANSIBLE MANAGED BLOCK\n';

export const blockinfile = labelled(
  defineModule({
    name: 'blockinfile',
    aliases: ['ansible.builtin.blockinfile'],
    target: 'host',
    effect: 'converge',
    summary: 'Keep a block of lines between markers in a file',
    notes: [
      'The markers say which block it is: several blocks in one file need markers of their own.',
      'A marker without {mark} would find itself twice and is refused.',
    ],
    args: args({
      ...editArgs,
      block: text('The lines; without any, the block is taken away', { default: '' }),
      marker: text('The marker lines; {mark} becomes marker_begin and marker_end', { default: '# {mark} ANSIBLE MANAGED BLOCK' }),
      marker_begin: text('What {mark} becomes in the first marker', { default: 'BEGIN' }),
      marker_end: text('What {mark} becomes in the last marker', { default: 'END' }),
      insertafter: optional(text('Pattern of the line after which a new block goes; EOF (the default) is the end of the file')),
      insertbefore: optional(text('Pattern of the line before which a new block goes; BOF is the beginning of the file')),
      state: oneOf(['present', 'absent'], 'Whether the block shall be there', { default: 'present' }),
      create: flag('Make the file, and directories above it, where it does not exist', false),
      append_newline: flag('Put an empty line after the block where there is none', false),
      prepend_newline: flag('Put an empty line before the block where there is none', false),
    }),
    argAliases: { ...editAliases, content: 'block' },
    examples: [
      {
        title: 'a new block',
        args: { path: '/etc/hosts', block: '10.0.0.5 api.lab' },
        state: seen('/etc/hosts', '127.0.0.1 localhost\n'),
        expect: 'change',
      },
      {
        title: 'the block is there',
        args: { path: '/etc/hosts', block: '10.0.0.5 api.lab\n' },
        state: seen('/etc/hosts', `127.0.0.1 localhost\n${MARKED}`),
        expect: 'ok',
      },
      {
        title: 'taken away',
        args: { path: '/etc/hosts', state: 'absent' },
        state: seen('/etc/hosts', `127.0.0.1 localhost\n${MARKED}::1 localhost\n`),
        expect: 'change',
      },
      {
        title: 'no such file',
        args: { path: '/etc/none', block: 'x' },
        state: { ...seen('/etc/none', ''), stat: null },
        expect: 'absent',
      },
    ],
    reads: ({ path }) => [`path/${path}`],
    read: (given, io) => readEdited(given, io),
    decide(given, state) {
      const problem = problemOf(given);
      if (problem !== undefined) return failed(problem, { code: 'args' });
      const wrong = uneditable(state, given.create);
      if (wrong) return wrong;
      const next = withBlock(state.text ?? '', given);
      const removed = given.state === 'absent' || given.block === '';
      const msg = state.stat === null ? 'File created' : removed ? 'Block removed' : 'Block inserted';
      return decideEdit(state, { text: next, says: { msg } }, { ...given, quiet: { msg: '' } });
    },
  }),
);

function problemOf(given: Args): string | undefined {
  const { insertafter, insertbefore, marker, marker_begin, marker_end } = given;
  if (insertafter !== undefined && insertbefore !== undefined) return 'give insertafter or insertbefore, not both';
  if (!marker.includes('{mark}') || marker_begin === marker_end) return 'the two markers must differ: marker needs {mark} in it';
  return modeProblem(given.mode) ?? patternProblem({ insertafter, insertbefore });
}
