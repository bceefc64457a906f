/** How a job in the background stands: see core/job.ts. */
import { BASE } from '../core/job.ts';
import { defineProbe } from '../core/probe.ts';

export type JobState =
  | { readonly is: 'absent' }
  | {
      /** gone: its process is no longer there, and it left no result. late: it was ended for taking too long. */
      readonly is: 'running' | 'ended' | 'late' | 'gone';
      /** null while there is none. */
      readonly rc: number | null;
      /** Whether every command of it went well. */
      readonly ok: boolean;
      /** Absolute path of its file; what it said is in `<file>.d`. */
      readonly file: string;
    };

// Whether the process lives is asked first: a job that ends in between has left its result by then.
const SCRIPT = `${BASE}
d=$base/$2.d
[ -d "$d" ] || { echo absent; exit 0; }
state=gone
pid=$(cat "$d/pid" 2>/dev/null)
if [ -z "$pid" ] || kill -0 "$pid" 2>/dev/null; then state=running; fi
rc=-
if [ -e "$d/rc" ]; then
  state=ended; rc=$(cat "$d/rc") || exit 1
  [ ! -e "$d/late" ] || state=late
fi
ok=no; [ ! -e "$d/ok" ] || ok=yes
printf '%s %s %s %s\\n' "$state" "$rc" "$ok" "$base/$2"`;

export const job = defineProbe<{ readonly directory: string; readonly id: string }, JobState>({
  name: 'job',
  argv: ({ directory, id }) => ['sh', '-c', SCRIPT, 'sh', directory, id],
  parse(out, { id }) {
    if (out.code === 0 && out.stdout === 'absent\n') return { is: 'absent' };
    const found = /^(running|ended|late|gone) (-|\d+) (yes|no) (\/.*)\n$/.exec(out.stdout);
    const [, is, rc, ok, file] = found ?? [];
    if (out.code !== 0 || !is || !rc || !file)
      throw new Error(`looking for the job ${id}: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    return { is: is as 'running', rc: rc === '-' ? null : Number(rc), ok: ok === 'yes', file };
  },
});
