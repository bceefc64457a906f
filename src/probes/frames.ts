/**
 * Many commands in one round trip: each answer is framed, so that one parser per tool can still see exit code, stdout and stderr.
 *
 *     @ 0 blkid          exit code and name; "-" instead of a code for a mere marker
 *     |TYPE=ext4         a line of stdout
 *     !some complaint    a line of stderr, kept only where the command failed
 *
 * No payload line can pass for a header, as every one of them carries its own mark.
 */
import { PbError } from '../core/diagnostic.ts';
import type { Output } from '../core/probe.ts';

export interface Frame {
  readonly name: string;
  readonly out: Output;
  /** The frame as it came, header included. */
  readonly text: string;
}

/**
 * sh functions: `mark WORDS`, and `run NAME COMMAND...`. stdout and stderr of a failing command are taken from two runs, so give it only
 * what looks. Nothing but the command itself is forked.
 */
export const FRAMES = `mark() { printf '@ - %s\\n' "$*"; }
framed() {
  while IFS= read -r line; do printf '%s%s\\n' "$1" "$line"; done <<END_OF_TEXT
$2
END_OF_TEXT
}
run() {
  name=$1; shift
  got=$("$@" 2>/dev/null </dev/null); code=$?
  said=; [ $code = 0 ] || said=$("$@" 2>&1 >/dev/null </dev/null)
  printf '@ %s %s\\n' $code "$name"
  [ -z "$got" ] || framed '|' "$got"
  [ -z "$said" ] || framed '!' "$said"
}`;

/** Throws where the text is not wholly made of frames, or does not end with the marker `end` (cut off on the way). */
export function readFrames(out: Output, of: string): readonly Frame[] {
  const found: { name: string; code: number; lines: string[]; stdout: string[]; stderr: string[] }[] = [];
  for (const line of out.stdout.split('\n')) {
    const header = /^@ (-|\d+) (\S.*)$/.exec(line);
    const current = found.at(-1);
    if (header)
      found.push({ name: header[2] ?? '', code: header[1] === '-' ? 0 : Number(header[1]), lines: [line], stdout: [], stderr: [] });
    else if (current && line.startsWith('|')) {
      current.lines.push(line);
      current.stdout.push(line.slice(1));
    } else if (current && line.startsWith('!')) {
      current.lines.push(line);
      current.stderr.push(line.slice(1));
    } else if (line !== '') throw unreadable(out, of, `it holds the line ${JSON.stringify(line.slice(0, 80))}`);
  }
  if (found.at(-1)?.name !== 'end') throw unreadable(out, of, 'it is cut off');
  return found.slice(0, -1).map(({ name, code, lines, stdout, stderr }) => ({
    name,
    text: lines.join('\n'),
    out: { code, stdout: joined(stdout), stderr: joined(stderr) },
  }));
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const unreadable = (out: Output, of: string, why: string): PbError =>
  new PbError('failed', `${of}: the answer cannot be read: ${why}`, {
    details: { code: out.code, stdout: out.stdout, stderr: out.stderr },
  });
