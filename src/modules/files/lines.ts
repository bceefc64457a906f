/** What lineinfile does to a text. Pure; the order of the rules is Ansible's. */
import { expand, pattern } from './pattern.ts';

export interface LineArgs {
  readonly line?: string;
  readonly regexp?: string;
  readonly search_string?: string;
  readonly insertafter?: string;
  readonly insertbefore?: string;
  readonly backrefs: boolean;
  readonly firstmatch: boolean;
}

/** Lines with their ends. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
const bare = (line: string): string => line.replace(/[\r\n]+$/, '');

type Find = (line: string) => RegExpExecArray | boolean;

function finder({ regexp, search_string }: LineArgs): Find | undefined {
  if (regexp !== undefined) {
    const compiled = pattern(regexp);
    return (line) => compiled.search(line) ?? false;
  }
  return search_string === undefined ? undefined : (line) => line.includes(search_string);
}

/** Where the asked line is, or would go: `at` its index, `match` what regexp found there. */
interface Spot {
  readonly at: number;
  readonly match?: RegExpExecArray | boolean;
}

/** The line that `regexp` or `search_string` finds: the last, or the first with firstmatch. */
function matched(lines: readonly string[], given: LineArgs): Spot | undefined {
  const find = finder(given);
  let spot: Spot | undefined;
  for (const [at, line] of lines.entries()) {
    const match = find?.(line) ?? false;
    if (match === false) continue;
    spot = { at, match };
    if (given.firstmatch) break;
  }
  return spot;
}

/** Text that was edited, and what is said of it; undefined where nothing has to change. */
export function withLine(text: string, given: LineArgs & { readonly line: string }): { text: string; msg: string } | undefined {
  const lines = linesOf(text);
  const found = matched(lines, given) ?? exact(lines, given.line);
  if (found) {
    const line = given.backrefs && typeof found.match === 'object' ? expand(given.line, found.match) : given.line;
    const ended = line.endsWith('\n') ? line : `${line}\n`;
    return lines[found.at] === ended ? undefined : { text: lines.with(found.at, ended).join(''), msg: 'line replaced' };
  }
  if (given.backrefs) return undefined;
  const at = insertion(lines, given);
  const before = lines.slice(0, at);
  // The last line of a file may lack its end.
  const last = before.at(-1);
  if (last !== undefined && !/[\r\n]$/.test(last)) before.push('\n');
  return { text: [...before, `${given.line}\n`, ...lines.slice(at)].join(''), msg: 'line added' };
}

function exact(lines: readonly string[], line: string): Spot | undefined {
  const at = lines.findLastIndex((one) => bare(one) === line);
  return at < 0 ? undefined : { at };
}

/** Before which index a new line goes; the end where insertafter and insertbefore find nothing. */
function insertion(lines: readonly string[], { insertafter, insertbefore, firstmatch }: LineArgs): number {
  if (insertbefore === 'BOF' || insertafter === 'BOF') return 0;
  const beside = insertafter ?? insertbefore;
  if (beside === undefined || beside === 'EOF') return lines.length;
  const compiled = pattern(beside);
  const hit = (line: string): boolean => compiled.search(line) !== null;
  const at = firstmatch ? lines.findIndex(hit) : lines.findLastIndex(hit);
  return at < 0 ? lines.length : at + (insertafter === undefined ? 0 : 1);
}

/** Without every line that `regexp`, `search_string` or the line itself finds. */
export function withoutLine(text: string, given: LineArgs): { readonly text: string; readonly found: number } {
  const lines = linesOf(text);
  const find = finder(given) ?? ((line: string) => bare(line) === given.line);
  const kept = lines.filter((line) => find(line) === false);
  return { text: kept.join(''), found: lines.length - kept.length };
}
