/** Lines of a table of cron: jobs under a comment that names them, and variables. Pure. */

const MARK = '#Ansible: ';

export interface CronArgs {
  readonly name: string;
  readonly job?: string;
  readonly state: 'present' | 'absent';
  readonly env: boolean;
  readonly disabled: boolean;
  readonly minute: string;
  readonly hour: string;
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
  readonly special_time?: string;
  readonly user?: string;
  readonly cron_file?: string;
  readonly insertafter?: string;
  readonly insertbefore?: string;
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

export const jobNames = (text: string): readonly string[] =>
  linesOf(text).flatMap((line) => (line.startsWith(MARK) ? [line.slice(MARK.length)] : []));

const variable = (line: string): string | undefined => /^(\S+)\s*=/.exec(line)?.[1];
export const envNames = (text: string): readonly string[] => linesOf(text).flatMap((line) => variable(line) ?? []);

function jobLine(given: CronArgs): string {
  const when =
    given.special_time === undefined
      ? [given.minute, given.hour, given.day, given.month, given.weekday].join(' ')
      : `@${given.special_time}`;
  // Files of /etc/cron.d name the user; a user's own table does not.
  const who = given.cron_file === undefined ? '' : ` ${given.user ?? 'root'}`;
  return `${given.disabled ? '#' : ''}${when}${who} ${(given.job ?? '').replace(/^[\r\n]+|[\r\n]+$/g, '')}`;
}

/** The table as it shall be; a string where the arguments do not fit it. */
export function withCron(text: string, given: CronArgs): { readonly text: string } | { readonly problem: string } {
  const lines = linesOf(text);
  return given.env ? withVariable(lines, given) : { text: textOf(withJob(lines, given)) };
}

function withJob(lines: readonly string[], given: CronArgs): readonly string[] {
  const at = lines.indexOf(`${MARK}${given.name}`);
  if (given.state === 'absent') return at < 0 ? lines : [...lines.slice(0, at), ...lines.slice(at + 2)];
  const line = jobLine(given);
  if (at >= 0) return [...lines.slice(0, at + 1), line, ...lines.slice(at + 2)];
  // A job that stands there without its name gets one.
  const bare = lines.indexOf(line);
  if (bare >= 0 && !lines[bare - 1]?.startsWith(MARK)) return [...lines.slice(0, bare), `${MARK}${given.name}`, ...lines.slice(bare)];
  return [...lines, `${MARK}${given.name}`, line];
}

function withVariable(lines: readonly string[], given: CronArgs): { readonly text: string } | { readonly problem: string } {
  const at = lines.findIndex((line) => variable(line) === given.name);
  if (given.state === 'absent') return { text: textOf(lines.filter((_, index) => index !== at)) };
  const line = `${given.name}="${given.job ?? ''}"`;
  if (at >= 0) return { text: textOf(lines.with(at, line)) };
  const beside = given.insertafter ?? given.insertbefore;
  const other = beside === undefined ? -1 : lines.findIndex((one) => variable(one) === beside);
  if (beside !== undefined && other < 0) return { problem: `Variable named '${beside}' not found.` };
  return { text: textOf(lines.toSpliced(beside === undefined ? 0 : other + (given.insertafter === undefined ? 0 : 1), 0, line)) };
}
