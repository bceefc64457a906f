/** /sys/block/DISK: what the kernel itself says of a disk, whatever udev knows. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type SysfsDisk = {
  readonly maj_min: string;
  readonly size_bytes: number;
  readonly read_only: boolean;
  readonly removable: boolean;
  /** "naa.5000c500a1b2c301", "eui.…", "nvme.…", "t10.…"; null where the device has none (virtio). */
  readonly wwid: string | null;
  readonly serial: string | null;
  /** "dm-0" of the disk itself, "sda4/dm-0" of a partition. */
  readonly holders: readonly string[];
  readonly partitions: readonly { readonly kname: string; readonly maj_min: string }[];
  /** Of a device-mapper device: "mpatha" and "mpath-3600…". */
  readonly dm: { readonly name: string; readonly uuid: string } | null;
};

/**
 * Wants the kernel's name in $k. A SCSI disk's serial is page 0x80: four bytes of header, then text. `diskseq` (newer kernels) grows with
 * every disk that is attached: it tells a disk from another one put in its place.
 */
export const SYSFS_SH = `sysfs() {
  s=/sys/block/$k
  for f in dev size ro removable; do read -r v <$s/$f && printf '%s=%s\\n' $f "$v" || return; done
  v=; [ ! -r $s/diskseq ] || { read -r v <$s/diskseq; printf 'diskseq=%s\\n' "$v"; }
  v=; for f in $s/wwid $s/device/wwid; do [ -n "$v" ] || [ ! -r $f ] || read -r v <$f; done 2>/dev/null; printf 'wwid=%s\\n' "$v"
  v=; for f in $s/serial $s/device/serial; do [ -n "$v" ] || [ ! -r $f ] || read -r v <$f; done 2>/dev/null
  [ ! -r $s/device/vpd_pg80 ] || v=$(tail -c +5 $s/device/vpd_pg80 | tr -cd '[:print:]')
  printf 'serial=%s\\n' "$v"
  for h in $s/holders/*; do [ ! -e "$h" ] || printf 'holder=%s\\n' "\${h##*/}"; done
  for p in $s/*/partition; do
    [ -e "$p" ] || continue
    p=\${p%/partition}; read -r v <$p/dev; printf 'part=%s %s\\n' "\${p##*/}" "$v"
    for h in $p/holders/*; do [ ! -e "$h" ] || printf 'holder=%s/%s\\n' "\${p##*/}" "\${h##*/}"; done
  done
  [ ! -r $s/dm/uuid ] || { read -r v <$s/dm/name; read -r u <$s/dm/uuid; printf 'dm=%s %s\\n' "$v" "$u"; }
}`;

export const sysfsDisk = defineProbe<{ readonly kname: string }, SysfsDisk>({
  name: 'sysfs-disk',
  argv: ({ kname }) => ['sh', '-c', `${SYSFS_SH}\nk=$1\nsysfs`, 'sh', kname],
  parse(out, { kname }) {
    const strange = (why: string): PbError =>
      new PbError('failed', `/sys/block/${kname} cannot be read: ${why}`, { details: { stdout: out.stdout, stderr: out.stderr } });
    if (out.code !== 0) throw strange(out.stderr.trim());
    const lines = out.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, key = '', value = ''] = /^([a-z]+)=(.*)$/.exec(line) ?? [];
        if (!key) throw strange(`the line ${line}`);
        return { key, value: value.trim() };
      });
    const all = (key: string): readonly string[] => lines.filter((line) => line.key === key && line.value !== '').map(({ value }) => value);
    const one = (key: string, form: RegExp): string => {
      const value = all(key)[0];
      if (value === undefined || !form.test(value)) throw strange(`"${key}" is ${JSON.stringify(value ?? null)}`);
      return value;
    };
    const dm = all('dm')[0]?.split(' ');
    return {
      maj_min: one('dev', /^\d+:\d+$/),
      // sysfs counts in units of 512 bytes whatever the sector size.
      size_bytes: Number(one('size', /^\d+$/)) * 512,
      read_only: one('ro', /^[01]$/) === '1',
      removable: one('removable', /^[01]$/) === '1',
      wwid: all('wwid')[0] ?? null,
      serial: all('serial')[0] ?? null,
      holders: all('holder'),
      partitions: all('part').map((text) => {
        const [name, majMin] = text.split(' ');
        if (!name || !majMin) throw strange(`the partition ${text}`);
        return { kname: name, maj_min: majMin };
      }),
      dm: dm ? { name: dm[0] ?? '', uuid: dm.slice(1).join(' ') } : null,
    };
  },
});
