/** Mounted filesystems, block devices and what kind of machine it is, as facts. Network filesystems are listed and never touched: they could hang. */
import { defineProbe } from '../core/probe.ts';
import type { JsonObject } from '../core/value.ts';
import { plain } from './mountinfo.ts';

/** Lines of `section<tab>…`; what a host does not have is left out. */
const SCRIPT = `LC_ALL=C; export LC_ALL
say() { printf '%s\\t%s\\t%s\\t%s\\n' "$@"; }
while read -r src at type opts dump pass; do
  case $src in /*|*:/*) ;; *) continue;; esac
  size=; case $src in /dev/*) size=$(stat -f --printf='%S %b %a %c %d' -- "$(printf %b "$at")" 2>/dev/null);; esac
  say mount "$src $at $type $opts $dump $pass" "$size" ''
done </proc/self/mounts 2>/dev/null
for d in /sys/block/*; do
  [ -e "$d/size" ] || continue; n=\${d##*/}
  for k in removable size queue/rotational queue/logical_block_size queue/discard_granularity queue/scheduler device/vendor device/model; do
    [ -r "$d/$k" ] && read -r v <"$d/$k" 2>/dev/null && say disk "$n" "\${k##*/}" "$v"
  done
  case $(readlink -f "$d" 2>/dev/null) in */virtual/*) say disk "$n" virtual 1;; esac
  for h in "$d"/holders/*; do [ -e "$h" ] && say holder "$n" "\${h##*/}" ''; done
  for p in "$d/$n"*; do
    [ -e "$p/partition" ] && read -r s <"$p/size" && read -r o <"$p/start" && say part "$n" "\${p##*/}" "$s $o"
    for h in "$p"/holders/*; do [ -e "$h" ] && say holder "\${p##*/}" "\${h##*/}" ''; done
  done
done
for k in id uuid label; do
  for l in /dev/disk/by-$k/*; do [ -e "$l" ] && t=$(readlink -f "$l" 2>/dev/null) && say link "\${t##*/}" "$k" "\${l##*/}"; done
done
command -v systemd-detect-virt >/dev/null && say virt "$(systemd-detect-virt 2>/dev/null)" '' ''
[ -e /.dockerenv ] && say virt docker '' ''; [ -e /run/.containerenv ] && say virt podman '' ''
[ -e /sys/module/kvm ] && say virt-host kvm '' ''
while read -r word rest; do case $word in nameserver|search|domain) say dns "$word" "$rest" '';; esac; done 2>/dev/null </etc/resolv.conf
exit 0`;

type Row = readonly [string, string, string];

