/** Ends everything a command has started, asked first, then forced. */
import { type Opening, openShell } from '../become.ts';
import { type Place, scriptBoot, scriptText } from './boot.ts';

/** Seconds between asking (TERM) and forcing (KILL). */
const GRACE_S = 2;

/** How often to look whether KILL has had its effect: a process that waits for a disk ends later, or never. */
const TRIES = 8;

/** Whether all processes of the session were told to end; false where the host could not be told. */
export const killSession = (opening: Omit<Opening, 'boot'>, session: number): Promise<boolean> => carryOut(opening, killScript(session));

/** The same for a framed shell and what it is running now, but not for what earlier commands left in the background. */
export const killShell = (opening: Omit<Opening, 'boot'>, shell: Place): Promise<boolean> =>
  carryOut(opening, killScript(shell.session, shell.pid));

async function carryOut(opening: Omit<Opening, 'boot'>, script: string): Promise<boolean> {
  const boot = scriptBoot();
  try {
    const { wire } = await openShell({ ...opening, boot, first: Buffer.from(scriptText(boot, script)) });
    wire.stdin.end();
    wire.stdout.resume();
    wire.stderr.resume();
    return (await wire.ended) === 0;
  } catch {
    // The link is gone, or sudo no longer lets us: there is no other way to it.
    return false;
  }
}

/**
 * /proc/N/stat is "N (name) state ppid pgrp session …", the 22nd field is when it began; Z is a process that has ended already. What a shell
 * is running began with the oldest of its children: whatever is older was left by commands before. That field counts hundredths of a second
 * (proc_pid_stat(5)): of two that began in the same one, the older has the smaller number.
 */
const killScript = (session: number, shell?: number): string => `${shell === undefined ? 'since=0 first=0' : sinceScript(shell)}
each() {
  found=
  for f in /proc/[0-9]*/stat; do
    read -r l 2>/dev/null <"$f" || continue
    p=\${l%% *}; set -- "$1" \${l##*) }
    [ "$5" = ${session} ] && [ "$2" != Z ] || continue
    [ "$p" = ${shell ?? 0} ] || [ "\${21}" -gt $since ] || { [ "\${21}" -eq $since ] && [ "$p" -ge $first ]; } || continue
    found=1
    kill -"$1" "$p" 2>/dev/null
  done
  [ "$found" ]
}
each TERM || exit 0
i=0
while [ $i -lt ${GRACE_S} ]; do each 0 || exit 0; sleep 1; i=$((i+1)); done
i=0
while each KILL; do
  [ $i -lt ${TRIES} ] || exit 1
  [ $i -lt ${TRIES / 2} ] || sleep 1
  i=$((i+1))
done
exit 0`;

const sinceScript = (shell: number): string => `since=999999999999999 first=0
for f in /proc/[0-9]*/stat; do
  read -r l 2>/dev/null <"$f" || continue
  p=\${l%% *}; set -- \${l##*) }
  [ "$2" = ${shell} ] || continue
  if [ "\${20}" -lt $since ] || { [ "\${20}" -eq $since ] && [ "$p" -lt $first ]; }; then since=\${20} first=$p; fi
done`;
