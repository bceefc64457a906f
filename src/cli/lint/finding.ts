/** A diagnostic, perhaps with the edit that ends it. */
import { readFile } from 'node:fs/promises';
import type { Diagnostic, Span } from '../../core/diagnostic.ts';
import { replaceFile } from '../vault/replace-file.ts';

export interface Finding extends Diagnostic {
  readonly fix?: Edit;
}

/** `start` and `end` are offsets in the file's text. */
export interface Edit {
  /** Absolute. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The offset of a place in a text. */
export function offsetOf(text: string, { line, column }: Span): number {
  let start = 0;
  for (let count = 1; count < line; count++) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}

export const placeKey = ({ file, line, column }: Span): string => `${file}:${line}:${column}`;

/** Keys whose hint names the one that was meant. */
const GUESSED = ['unknown-key', 'unknown-argument'];

/** `did you mean X?` for a key is an edit: where the text at the place is the key as written, and X is not `taken` by another. */
export function guessed(
  finding: Finding,
  file: { readonly path: string; readonly text: string } | undefined,
  taken: (at: Span) => readonly string[],
): Finding {
  const { code, at, hint = '', summary } = finding;
  const meant = /^did you mean ([\w.]+)\?$/.exec(hint)?.[1];
  if (!file || !at || finding.fix || meant === undefined || !GUESSED.includes(code) || taken(at).includes(meant)) return finding;
  const start = offsetOf(file.text, at);
  const written = /^[\w.-]+/.exec(file.text.slice(start))?.[0] ?? '';
  if (written === '' || !summary.includes(written)) return finding;
  return { ...finding, fix: { file: file.path, start, end: start + written.length, text: meant } };
}

/** Applies the edits, each file at once; of two that overlap the first. How many were made. */
export async function applyFixes(findings: readonly Finding[]): Promise<{ readonly edits: number; readonly files: number }> {
  const byFile = new Map<string, Edit[]>();
  for (const { fix } of findings) if (fix) byFile.set(fix.file, [...(byFile.get(fix.file) ?? []), fix]);
  let made = 0;
  for (const [file, edits] of byFile) {
    let text = await readFile(file, 'utf8');
    let from = Number.POSITIVE_INFINITY;
    for (const edit of edits.sort((a, b) => b.start - a.start)) {
      if (edit.end > from) continue;
      text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
      from = edit.start;
      made++;
    }
    await replaceFile(file, Buffer.from(text), true);
  }
  return { edits: made, files: byFile.size };
}
