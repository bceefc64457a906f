/** Lines of files for excerpts under messages; each file is read once, and a file that cannot be read has no excerpt. */
import { readFileSync } from 'node:fs';

export function lineReader(): (file: string, line: number) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return (file, line) => {
    let lines = files.get(file);
    if (!lines) {
      try {
        const text = readFileSync(file, 'utf8');
        lines = text.startsWith('$ANSIBLE_VAULT') ? [] : text.split(/\r?\n/);
      } catch {
        lines = [];
      }
      files.set(file, lines);
    }
    return lines[line - 1];
  };
}
