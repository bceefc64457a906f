/** Breaking text into lines the way Python's textwrap does. */

interface WrapOptions {
  readonly width: number;
  readonly breakLong: boolean;
  readonly breakHyphens: boolean;
}

/** Every line of the text is wrapped by itself; empty lines stay, the last line's end does not. */
export function wrapWords(text: string, options: WrapOptions, by: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => wrapLine(line, options).join(by))
    .join(by);
}

// After a hyphen between letters, and around dashes of several hyphens.
const BREAKS =
  /(?<=[\p{L}_]{2}-|[\p{L}_]-[\p{L}\p{N}_!"'&.,?]-)(?=[\p{L}_]-?[\p{L}_])|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_])|(?<=--)(?=[\p{L}\p{N}_])/u;

function chunksOf(line: string, hyphens: boolean): string[] {
  const words = line.split(/(\s+)/).filter((part) => part !== '');
  if (!hyphens) return words;
  return words.flatMap((word) => (/\s/.test(word) ? [word] : word.split(BREAKS)));
}

function wrapLine(line: string, { width, breakLong, breakHyphens }: WrapOptions): string[] {
  const size = Math.max(1, width);
  const lines: string[] = [];
  let now = '';
  for (const chunk of chunksOf(line, breakHyphens)) {
    let rest = chunk;
    if (now.length + rest.length > size) {
      if (rest.length > size && breakLong) {
        const room = now.length < size ? size - now.length : 0;
        now += rest.slice(0, room);
        rest = rest.slice(room);
        while (rest.length > size) {
          lines.push(now);
          now = rest.slice(0, size);
          rest = rest.slice(size);
        }
      }
      if (now.trim() !== '') lines.push(now.trimEnd());
      now = '';
      if (/^\s+$/.test(rest)) continue;
    }
    now += rest;
  }
  if (now.trim() !== '') lines.push(now.trimEnd());
  return lines;
}
