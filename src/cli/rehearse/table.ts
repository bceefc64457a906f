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

const WIDEST_TRIAL = 64;
const WIDEST_OUTCOME = 110;

export function verdictTable(verdicts: readonly Verdict[], heading: Heading, style: Style): string {
  const width = Math.min(WIDEST_TRIAL, Math.max(...verdicts.map(({ trial }) => trial.length), 5));
  const rows = verdicts.flatMap(({ trial, good, outcome, wrong }) => [
    `${good ? style.green('good ') : style.red('WRONG')}  ${cut(trial, width).padEnd(width)}  ${style.dim(cut(outcome, WIDEST_OUTCOME))}`,
    ...wrong.map((line) => `       ${' '.repeat(width)}  ${style.red(line)}`),
  ]);
  const bad = verdicts.filter(({ good }) => !good).length;
  const verdict =
    bad === 0 ? style.green(`all ${verdicts.length} trials as wanted`) : style.red(`${bad} of ${verdicts.length} trials not as wanted`);
  return [
    style.bold(`REHEARSAL of ${heading.playbooks.join(', ')}`),
    `  inventory ${heading.inventory.join(', ')} · ${heading.hosts} pretend hosts · pb ${heading.version} · ${heading.at} · speed ×${heading.speed}`,
    '',
    ...rows,
    '',
    `VERDICT: ${verdict}`,
  ].join('\n');
}

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
