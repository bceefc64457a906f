/** What blockinfile does to a text. Pure; the order of the rules is Ansible's. */
import { pattern } from './pattern.ts';

export interface BlockArgs {
  readonly block: string;
  readonly marker: string;
  readonly marker_begin: string;
  readonly marker_end: string;
  readonly insertafter?: string;
  readonly insertbefore?: string;
  readonly state: 'present' | 'absent';
  readonly append_newline: boolean;
  readonly prepend_newline: boolean;
}

/** Lines with their ends, as Python's splitlines(True). */
const linesOf = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+/g) ?? [];

const marker = (given: BlockArgs, mark: string): string => `${given.marker.replaceAll('{mark}', mark)}\n`;

/** The text with the block in it, or without it where the state is absent or the block is empty. */
export function withBlock(text: string, given: BlockArgs): string {
  const lines = linesOf(text);
  const begin = marker(given, given.marker_begin);
  const end = marker(given, given.marker_end);
  const body = given.block === '' || given.block.endsWith('\n') ? given.block : `${given.block}\n`;
  const block = given.state === 'present' && body !== '' ? [begin, ...linesOf(body), end] : [];
  const [first, last] = [lines.lastIndexOf(begin), lines.lastIndexOf(end)];
  const there = first >= 0 && last >= 0;
  if (!there && block.length === 0) return text;
  const at = there ? Math.min(first, last) : insertion(text, lines, given);
  if (there) lines.splice(at, Math.abs(last - first) + 1);
  const before = lines[at - 1];
  if (before !== undefined && !before.endsWith('\n')) lines[at - 1] = `${before}\n`;
  const present = given.state === 'present';
  const lead = present && given.prepend_newline && at > 0 && lines[at - 1] !== '\n' ? ['\n'] : [];
  const after = lines[at];
  const trail = present && given.append_newline && after !== undefined && after !== '\n' ? ['\n'] : [];
  return [...lines.slice(0, at), ...lead, ...block, ...trail, ...lines.slice(at)].join('');
}

function insertion(text: string, lines: readonly string[], { insertafter, insertbefore }: BlockArgs): number {
  const beside = insertafter === undefined || insertafter === 'EOF' ? insertbefore : insertafter;
  if (beside === 'BOF') return 0;
  if (beside === undefined || beside === 'EOF') return lines.length;
  const after = insertafter !== undefined && insertafter !== 'EOF';
  const compiled = pattern(beside);
  // (?m…) at the start: the pattern may span lines.
  if (/^\(\?[aisux]*m/.test(beside)) {
    const match = compiled.search(text);
    if (!match) return lines.length;
    const upTo = text.slice(0, match.index + (after ? match[0].length : 0));
    return upTo.split('\n').length - 1 + (after ? 1 : 0);
  }
  const at = lines.findLastIndex((line) => compiled.search(line) !== null);
  return at < 0 ? lines.length : at + (after ? 1 : 0);
}