/** Names as in ansible_facts, without the prefix: mounts, devices, virtualization_type, virtualization_role, dns. */
export const storageFacts = defineProbe<null, JsonObject>({
  name: 'storage-facts',
  argv: () => ['sh', '-c', SCRIPT],
  parse(out) {
    if (out.code !== 0) throw new Error(`storage facts: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    const rows = out.stdout.split('\n').map((line) => line.split('\t'));
    const all: All = (section) => rows.flatMap(([name, a = '', b = '', c = '']) => (name === section ? [[a, b, c] as const] : []));
    return {
      mounts: all('mount').map((row) => mountFacts(row, all('link'))),
      devices: devices(all),
      device_links: deviceLinks(all),
      ...virtualization(all),
      dns: dns(all('dns')),
    };
  },
});

function mountFacts([entry, size]: Row, links: readonly Row[]): JsonObject {
  const [device = '', at = '', fstype = '', options = '', dump = '0', passno = '0'] = entry.split(' ');
  const [block, total, available, inodes, free] = size === '' ? [] : size.split(' ').map(Number);
  const uuid = links.find(([name, kind]) => kind === 'uuid' && device.endsWith(`/${name}`))?.[2] ?? 'N/A';
  const named = { mount: plain(at), device: plain(device), fstype, options, dump: Number(dump), passno: Number(passno), uuid };
  if (block === undefined || total === undefined || available === undefined || inodes === undefined || free === undefined) return named;
  return {
    ...named,
    size_total: block * total,
    size_available: block * available,
    block_size: block,
    block_total: total,
    block_available: available,
    block_used: total - available,
    inode_total: inodes,
    inode_available: free,
    inode_used: inodes - free,
  };
}

const SECTOR = 512;

type All = (section: string) => readonly Row[];
const LINKS = ['id', 'uuid', 'label'] as const;

/** Each kind of name, and what lies on a device, by device. */
function deviceLinks(all: All): JsonObject {
  const by = (rows: readonly (readonly [device: string, name: string])[]): JsonObject =>
    Object.fromEntries(
      [...new Set(rows.map(([device]) => device))].map((device) => [device, rows.flatMap(([of, name]) => (of === device ? [name] : []))]),
    );
  const named = LINKS.map((kind) => [`${kind}s`, by(all('link').flatMap(([of, which, link]) => (which === kind ? [[of, link]] : [])))]);
  return { ...Object.fromEntries(named), masters: by(all('holder').map(([device, holder]) => [device, holder])) };
}

function devices(all: All): JsonObject {
  const names = [...new Set(all('disk').map(([name]) => name))];
  const holders = (name: string): readonly string[] => all('holder').flatMap(([of, holder]) => (of === name ? [holder] : []));
  const links = (name: string): { readonly [kind: string]: readonly string[] } => ({
    ...Object.fromEntries(
      LINKS.map((kind) => [`${kind}s`, all('link').flatMap(([of, which, link]) => (of === name && which === kind ? [link] : []))]),
    ),
    masters: holders(name),
  });
  return Object.fromEntries(
    names.map((name) => {
      const value = (key: string): string | undefined =>
        all('disk')
          .find(([of, which]) => of === name && which === key)?.[2]
          .trim();
      const sectorsize = value('logical_block_size') ?? String(SECTOR);
      const parts = all('part').filter(([of]) => of === name);
      const part = ([, partition, text]: Row): readonly [string, JsonObject] => {
        const [sectors = '0', start = '0'] = text.split(' ');
        return [
          partition,
          {
            sectors: Number(sectors),
            start,
            sectorsize: Number(sectorsize),
            size: human(Number(sectors) * SECTOR),
            links: links(partition),
            uuid: links(partition)['uuids']?.[0] ?? null,
            holders: holders(partition),
          },
        ];
      };
      return [
        name,
        {
          removable: value('removable') ?? '0',
          rotational: value('rotational') ?? '0',
          sectors: Number(value('size') ?? 0),
          sectorsize,
          size: human(Number(value('size') ?? 0) * SECTOR),
          support_discard: value('discard_granularity') ?? '0',
          scheduler_mode: /\[([^\]]+)\]/.exec(value('scheduler') ?? '')?.[1] ?? value('scheduler') ?? '',
          vendor: value('vendor') ?? null,
          model: value('model') ?? null,
          virtual: value('virtual') === undefined ? 0 : 1,
          holders: holders(name),
          partitions: Object.fromEntries(parts.map(part)),
          links: links(name),
        },
      ];
    }),
  );
}

/** "256.00 GB": powers of 1024, as Ansible writes sizes. */
function human(bytes: number): string {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}

/** What systemd-detect-virt says → what Ansible calls it. */
const KINDS: { readonly [said: string]: string } = {
  qemu: 'kvm',
  amazon: 'kvm',
  vmware: 'VMware',
  oracle: 'virtualbox',
  microsoft: 'VirtualPC',
  'systemd-nspawn': 'systemd-nspawn',
  'container-other': 'container',
};

function virtualization(all: All): JsonObject {
  const said = all('virt')
    .map(([kind]) => kind)
    .filter((kind) => kind !== '' && kind !== 'none');
  const [guest] = said;
  const host = all('virt-host').map(([kind]) => kind);
  const tech = { virtualization_tech_guest: [...new Set(said.map((kind) => KINDS[kind] ?? kind))], virtualization_tech_host: host };
  if (guest !== undefined) return { virtualization_type: KINDS[guest] ?? guest, virtualization_role: 'guest', ...tech };
  const [type = 'NA'] = host;
  return { virtualization_type: type, virtualization_role: type === 'NA' ? 'NA' : 'host', ...tech };
}

function dns(rows: readonly Row[]): JsonObject {
  const words = (kind: string): readonly string[] =>
    rows.filter(([word]) => word === kind).flatMap(([, rest]) => rest.split(/\s+/).filter(Boolean));
  const [domain] = words('domain');
  const search = words('search');
  return { nameservers: words('nameserver'), ...(search.length > 0 ? { search } : {}), ...(domain === undefined ? {} : { domain }) };
}
