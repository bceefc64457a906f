/** The first path a shell pattern matches, as `creates` and `removes` of command and shell mean it. */
import { defineProbe } from '../core/probe.ts';

// IFS is empty, so the unquoted $1 is expanded as a pattern but never split. A dangling link counts as there.
const SCRIPT = `IFS=
[ -z "$2" ] || cd -- "$2" || exit 4
for path in $1; do
  if [ -e "$path" ] || [ -L "$path" ]; then printf %s "$path"; exit 0; fi
done
exit 3`;

/** Null where nothing matches, or where `chdir` itself is missing: nothing can lie below it. */
export const glob = defineProbe<{ readonly pattern: string; readonly chdir?: string }, string | null>({
  name: 'glob',
  argv: ({ pattern, chdir }) => ['sh', '-c', SCRIPT, 'sh', pattern, chdir ?? ''],
  parse(out, { pattern }) {
    if (out.code === 3 || out.code === 4) return null;
    if (out.code !== 0 || out.stdout === '')
      throw new Error(`looking for ${pattern}: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    return out.stdout;
  },
});
