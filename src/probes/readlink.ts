/** Where a symbolic link points: the text in it, or the path it ends at. */
import { defineProbe } from '../core/probe.ts';

/** Null where the path is no link (`text`) or cannot be followed to an existing directory (`end`). */
export const readlink = defineProbe<{ readonly path: string; readonly as: 'text' | 'end' }, string | null>({
  name: 'readlink',
  argv: ({ path, as }) => ['readlink', '-n', ...(as === 'end' ? ['-f'] : []), '--', path],
  parse(out, { path }) {
    if (out.code === 1) return null;
    if (out.code !== 0 || out.stdout === '') throw new Error(`readlink ${path}: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    return out.stdout;
  },
});
