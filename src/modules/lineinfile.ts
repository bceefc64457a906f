/** One line of a file: there, replaced or gone. */
import { args, defineModule, failed, flag, ok, oneOf, optional, text } from './define.ts';
import { modeProblem } from './files/attributes.ts';
import { decideEdit, type EditArgs, editAliases, editArgs, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { labelled } from './files/labels.ts';
import { type LineArgs, withLine, withoutLine } from './files/lines.ts';
import { PatternError, patternProblem } from './files/pattern.ts';

type Args = EditArgs & LineArgs & { readonly state: 'present' | 'absent'; readonly create: boolean };

export const lineinfile = labelled(
  defineModule({
    name: 'lineinfile',
    aliases: ['ansible.builtin.lineinfile'],
    target: 'host',
    effect: 'converge',
    summary: 'Keep one line in a file, replace it or take it away',
    notes: [
      'regexp and search_string find the line that is replaced: the last of several, or the first with firstmatch. Where they find nothing, the line is added.',
      'A regexp that does not find the new line and a line that is not there word for word add it again on every run.',
      'Patterns are Python’s.',
    ],
    args: args({
      ...editArgs,
      line: optional(text('The line; needed unless state is absent and regexp or search_string is given')),
      regexp: optional(text('Pattern of the line to replace, or of every line to remove')),
      search_string: optional(text('Text that the line holds, instead of a pattern')),
      state: oneOf(['present', 'absent'], 'Whether the line shall be there', { default: 'present' }),
      backrefs: flag('Groups of regexp may stand in line (\\1); where regexp finds nothing the file is left alone', false),
      insertafter: optional(text('Pattern of the line after which a new line goes; EOF (the default) is the end of the file')),
      insertbefore: optional(text('Pattern of the line before which a new line goes; BOF is the beginning of the file')),
      firstmatch: flag('Take the first line that is found instead of the last', false),
      create: flag('Make the file, and directories above it, where it does not exist', false),
    }),
    argAliases: { ...editAliases, value: 'line', regex: 'regexp' },
    examples: [
      {
        title: 'a setting is replaced',
        args: { path: '/etc/selinux/config', regexp: '^SELINUX=', line: 'SELINUX=enforcing' },
        state: seen('/etc/selinux/config', '# policy\nSELINUX=permissive\n'),
        expect: 'change',
      },
      {
        title: 'the line is there',
        args: { path: '/etc/hosts', line: '10.0.0.5 api.lab' },
        state: seen('/etc/hosts', '127.0.0.1 localhost\n10.0.0.5 api.lab\n'),
        expect: 'ok',
      },
      {
        title: 'no such file',
        args: { path: '/etc/none.conf', line: 'x' },
        state: { ...seen('/etc/none.conf', ''), stat: null },
        expect: 'absent',
      },
      { title: 'no line', args: { path: '/etc/hosts' }, state: seen('/etc/hosts', ''), expect: 'failed' },
    ],
    reads: ({ path }) => [`path/${path}`],
    read: (given, io) => readEdited(given, io),
    decide(given, state) {
      const problem = problemOf(given);
      if (problem !== undefined) return failed(problem, { code: 'args' });
      if (given.state === 'absent' && state.stat === null) return ok({ msg: 'file not present', found: 0 });
      const wrong = uneditable(state, given.create, 'Destination');
      if (wrong) return wrong;
      const now = state.text ?? '';
      if (given.state === 'absent') {
        const { text: next, found } = withoutLine(now, given);
        const says = { msg: `${found} line(s) removed`, found, backup: '' };
        return decideEdit(state, { text: next, says }, { ...given, quiet: { msg: '', found: 0, backup: '' } });
      }
      const want = { ...given, line: given.line ?? '' };
      try {
        const next = withLine(now, want);
        const again = next && withLine(next.text, want);
        const edit = { text: next?.text ?? now, says: { msg: next?.msg ?? '', backup: '' }, repeats: again !== undefined };
        return decideEdit(state, edit, { ...given, quiet: { msg: '', backup: '' } });
      } catch (error) {
        if (error instanceof PatternError) return failed(`line: ${error.message}`, { code: 'args' });
        throw error;
      }
    },
    result: () => ({}),
  }),
);

function problemOf(given: Args): string | undefined {
  const { line, regexp, search_string, insertafter, insertbefore, state, backrefs } = given;
  if (regexp !== undefined && search_string !== undefined) return 'parameters are mutually exclusive: regexp|search_string';
  if (insertafter !== undefined && insertbefore !== undefined) return 'parameters are mutually exclusive: insertbefore|insertafter';
  if (state === 'present' && line === undefined) return 'line is required with state=present';
  if (state === 'present' && backrefs && regexp === undefined) return 'regexp is required with backrefs=true';
  if (line === undefined && regexp === undefined && search_string === undefined)
    return 'one of line, search_string, or regexp is required with state=absent';
  const beside = {
    ...(insertafter === undefined || ['EOF', 'BOF'].includes(insertafter) ? {} : { insertafter }),
    ...(insertbefore === undefined || ['EOF', 'BOF'].includes(insertbefore) ? {} : { insertbefore }),
  };
  return modeProblem(given.mode) ?? patternProblem({ regexp, ...beside });
}
