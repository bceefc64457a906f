/** The verdict table: what a person attaches to the change ticket. */
import type { Verdict } from '../../lab/rehearsal/judge.ts';
import type { Style } from '../../report/style.ts';

export interface Heading {
  readonly playbooks: readonly string[];
  readonly inventory: readonly string[];
  readonly hosts: number;
  /** RFC 3339. */
  readonly at: string;
  readonly version: string;
  readonly speed: number;
}

/** Columns of the mark before each trial. */
const MARK = 7;
const WIDEST_TRIAL = 64;
/** A message with every event of a pod is no help in a table. */
const MOST_LINES = 8;

/** `columns` of the terminal; what does not fit beside its trial stands under it. */
export function verdictTable(
  verdicts: readonly Verdict[],
  heading: Heading,
  paper: { readonly style: Style; readonly columns: number },
): string {
  const { style, columns } = paper;
  const room = Math.max(40, columns) - MARK;
  const beside = verdicts.filter(({ outcome }) => outcome.length < room / 2).map(({ trial }) => trial.length);
  const width = Math.min(WIDEST_TRIAL, Math.max(5, ...beside));
  const under = (text: string): readonly string[] => wrapped(text, room).map((line) => `${' '.repeat(MARK)}${line}`);
  const rows = verdicts.flatMap(({ trial, good, outcome, wrong }) => {
    const mark = good ? style.green('good ') : style.red('WRONG');
    const fits = trial.length <= width && width + 2 + outcome.length <= room;
    return [
      fits ? `${mark}  ${trial.padEnd(width)}  ${style.dim(outcome)}` : `${mark}  ${trial}`,
      ...(fits ? [] : shortened(under(outcome)).map((line) => style.dim(line))),
      ...wrong.flatMap(under).map((line) => style.red(line)),
    ];
  });
  const bad = verdicts.filter(({ good }) => !good).length;
  const verdict =
    bad === 0 ? style.green(`all ${verdicts.length} trials as wanted`) : style.red(`${bad} of ${verdicts.length} trials not as wanted`);
  return [
    style.bold(`REHEARSAL of ${heading.playbooks.join(', ')}`),
    `  inventory ${heading.inventory.join(', ')} · ${heading.hosts} pretend hosts`,
    `  pb ${heading.version} · ${heading.at} · speed ×${heading.speed}`,
    '',
    ...rows,
    '',
    `VERDICT: ${verdict}`,
  ].join('\n');
}

const shortened = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), `${' '.repeat(MARK)}…`];

/** Broken at spaces; a word longer than a line has one of its own. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
