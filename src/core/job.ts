/**
 * Jobs: commands that go on on a host while nobody is connected (`async`). A job is a file and a folder below ~/.ansible_async, as Ansible
 * has it: `<id>` says whether it has ended, `<id>.d` holds what it said. All of it is POSIX sh.
 */
import type { Step } from './change.ts';
import { quote, quoteAll } from './quote.ts';
import { reveal, Secret } from './secret.ts';
import type { JsonObject } from './value.ts';

/** Where jobs are kept unless `ansible_async_dir` says otherwise; `~/` is the home of the user who runs them. */
export const JOBS = '~/.ansible_async';

export interface Job {
  readonly id: string;
  /** As given; `~/` at its start is worked out on the host. */
  readonly directory: string;
  /** What it may take; looked at every 5 seconds, as Ansible does. */
  readonly seconds: number;
  /** Run one after the other; the first that fails ends it. */
  readonly steps: readonly Exec[];
  /** What to say of it once it has ended, beside its output: { changed, cmd }. */
  readonly about: JsonObject;
}

export type Exec = Extract<Step, { do: 'exec' }>;

/** Sets `base`, the directory of jobs, from "$1". For scripts that work with jobs. */
export const BASE = `case $1 in "~/"*) base=$HOME/\${1#??} ;; *) base=$1 ;; esac`;

// The watcher looks for rc each second, so that it outlives the job by one second at most.
const SUPERVISE = `d=$1
echo "$$" >"$d/pid"
$3 sh "$d/job" </dev/null >"$d/stdout" 2>"$d/stderr" &
c=$!
end() { if [ "$3" ]; then kill -s "$1" -- "-$2"; else kill -s "$1" "$2"; fi; }
(
  n=0
  while [ "$n" -lt "$2" ]; do sleep 1; [ ! -e "$d/rc" ] || exit 0; n=$((n+1)); done
  : >"$d/late"
  end TERM "$c" "$3"; sleep 5
  [ -e "$d/rc" ] || end KILL "$c" "$3"
) &
wait "$c"; rc=$?
echo "$rc" >"$d/rc.new" && mv "$d/rc.new" "$d/rc"
printf '{"started": 1, "finished": 1, "rc": %s, "ansible_job_id": "%s"}\\n' "$rc" "\${4##*/}" >"$4"`;

const START = `umask 077
${BASE}
d=$base/$2.d
mkdir -p "$base" && mkdir "$d" && cat >"$d/job" && printf %s "$4" >"$d/about" || exit 1
printf '{"started": 1, "finished": 0, "ansible_job_id": "%s"}\\n' "$2" >"$base/$2" || exit 1
own=; ! command -v setsid >/dev/null 2>&1 || own=setsid
limit=$((($3 + 4) / 5 * 5))
$own sh -c ${quote(SUPERVISE)} sh "$d" "$limit" "$own" "$base/$2" </dev/null >/dev/null 2>&1 &
printf '%s\\n' "$base/$2"`;

/** The step that starts it and returns at once; its standard output is the path of the job's file. */
export function startStep(job: Job): Exec {
  const text = job.steps.map(command).join('\n');
  // No ANSI clock, no terminal: nothing of the connection is left in it once it runs.
  const script = `rm -f -- "$0"\n${text}\n: >"\${0%/*}/ok"\n`;
  const secret = job.steps.some(({ argv, stdin, env }) =>
    [...argv, stdin, ...Object.values(env ?? {})].some((part) => part instanceof Secret),
  );
  return {
    do: 'exec',
    argv: ['sh', '-c', START, 'sh', job.directory, job.id, String(job.seconds), JSON.stringify(job.about)],
    stdin: secret ? Secret.of(script) : script,
  };
}

function command({ argv, stdin, chdir, env, guard, okCodes }: Exec): string {
  const lines = ['PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH'];
  if (chdir !== undefined) lines.push(`cd -- ${quote(chdir)} || exit 1`);
  for (const [name, value] of Object.entries(env ?? {})) lines.push(`export ${quote(name)}=${quote(reveal(value))}`);
  if (guard) lines.push(`( exec ${quoteAll(guard)} ) </dev/null >/dev/null || { echo 'the guard says no' >&2; exit 1; }`);
  const words = quoteAll(argv.map(reveal));
  lines.push(stdin === undefined ? `exec ${words}` : `printf %s ${quote(reveal(stdin))} | ${words}`);
  const good = (okCodes ?? [0]).join('|');
  return `(\n${lines.join('\n')}\n)\nc=$?; case $c in ${good}) ;; *) exit "$c" ;; esac`;
}
