/** What a host is: kernel, distribution, hardware, network, user, time; one question, answered from /proc and POSIX tools. */
import { defineProbe } from '../core/probe.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { DMI, dmiFacts } from './dmi-facts.ts';
import { networkFacts } from './network-facts.ts';

/** Lines of `section<tab>text`; `first`: of a file's first line, without a process for it. No file system is looked at that could hang (network mounts). */
const SCRIPT = `
say() { printf '%s\\t%s\\n' "$1" "$2"; }
each() { while IFS= read -r line; do say "$1" "$line"; done; }
first() { [ -r "$2" ] || return; line=; IFS= read -r line 2>/dev/null <"$2"; [ -n "$line" ] && say "$1" "$3$line"; }
say nodename "$(uname -n)"; say kernel "$(uname -r)"; say kernel_version "$(uname -v)"; say machine "$(uname -m)"; say system "$(uname -s)"
say fqdn "$(hostname -f 2>/dev/null || uname -n)"
[ -r /etc/os-release ] && each os </etc/os-release
first debian /etc/debian_version
[ -r /proc/meminfo ] && each mem </proc/meminfo
[ -r /proc/cpuinfo ] && sed -n 's/^\\(processor\\|physical id\\|vendor_id\\|model name\\|cpu cores\\)[[:space:]]*:/\\1:/p' /proc/cpuinfo | each cpu
first uptime /proc/uptime; first cmdline /proc/cmdline; first machine_id /etc/machine-id
say user "$(id -un)"; say uid "$(id -u)"; say gid "$(id -g)"; say home "$HOME"; say shell "\${SHELL:-}"
say account "$(getent passwd "$(id -u)" 2>/dev/null)"
say date "$(date '+%Y-%m-%d %H:%M:%S %s %Z %z %A %w %W')"
if [ -r /etc/lsb-release ]; then each lsb </etc/lsb-release; elif command -v lsb_release >/dev/null; then lsb_release -a 2>/dev/null | each lsb; fi
first load /proc/loadavg
for key in dsa rsa ecdsa ed25519; do first key /etc/ssh/ssh_host_\${key}_key.pub "$key "; done
[ -r /etc/iscsi/initiatorname.iscsi ] && say iqn "$(sed -n 's/^InitiatorName=//p' /etc/iscsi/initiatorname.iscsi)"
first nqn /etc/nvme/hostnqn
command -v ip >/dev/null && { ip -o addr show 2>/dev/null | each addr; ip -o link show 2>/dev/null | each link; ip route show default 2>/dev/null | each route; ip -6 route show default 2>/dev/null | each route6; }
if [ -d /run/systemd/system ]; then say service_mgr systemd; else first service_mgr /proc/1/comm; fi
for tool in dnf5 dnf yum apt-get zypper rpm-ostree apk; do command -v $tool >/dev/null && say package $tool; done
for name in ${DMI.join(' ')}; do first dmi /sys/class/dmi/id/$name "$name "; done
first selinux /sys/fs/selinux/enforce && [ -r /etc/selinux/config ] && each selinux </etc/selinux/config
[ -r /etc/resolv.conf ] && each dns </etc/resolv.conf
first fips /proc/sys/crypto/fips_enabled
[ -d /sys/kernel/security/apparmor ] && say apparmor yes
env | each env
exit 0`;

