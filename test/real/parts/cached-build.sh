#!/usr/bin/env bash
# cached-build.sh TARGET COMMAND...: makes the folder TARGET by running COMMAND with an empty folder as its last argument, unless
# TARGET is there already. One builder at a time (the lock dies with its holder), and TARGET appears whole or not at all.
set -euo pipefail
target=$1
shift
mkdir -p "$(dirname "$target")"
exec 9>"$target.lock"
flock 9
[ -d "$target" ] && exit 0
unfinished=$(mktemp -d "$target.unfinished.XXXXXX")
trap 'rm -rf "$unfinished"' EXIT
chmod 755 "$unfinished"
"$@" "$unfinished" 9>&-
mv "$unfinished" "$target"
