/** Outcomes as a table for people. */
import type { Outcome, Standing } from './race.ts';

const HEAD = ['', 'wall s', 'cpu s', 'peak MiB', 'wall ×', 'cpu ×', 'peak ×'] as const;

/** The × columns: the first contender's figure divided by this one's. */
export function table(outcome: Outcome): string {
  const rows = outcome.standings.map((one) => row(one));
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const failures = outcome.standings.flatMap(({ name, why }) => (why === undefined ? [] : [`  ${name} did not finish: ${why}`]));
  const notes = outcome.standings.flatMap(({ name, note }) => (note === undefined ? [] : [`  ${name}: ${note}`]));
  const rounds = outcome.rounds === 1 ? 'one round' : `medians of ${outcome.rounds} rounds`;
  return [`\n${outcome.title} (${rounds})`, line(HEAD), ...rows.map(line), ...rateOf(outcome), ...notes, ...failures, ''].join('\n');
}

function row({ name, took, ratio }: Standing): readonly string[] {
  if (!took) return [name, '–', '–', '–', '', '', ''];
  const times = ratio ? [ratio.wall, ratio.cpu, ratio.peak].map((value) => value.toFixed(2)) : ['', '', ''];
  return [name, took.wall.toFixed(2), took.cpu.toFixed(2), took.peak.toFixed(0), ...times];
}

function rateOf({ amount, standings }: Outcome): readonly string[] {
  const [first] = standings;
  if (!amount || !first?.took) return [];
  return [`  ${first.name}: ${Math.round(amount.count / first.took.wall)} ${amount.of} a second`];
}
