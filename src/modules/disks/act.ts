/** The one step that formats: everything is looked at once more in the very command that writes, so that nothing can change in between. */
import { createHash } from 'node:crypto';
import type { Step } from '../../core/change.ts';
import { DISK_FUNCTIONS } from '../../probes/disk-facts-script.ts';
import type { Disk } from './disk.ts';

/**
 * Arguments: LINK (or "-") KNAME BACKUP-DIRECTORY (or "-") WIPE (yes or no) "--" MKFS-COMMAND…; stdin: what was seen of the disk when it was
 * approved. Exit 3: stopped before anything was written. Descriptor 9 keeps the device open, so that the kernel cannot give its name and
 * number to another disk meanwhile.
 */
const SCRIPT = `${DISK_FUNCTIONS}
EXCLUSIVE=1
set -eu
link=$1 kname=$2 backup=$3 wipe=$4
shift 5
stop() { echo "pb: nothing was written to $kname: $1" >&2; exit 3; }
approved=$(cat)
disk=/dev/$kname
[ -b "$disk" ] || stop 'it is gone'
exec 9<"$disk"
[ "$link" = - ] || [ "$(readlink -f "$link")" = "$disk" ] || stop "$link no longer leads to it"
now=$(set +eu; collect; facts "$kname") || stop 'it cannot be examined'
if [ "$now" != "$approved" ]; then
  printf '%s\\n' "$now" | grep -vxF -e "$approved" | sed 's/^/now:    /' >&2 || :
  printf '%s\\n' "$approved" | grep -vxF -e "$now" | sed 's/^/before: /' >&2 || :
  stop 'it is no longer as it was when this was decided'
fi
case $now in *'|holder='*) stop 'it is held by another device' ;; esac
case $now in *'|ro=0
'*) ;; *) stop 'it is read-only' ;; esac
case $now in *'@ 0 local-storage
@ 0 loops
@ 0 mounts
@ 0 swaps
@ '*) ;; *) stop 'it is in use' ;; esac
case $now in *'
@ 0 exclusive'*) ;; *) stop 'it cannot be opened exclusively' ;; esac
read -r bytes <"/sys/block/$kname/size"
bytes=$((bytes * 512)) len=1048576
[ "$bytes" -ge $len ] || len=$bytes
if [ "$backup" != - ]; then
  (umask 077; mkdir -p "$backup") || stop "$backup cannot be made"
  # /var/tmp is open to all: whoever owns the directory could lead these writes elsewhere.
  for place in "\${backup%/*}" "$backup"; do
    [ -O "$place" ] && [ ! -L "$place" ] || stop "$place belongs to somebody else, or is a link"
  done
  printf '%s\\n' "$approved" >"$backup/facts.txt" || stop "$backup/facts.txt cannot be written"
  for edge in head:0 tail:$((bytes - len)); do
    file=$backup/\${edge%%:*}.img
    dd if="$disk" of="$file" bs=65536 iflag=skip_bytes,count_bytes,fullblock skip="\${edge#*:}" count=$len conv=fsync 2>/dev/null || stop "$file cannot be written"
    case $now in *"|$(sha256sum <"$file")"*) ;; *) stop "$file is not a faithful copy" ;; esac
  done
fi
if [ "$wipe" = yes ]; then
  for part in /sys/block/"$kname"/*/partition; do
    [ -e "$part" ] || continue
    part=\${part%/partition}
    HOME=$backup wipefs --all --backup --quiet "/dev/\${part##*/}"
  done
  HOME=$backup wipefs --all --backup --quiet "$disk"
  left=$(wipefs --no-act "$disk")
  [ -z "$left" ] || { echo "pb: signatures are left on $kname after wipefs: $left" >&2; exit 5; }
fi
"$@" "$disk"
blockdev --flushbufs "$disk" || :
! command -v udevadm >/dev/null || udevadm settle --timeout=30 || :`;

export interface Formatting {
  readonly disk: Disk;
  /** What was seen of it, as frames. */
  readonly seen: string;
  /** The link to it, where it has one. */
  readonly link: string | null;
  /** Anything but a blank disk is backed up first; undefined for a blank one. */
  readonly backupDir?: string;
  /** mkfs and its options, without the device. */
  readonly mkfs: readonly string[];
  readonly wipe: boolean;
}

/** Where first and last MiB, facts and signatures go: named for the disk and for what was on it, so that nothing is overwritten by another backup. */
export function backupPath(dir: string, { link, disk, seen }: Pick<Formatting, 'link' | 'disk' | 'seen'>): string {
  const identity = (link ?? `${disk.kname}-${disk.serial ?? disk.wwn ?? 'unnamed'}`).replace(/^.*\//, '').replace(/[^A-Za-z0-9._:-]/g, '_');
  return `${dir.replace(/\/+$/, '')}/${identity}-${createHash('sha256').update(seen).digest('hex').slice(0, 12)}`;
}

export function formatStep(what: Formatting): Step {
  const { disk, link, backupDir, wipe, mkfs, seen } = what;
  const backup = backupDir === undefined ? '-' : backupPath(backupDir, what);
  return {
    do: 'exec',
    argv: ['sh', '-c', SCRIPT, 'pb-mkfs', link ?? '-', disk.kname, backup, wipe ? 'yes' : 'no', '--', ...mkfs],
    stdin: seen,
  };
}