/** Names as in ansible_facts, without the prefix `ansible_`. */
export const hostFacts = defineProbe<null, JsonObject>({
  name: 'host-facts',
  argv: () => ['sh', '-c', SCRIPT],
  parse(out) {
    if (out.code !== 0 || !out.stdout.includes('nodename\t'))
      throw new Error(`host facts: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    const sections = new Map<string, string[]>();
    for (const line of out.stdout.split('\n')) {
      const [name = '', ...rest] = line.split('\t');
      if (name) sections.set(name, [...(sections.get(name) ?? []), rest.join('\t')]);
    }
    const all = (name: string): readonly string[] => sections.get(name) ?? [];
    const one = (name: string): string => all(name)[0] ?? '';
    return {
      ...identity(one),
      ...distribution(all('os'), one('debian')),
      ...hardware(all('mem'), all('cpu')),
      ...networkFacts(all),
      ...session(one, all('env')),
      ...dmiFacts(all('dmi')),
      ...hostKeys(all('key')),
      lsb: lsb(all('lsb')),
      loadavg: loads(one('load')),
      iscsi_iqn: one('iqn'),
      hostnqn: one('nqn'),
      uptime_seconds: Math.floor(Number(one('uptime').split(' ')[0])),
      cmdline: commandLine(one('cmdline')),
      proc_cmdline: commandLine(one('cmdline')),
      service_mgr: one('service_mgr') || 'unknown',
      pkg_mgr: PACKAGE_MANAGERS[one('package')] ?? 'unknown',
      selinux: selinux(all('selinux')),
      date_time: dateTime(one('date')),
      dns: resolver(all('dns')),
      fips: one('fips') === '1',
      apparmor: { status: one('apparmor') === '' ? 'disabled' : 'enabled' },
    };
  },
});

type One = (name: string) => string;
const PACKAGE_MANAGERS: { readonly [tool: string]: string } = {
  dnf5: 'dnf5',
  dnf: 'dnf',
  yum: 'yum',
  'apt-get': 'apt',
  zypper: 'zypper',
  'rpm-ostree': 'atomic_container',
  apk: 'apk',
};

function assignment(text: string, bare: string | true): [string, string | true] {
  const at = text.indexOf('=');
  return at === -1 ? [text, bare] : [text.slice(0, at), text.slice(at + 1)];
}

/** resolv.conf(5): nameservers, search, domain, sortlist, options. */
function resolver(lines: readonly string[]): JsonObject {
  const dns: { [key: string]: Json } = {};
  for (const [key = '', ...words] of lines.map((line) => line.trim().split(/\s+/))) {
    if (key === 'nameserver') dns['nameservers'] = [...((dns['nameservers'] as Json[] | undefined) ?? []), ...words];
    else if (key === 'search' || key === 'sortlist') dns[key] = words;
    else if (key === 'domain') dns[key] = words[0] ?? '';
    else if (key === 'options')
      dns[key] = Object.fromEntries(
        words.map((word) => [word.split(':')[0] ?? '', word.includes(':') ? (word.split(':')[1] ?? '') : true]),
      );
  }
  return dns;
}

const commandLine = (text: string): JsonObject =>
  Object.fromEntries(
    text
      .split(' ')
      .filter(Boolean)
      .map((word) => assignment(word, true)),
  );

const identity = (one: One): JsonObject => ({
  system: one('system'),
  kernel: one('kernel'),
  kernel_version: one('kernel_version'),
  machine: one('machine'),
  architecture: one('machine'),
  userspace_architecture: one('machine'),
  userspace_bits: /64|^s390x$/.test(one('machine')) ? '64' : '32',
  nodename: one('nodename'),
  hostname: one('nodename').split('.')[0] ?? '',
  fqdn: one('fqdn'),
  domain: one('fqdn').split('.').slice(1).join('.'),
  machine_id: one('machine_id'),
});

/** The kernel's answer, then the lines of /etc/selinux/config. */
function selinux([enforce, ...config]: readonly string[]): JsonObject {
  if (enforce === undefined) return { status: 'disabled' };
  const set = Object.fromEntries(config.map((line) => assignment(line.trim(), '')));
  return {
    status: 'enabled',
    mode: enforce === '1' ? 'enforcing' : 'permissive',
    ...(set['SELINUX'] === undefined ? {} : { config_mode: set['SELINUX'] }),
    ...(set['SELINUXTYPE'] === undefined ? {} : { type: set['SELINUXTYPE'] }),
  };
}

/** "ed25519 ssh-ed25519 AAAA… root@worker01" */
const hostKeys = (keys: readonly string[]): JsonObject =>
  Object.fromEntries(
    keys.flatMap((line) => {
      const [name = '', type = '', key = ''] = line.split(' ');
      return [
        [`ssh_host_key_${name}_public`, key],
        [`ssh_host_key_${name}_public_keytype`, type],
      ];
    }),
  );

/** /etc/lsb-release (`DISTRIB_ID=Ubuntu`) or lsb_release -a (`Distributor ID:\tDebian`); nothing where a host has neither. */
function lsb(lines: readonly string[]): JsonObject {
  const values = new Map(
    lines.flatMap((line): readonly [string, string][] => {
      const [, key = '', value = ''] = /^(?:DISTRIB_)?([\w ]+?)(?:=|:\s*)(.*)$/.exec(line) ?? [];
      return [[key.toLowerCase().replace('distributor id', 'id'), unquoted(value)]];
    }),
  );
  const facts = Object.fromEntries(
    ['id', 'description', 'release', 'codename'].flatMap((key) => (values.has(key) ? [[key, values.get(key) ?? '']] : [])),
  );
  const { release } = facts;
  return release === undefined ? facts : { ...facts, major_release: release.split('.')[0] ?? '' };
}

/** proc_loadavg(5). */
function loads(text: string): JsonObject {
  const [one, five, fifteen] = text.split(' ').map(Number);
  return text === '' ? {} : { '1m': one ?? 0, '5m': five ?? 0, '15m': fifteen ?? 0 };
}

const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/, '$2');

const FAMILIES: { readonly [id: string]: string } = {
  rhel: 'RedHat',
  centos: 'RedHat',
  fedora: 'RedHat',
  rhcos: 'RedHat',
  almalinux: 'RedHat',
  rocky: 'RedHat',
  ol: 'RedHat',
  amzn: 'RedHat',
  debian: 'Debian',
  ubuntu: 'Debian',
  alpine: 'Alpine',
  arch: 'Archlinux',
  sles: 'Suse',
  opensuse: 'Suse',
};
const RELEASE_FILES: { readonly [family: string]: readonly [path: string, variety: string] } = {
  RedHat: ['/etc/redhat-release', 'RedHat'],
  Alpine: ['/etc/alpine-release', 'Alpine'],
  Archlinux: ['/etc/arch-release', 'Archlinux'],
};
const DISTRIBUTIONS: { readonly [id: string]: string } = {
  rhel: 'RedHat',
  centos: 'CentOS',
  fedora: 'Fedora',
  rhcos: 'RedHat',
  almalinux: 'AlmaLinux',
  rocky: 'Rocky',
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  alpine: 'Alpine',
  arch: 'Archlinux',
  sles: 'SLES',
};

/** os-release(5). */
function distribution(lines: readonly string[], debian: string): JsonObject {
  const os = Object.fromEntries(lines.filter((line) => line.includes('=')).map((line) => assignment(line, ''))) as {
    [key: string]: string;
  };
  const value = (key: string): string => unquoted(os[key] ?? '');
  const id = value('ID');
  const family =
    FAMILIES[id] ??
    value('ID_LIKE')
      .split(' ')
      .map((like) => FAMILIES[like])
      .find(Boolean) ??
    (DISTRIBUTIONS[id] || 'unknown');
  // Debian's own releases have a second number that os-release does not tell.
  const version = (id === 'debian' && /^\d/.test(debian) ? debian : value('VERSION_ID')) || 'NA';
  return {
    distribution: DISTRIBUTIONS[id] ?? (value('NAME') || 'unknown'),
    distribution_version: version,
    distribution_major_version: version.split('.')[0] ?? version,
    ...(version.includes('.') ? { distribution_minor_version: version.split('.')[1] ?? '' } : {}),
    distribution_release: value('VERSION_CODENAME') || 'NA',
    ...releaseFile(id, family),
    os_family: family,
  };
}

/** The file that Ansible tells a distribution by. */
function releaseFile(id: string, family: string): JsonObject {
  const [path, variety] =
    id === 'centos'
      ? ['/etc/centos-release', 'CentOS']
      : (RELEASE_FILES[family] ?? ['/etc/os-release', family === 'Suse' ? 'SUSE' : family]);
  return { distribution_file_path: path, distribution_file_variety: variety, distribution_file_parsed: true };
}

function hardware(mem: readonly string[], cpu: readonly string[]): JsonObject {
  const mib = (name: string): number =>
    Math.floor(Number(new RegExp(`^${name}:\\s*(\\d+)`).exec(mem.find((line) => line.startsWith(`${name}:`)) ?? '')?.[1] ?? 0) / 1024);
  const values = (key: string): readonly string[] =>
    cpu.filter((line) => line.startsWith(`${key}:`)).map((line) => line.slice(key.length + 1).trim());
  const sockets = Math.max(1, new Set(values('physical id')).size);
  return {
    memtotal_mb: mib('MemTotal'),
    memfree_mb: mib('MemFree'),
    swaptotal_mb: mib('SwapTotal'),
    swapfree_mb: mib('SwapFree'),
    memory_mb: {
      real: { total: mib('MemTotal'), free: mib('MemFree'), used: mib('MemTotal') - mib('MemFree') },
      nocache: {
        free: mib('MemFree') + mib('Cached') + mib('Buffers'),
        used: mib('MemTotal') - mib('MemFree') - mib('Cached') - mib('Buffers'),
      },
      swap: { total: mib('SwapTotal'), free: mib('SwapFree'), used: mib('SwapTotal') - mib('SwapFree'), cached: mib('SwapCached') },
    },
    processor_vcpus: values('processor').length,
    processor_nproc: values('processor').length,
    processor_count: sockets,
    processor_cores: Number(values('cpu cores')[0] ?? 1),
    processor_threads_per_core: Math.max(1, Math.round(values('processor').length / sockets / Number(values('cpu cores')[0] ?? 1))),
    processor: values('model name').flatMap((model, at) => [values('processor')[at] ?? '', values('vendor_id')[at] ?? '', model]),
  };
}

function session(one: One, env: readonly string[]): JsonObject {
  const [, , , , gecos, home, shell] = one('account').split(':');
  return {
    user_id: one('user'),
    user_uid: Number(one('uid')),
    effective_user_id: Number(one('uid')),
    real_user_id: Number(one('uid')),
    effective_group_id: Number(one('gid')),
    real_group_id: Number(one('gid')),
    user_gid: Number(one('gid')),
    user_dir: home ?? one('home'),
    user_shell: shell ?? one('shell'),
    ...(gecos === undefined ? {} : { user_gecos: gecos }),
    env: Object.fromEntries(env.filter((line) => /^\w+=/.test(line)).map((line) => assignment(line, ''))),
  };
}

function dateTime(text: string): JsonObject {
  const [date = '', time = '', epoch = '0', zone = '', offset = '', weekday = '', weekdayNumber = '', week = ''] = text.split(' ');
  const [year = '', month = '', day = ''] = date.split('-');
  const [hour = '', minute = '', second = ''] = time.split(':');
  const iso = new Date(Number(epoch) * 1000).toISOString();
  const local = `${date}T${time}`.replace(/[-:]/g, '');
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    date,
    time,
    epoch,
    epoch_int: epoch,
    tz: zone,
    tz_dst: zone,
    tz_offset: offset,
    weekday,
    weekday_number: weekdayNumber,
    weeknumber: week,
    iso8601_basic: `${local}000000`,
    iso8601_basic_short: local,
    iso8601: iso.replace(/\.\d+Z$/, 'Z'),
    iso8601_micro: iso.replace(/\.(\d+)Z$/, '.$1000Z'),
  };
}
