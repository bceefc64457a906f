/** Every match of a pattern in a file, replaced. */
import { args, defineModule, failed, ok, oneOf, optional, text } from './define.ts';
import { modeProblem } from './files/attributes.ts';
import { decideEdit, type EditArgs, editAliases, editArgs, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { labelled } from './files/labels.ts';
import { expand, PatternError, pattern, patternProblem } from './files/pattern.ts';

type Args = EditArgs & { readonly regexp: string; readonly replace: string; readonly after?: string; readonly before?: string };

export const replace = labelled(
  defineModule({
    name: 'replace',
    aliases: ['ansible.builtin.replace'],
    target: 'host',
    effect: 'converge',
    summary: 'Replace every match of a pattern in a file',
    notes: [
      'Patterns are Python’s; ^ and $ match at line ends, and in after and before a dot matches line ends too.',
      'A pattern that finds its own replacement changes the file on every run.',
    ],
    args: args({
      ...editArgs,
      regexp: text('The pattern'),
      replace: text('What each match becomes; \\1 and \\g<name> are groups of the pattern', { default: '' }),
      after: optional(text('Pattern: only what comes after it is changed')),
      before: optional(text('Pattern: only what comes before it is changed')),
      encoding: oneOf(['utf-8', 'utf8'], 'How the file is written', { default: 'utf-8' }),
    }),
    argAliases: editAliases,
    examples: [
      {
        title: 'two matches',
        args: { path: '/etc/hosts', regexp: '(\\s)old\\.lab$', replace: '\\1new.lab' },
        state: seen('/etc/hosts', '10.0.0.5 old.lab\n10.0.0.6 old.lab\n'),
        expect: 'change',
      },
      {
        title: 'nothing to replace',
        args: { path: '/etc/hosts', regexp: 'old', replace: 'new' },
        state: seen('/etc/hosts', '127.0.0.1 localhost\n'),
        expect: 'ok',
      },
      {
        title: 'no pattern',
        args: { path: '/etc/hosts', regexp: '(old', replace: 'new' },
        state: seen('/etc/hosts', ''),
        expect: 'failed',
      },
    ],
    reads: ({ path }) => [`path/${path}`],
    read: (given, io) => readEdited(given, io),
    decide(given, state) {
      const { regexp, after, before } = given;
      const problem = modeProblem(given.mode) ?? patternProblem({ regexp, after, before });
      if (problem !== undefined) return failed(problem, { code: 'args' });
      const wrong = uneditable(state, false);
      if (wrong) return wrong;
      const now = state.text ?? '';
      try {
        const part = section(now, given);
        if (typeof part === 'string') return ok({ msg: `Pattern for before/after params did not match the given file: ${part}`, rc: 0 });
        const next = replaced(now, part, given);
        const again = section(next.text, given);
        const repeats = typeof again !== 'string' && replaced(next.text, again, given).text !== next.text;
        const says = { msg: `${next.count} replacements made`, rc: 0 };
        return decideEdit(state, { text: next.text, says, repeats }, { ...given, quiet: { msg: '', rc: 0 } });
      } catch (error) {
        if (error instanceof PatternError) return failed(error.message, { code: 'args' });
        throw error;
      }
    },
    result: () => ({}),
  }),
);

/** Offsets of the part that may change; the pattern, where it is not found. */
function section(whole: string, { after, before }: Args): readonly [number, number] | string {
  if (after === undefined && before === undefined) return [0, whole.length];
  const lazy = before === undefined || after === undefined ? '' : '?';
  const source = `${after ?? ''}(?P<subsection>.*${lazy})${before ?? ''}`;
  return pattern(source, { dotAll: true }).search(whole)?.indices?.groups?.['subsection'] ?? source;
}

function replaced(whole: string, [from, to]: readonly [number, number], given: Args): { readonly text: string; readonly count: number } {
  const part = whole.slice(from, to);
  let made = '';
  let at = 0;
  const matches = pattern(given.regexp, { multiline: true }).all(part);
  for (const match of matches) {
    made += part.slice(at, match.index) + expand(given.replace, match);
    at = match.index + match[0].length;
  }
  return { text: whole.slice(0, from) + made + part.slice(at) + whole.slice(to), count: matches.length };
}
