#!/bin/sh
# guard.sh DIR COMMAND...: runs COMMAND while our standard input is open, then kills it and removes DIR.
# The starter holds the input's other end, which the kernel closes however the starter dies. A line on it kills COMMAND but keeps DIR.
# COMMAND alone keeps our standard output open: its end tells the starter that COMMAND has ended.
dir=$1
shift
exec 3<&0 </dev/null
setpriv --pdeathsig KILL "$@" 3<&- &
child=$!
exec >/dev/null 2>&1
trap '' INT TERM HUP
while read -r _ <&3; do kill -KILL "$child"; done
kill -KILL "$child"
wait "$child"
rm -rf "$dir"
