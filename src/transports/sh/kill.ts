/** Ends everything a command has started: all processes of its session, asked first, then forced. */
import { type Opening, openShell } from '../become.ts';
import { scriptBoot, scriptText } from './boot.ts';

/** Seconds between asking (TERM) and forcing (KILL). */
const GRACE_S = 2;

/** How often to look whether KILL has had its effect: a process that waits for a disk ends later, or never. */
const TRIES = 8;

/** Whether everything of the session was told to end; false where the host could not be told. */
export async function killSession(opening: Omit<Opening, 'boot'>, session: number): Promise<boolean> {
  const boot = scriptBoot();
  try {
    const { wire } = await openShell({ ...opening, boot, first: Buffer.from(scriptText(boot, killScript(session))) });
    wire.stdin.end();
    wire.stdout.resume();
    wire.stderr.resume();
    return (await wire.ended) === 0;
  } catch {
    // The link is gone, or sudo no longer lets us: there is no other way to it.
    return false;
  }
}

/** /proc/N/stat is "N (name) state ppid pgrp session …"; Z is a process that has ended already. */
const killScript = (session: number): string => `each() {
  found=
  for f in /proc/[0-9]*/stat; do
    read -r l 2>/dev/null <"$f" || continue
    p=\${l%% *}; set -- "$1" \${l##*) }
    [ "$5" = ${session} ] && [ "$2" != Z ] || continue
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
