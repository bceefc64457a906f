/** The shell side of disk-facts: the same functions look at a disk while deciding and once more, in the same command, before it is written to. */
import { blkid } from './blkid.ts';
import { EDGES_SH } from './disk-edges.ts';
import { LINKS_SH, LOCAL_STORAGE_SH } from './disk-links.ts';
import { exclusiveOpen } from './exclusive-open.ts';
import { FRAMES } from './frames.ts';
import { LOOPS_SH } from './loop-backing.ts';
import { MOUNTS_SH } from './mountinfo.ts';
import { SWAPS_SH } from './swaps.ts';
import { SYSFS_SH } from './sysfs-disk.ts';
import { wipefs } from './wipefs.ts';

/** An argv of ours as shell words in which $variables are expanded. */
const words = (argv: readonly string[]): string => argv.map((word) => `"${word}"`).join(' ');

/**
 * `collect` fills LINKS, LOCAL, LOOPS, MOUNTS and SWAPS, or exits 4. `facts KNAME` prints the frames of one disk: nothing in them depends on
 * anything but the disk's state, so that equal text means an equal disk. EXCLUSIVE=1 makes it ask for an exclusive open of partitioned disks too.
 */
export const DISK_FUNCTIONS = `LC_ALL=C; export LC_ALL
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
${FRAMES}
${SYSFS_SH}
${EDGES_SH}
cannot() { echo "pb: $1" >&2; exit 4; }
collect() {
  [ "$(id -u)" = 0 ] || cannot 'not root'
  LINKS=$(${LINKS_SH}) || cannot 'no links'
  LOCAL=$(${LOCAL_STORAGE_SH}) || cannot 'no local storage links'
  LOOPS=$(${LOOPS_SH}) || cannot 'no loop devices'
  MOUNTS=$(${MOUNTS_SH}) || [ $? = 1 ] || cannot 'no mounts'
  SWAPS=; [ ! -e /proc/swaps ] || SWAPS=$(${SWAPS_SH}) || cannot 'no swaps'
}
tell() { [ -z "$1" ] || printf '%s\\n' "$1"; }
# Of the list in $1 the lines that fit the pattern in $2; none is a good answer too.
only() { [ -z "$1" ] || tell "$1" | grep -E "$2" || [ $? = 1 ]; }
# Of the links in $1 those whose name begins with $2 and that lead to one of the devices in $3.
leading() {
  while IFS='	' read -r link target; do
    case $link in "$2"*) for node in $3; do [ "$target" != "$node" ] || printf '%s\\t%s\\n' "$link" "$target"; done ;; esac
  done <<END_OF_LINKS
$1
END_OF_LINKS
}
facts() {
  k=$1; dev=/dev/$k; s=/sys/block/$k
  mark "disk $k"
  [ -b "$dev" ] && [ -r $s/dev ] || { mark 'missing'; return 0; }
  run sysfs sysfs
  read -r bytes <$s/size; bytes=$((bytes * 512))
  read -r numbers <$s/dev; read -r ro <$s/ro; nodes=$dev; names=\${dev#/dev/}
  for p in $s/*/partition; do
    [ -e "$p" ] || continue
    p=\${p%/partition}; read -r v <$p/dev; numbers="$numbers|$v"; nodes="$nodes /dev/\${p##*/}"; names="$names|\${p##*/}"
  done
  run by-id leading "$LINKS" /dev/disk/by-id/ "$dev"
  run by-path leading "$LINKS" /dev/disk/by-path/ "$dev"
  run local-storage leading "$LOCAL" / "$nodes"
  run loops leading "$LOOPS" loop "$nodes"
  run mounts only "$MOUNTS" "^[0-9]+ [0-9]+ ($numbers) |^[0-9]+ [0-9]+ 0:[0-9]+ /($names) .* - devtmpfs | - [^ ]+ /dev/($names) "
  used=; case $SWAPS in */dev/*) used=$SWAPS ;; esac
  run swaps only "$used" "^/dev/($names)[	 ]"
  run blkid ${words(blkid.argv({ device: '$dev' }))}
  run wipefs ${words(wipefs.argv({ device: '$dev' }))}
  run edges edges
  for node in $nodes; do [ "$node" = "$dev" ] || run "partition $node" ${words(blkid.argv({ device: '$node' }))}; done
  if [ "$ro" = 0 ] && { [ "$nodes" = "$dev" ] || [ "$EXCLUSIVE" = 1 ]; }; then
    run exclusive ${words(exclusiveOpen.argv({ device: '$dev' }))}
  fi
}`;

/**
 * Every disk and multipath map of the host. Loop, RAM and optical devices are never looked into, nor those of drivers (long gone) whose names hold
 * a slash, written "!" in sysfs.
 */
export const diskFactsScript = (exclusive: boolean): string => `${DISK_FUNCTIONS}
EXCLUSIVE=${exclusive ? 1 : 0}
collect
run links tell "$LINKS"
run local-storage-links tell "$LOCAL"
run loop-backing tell "$LOOPS"
run mountinfo tell "$MOUNTS"
run swaps tell "$SWAPS"
for s in /sys/block/*; do
  k=\${s##*/}
  case $k in *!* | ram* | zram* | loop* | sr* | fd* | md*) continue ;; dm-*) read -r v <$s/dm/uuid; case $v in mpath-*) ;; *) continue ;; esac ;; esac
  v=0; [ ! -r $s/hidden ] || read -r v <$s/hidden; read -r size <$s/size
  [ "$v" = 0 ] && [ "$size" -gt 0 ] || continue
  facts "$k"
done
mark end`;
