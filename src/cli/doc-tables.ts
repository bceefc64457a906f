/** The tables of docs/keywords.md and docs/modules.md, made from the lists that the loader itself goes by. Pure. */
import type { AnyModule } from '../core/module.ts';
import {
  BLOCK,
  HANDLER,
  IMPORT_PLAYBOOK,
  INCLUDE,
  LOOP_CONTROL,
  PLAY,
  ROLE,
  TASK,
  unsupported,
  VARS_PROMPT,
} from '../project/playbook/keywords.ts';
import { problems as collect } from '../project/problems.ts';

const HEAD = 'Made from the code by `npm run docs`; do not edit.';

const PLACES: readonly (readonly [where: string, keys: readonly string[]])[] = [
  ['play', PLAY],
  ['role', ROLE],
  ['block', BLOCK],
  ['task', TASK],
  ['handler', HANDLER],
  ['include_*', INCLUDE],
  ['import_playbook', IMPORT_PLAYBOOK],
  ['loop_control', LOOP_CONTROL],
  ['vars_prompt', VARS_PROMPT],
];

export function keywordTable(): string {
  const names = [...new Set(PLACES.flatMap(([, keys]) => keys))].sort();
  const rows = names.map((name) => {
    const instead = insteadOf(name);
    const marks = PLACES.map(([, keys]) => (keys.includes(name) ? (instead === undefined ? 'yes' : 'no') : ''));
    return `| \`${name}\` | ${marks.join(' | ')} | ${cell(instead ?? '')} |`;
  });
  const heads = ['keyword', ...PLACES.map(([where]) => where), 'not supported: instead'];
  return page('Keywords', 'Where each keyword may stand. `no` is a located error that says what to use instead.', [heads, rows]);
}

/** The hint of the error that the loader gives for a keyword it does not support. */
function insteadOf(name: string): string | undefined {
  const problems = collect();
  unsupported(problems, name, { file: '', line: 1, column: 1 });
  return problems.list[0]?.hint;
}

export function moduleTable(modules: readonly AnyModule[]): string {
  const rows = [...modules]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, aliases = [], summary, effect, target }) => {
      const check = target === 'none' ? 'runs' : effect === 'once' ? 'unknown unless told' : 'exact';
      return `| \`${name}\` | ${aliases.map((alias) => `\`${alias}\``).join(', ')} | ${cell(summary)} | ${target} | ${check} |`;
    });
  const text =
    '`pb doc MODULE` shows arguments, notes and examples. Check mode: *exact* shows the very change, *unknown unless told* needs `creates` or `removes`.';
  return page('Modules', text, [['module', 'other names', 'what it does', 'acts on', 'check mode'], rows]);
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const page = (title: string, text: string, [heads, rows]: readonly [readonly string[], readonly string[]]): string =>
  `# ${title}\n\n${HEAD}\n\n${text}\n\n| ${heads.join(' | ')} |\n|${heads.map(() => '---|').join('')}\n${rows.join('\n')}\n`;
