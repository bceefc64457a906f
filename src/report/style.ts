/** Colours and widths. */
import pc from 'picocolors';

export type Style = ReturnType<typeof pc.createColors>;

/** As NO_COLOR and FORCE_COLOR say, else coloured on a terminal. */
export const styleFor = (stream: { readonly isTTY?: boolean }, env: { readonly [name: string]: string | undefined }): Style =>
  pc.createColors(env['NO_COLOR'] ? false : env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : stream.isTTY === true);

export function colourDiff(lines: readonly string[], style: Style): readonly string[] {
  return lines.map((line) => {
    if (line.startsWith('@@')) return style.cyan(line);
    if (line.startsWith('+')) return style.green(line);
    return line.startsWith('-') ? style.red(line) : line;
  });
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}m${String(seconds % 60).padStart(2, '0')}s`
    : `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

/** Text under its heading. */
export const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));
