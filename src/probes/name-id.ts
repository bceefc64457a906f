/** Whether a user or group exists, by name or number, in whatever directory the host asks. */
import { defineProbe } from '../core/probe.ts';

const SCRIPT = `case $2 in *[!0-9]*) ;; *) exit 0;; esac
if command -v getent >/dev/null; then getent "$1" "$2" >/dev/null; exit $?; fi
cut -d: -f1 "/etc/$1" | grep -Fxq -- "$2" && exit 0
exit 2`;

/** A number always counts as known: chown takes it. */
export const nameKnown = defineProbe<{ readonly database: 'passwd' | 'group'; readonly name: string }, boolean>({
  name: 'name-known',
  argv: ({ database, name }) => ['sh', '-c', SCRIPT, 'sh', database, name],
  parse(out, { database, name }) {
    // getent: 2 means "not found".
    if (out.code !== 0 && out.code !== 2)
      throw new Error(`getent ${database} ${name}: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    return out.code === 0;
  },
});
