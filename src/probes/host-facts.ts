/** What a host is: kernel, distribution, hardware, network, user, time; one question, answered from /proc and POSIX tools. */
import { defineProbe } from '../core/probe.ts';
import type { JsonObject } from '../core/value.ts';

/** Lines of `section<tab>text`. No file system is looked at that could hang (network mounts). */
const SCRIPT = `
say() { printf '%s\\t%s\\n' "$1" "$2"; }
each() { while IFS= read -r line; do say "$1" "$line"; done; }
say nodename "$(uname -n)"; say kernel "$(uname -r)"; say kernel_version "$(uname -v)"; say machine "$(uname -m)"; say system "$(uname -s)"
say fqdn "$(hostname -f 2>/dev/null || uname -n)"
[ -r /etc/os-release ] && each os </etc/os-release
[ -r /proc/meminfo ] && each mem </proc/meminfo
[ -r /proc/cpuinfo ] && sed -n 's/^\\(processor\\|physical id\\|model name\\|cpu cores\\)[[:space:]]*:/\\1:/p' /proc/cpuinfo | each cpu
[ -r /proc/uptime ] && say uptime "$(cut -d. -f1 /proc/uptime)"
[ -r /proc/cmdline ] && say cmdline "$(cat /proc/cmdline)"
[ -r /etc/machine-id ] && say machine_id "$(cat /etc/machine-id)"
say user "$(id -un)"; say uid "$(id -u)"; say gid "$(id -g)"; say home "$HOME"; say shell "\${SHELL:-}"
say date "$(date '+%Y-%m-%d %H:%M:%S %s %Z %z %A')"
command -v ip >/dev/null && { ip -o addr show 2>/dev/null | each addr; ip -o link show 2>/dev/null | each link; ip route show default 2>/dev/null | each route; ip -6 route show default 2>/dev/null | each route6; }
[ -d /run/systemd/system ] && say service_mgr systemd
for tool in dnf5 dnf yum apt-get zypper rpm-ostree apk; do command -v $tool >/dev/null && say package $tool; done
[ -r /sys/class/dmi/id/sys_vendor ] && say vendor "$(cat /sys/class/dmi/id/sys_vendor)"
[ -r /sys/class/dmi/id/product_name ] && say product "$(cat /sys/class/dmi/id/product_name)"
[ -r /sys/fs/selinux/enforce ] && say selinux "$(cat /sys/fs/selinux/enforce)"
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
      ...distribution(all('os')),
      ...hardware(all('mem'), all('cpu')),
      ...network(all),
      ...session(one, all('env')),
      uptime_seconds: Number(one('uptime') || 0),
      cmdline: Object.fromEntries(
        one('cmdline')
          .split(' ')
          .filter(Boolean)
          .map((word) => assignment(word, true)),
      ),
      service_mgr: one('service_mgr') || 'unknown',
      pkg_mgr: PACKAGE_MANAGERS[one('package')] ?? 'unknown',
      selinux:
        one('selinux') === '' ? { status: 'disabled' } : { status: 'enabled', mode: one('selinux') === '1' ? 'enforcing' : 'permissive' },
      date_time: dateTime(one('date')),
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

const identity = (one: One): JsonObject => ({
  system: one('system'),
  kernel: one('kernel'),
  kernel_version: one('kernel_version'),
  machine: one('machine'),
  architecture: one('machine'),
  nodename: one('nodename'),
  hostname: one('nodename').split('.')[0] ?? '',
  fqdn: one('fqdn'),
  domain: one('fqdn').split('.').slice(1).join('.'),
  machine_id: one('machine_id'),
  system_vendor: one('vendor') || 'NA',
  product_name: one('product') || 'NA',
});

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
function distribution(lines: readonly string[]): JsonObject {
  const os = Object.fromEntries(lines.filter((line) => line.includes('=')).map((line) => assignment(line, ''))) as {
    [key: string]: string;
  };
  const value = (key: string): string => (os[key] ?? '').replace(/^(["'])(.*)\1$/, '$2');
  const id = value('ID');
  const family =
    FAMILIES[id] ??
    value('ID_LIKE')
      .split(' ')
      .map((like) => FAMILIES[like])
      .find(Boolean) ??
    (DISTRIBUTIONS[id] || 'unknown');
  const version = value('VERSION_ID') || 'NA';
  return {
    distribution: DISTRIBUTIONS[id] ?? (value('NAME') || 'unknown'),
    distribution_version: version,
    distribution_major_version: version.split('.')[0] ?? version,
    distribution_release: value('VERSION_CODENAME') || 'NA',
    os_family: family,
  };
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
    processor_vcpus: values('processor').length,
    processor_nproc: values('processor').length,
    processor_count: sockets,
    processor_cores: Number(values('cpu cores')[0] ?? 1),
    processor: [...values('model name')],
  };
}

function network(all: (name: string) => readonly string[]): JsonObject {
  const addresses = all('addr').flatMap((line) => {
    const found = /^\d+:\s+(\S+)\s+(inet6?)\s+([^/\s]+)\/(\d+)/.exec(line);
    return found ? [{ interface: found[1] ?? '', family: found[2] ?? '', address: found[3] ?? '', prefix: found[4] ?? '' }] : [];
  });
  const listed = (family: string): readonly string[] =>
    addresses.filter((one) => one.family === family && one.address !== '127.0.0.1' && one.address !== '::1').map((one) => one.address);
  return {
    interfaces: [
      ...new Set(
        all('link')
          .map((line) => /^\d+:\s+([^:@]+)/.exec(line)?.[1] ?? '')
          .filter(Boolean),
      ),
    ],
    all_ipv4_addresses: listed('inet'),
    all_ipv6_addresses: listed('inet6'),
    default_ipv4: defaultRoute(
      all('route')[0],
      addresses.filter((one) => one.family === 'inet'),
    ),
    default_ipv6: defaultRoute(
      all('route6')[0],
      addresses.filter((one) => one.family === 'inet6'),
    ),
  };
}

function defaultRoute(route: string | undefined, addresses: readonly { interface: string; address: string; prefix: string }[]): JsonObject {
  const device = /\bdev (\S+)/.exec(route ?? '')?.[1];
  const own = addresses.find((one) => one.interface === device);
  if (!device || !own) return {};
  const gateway = /\bvia (\S+)/.exec(route ?? '')?.[1];
  return { interface: device, address: own.address, prefix: own.prefix, ...(gateway ? { gateway } : {}) };
}

const session = (one: One, env: readonly string[]): JsonObject => ({
  user_id: one('user'),
  user_uid: Number(one('uid')),
  user_gid: Number(one('gid')),
  user_dir: one('home'),
  user_shell: one('shell'),
  env: Object.fromEntries(env.filter((line) => /^\w+=/.test(line)).map((line) => assignment(line, ''))),
});

function dateTime(text: string): JsonObject {
  const [date = '', time = '', epoch = '0', zone = '', offset = '', weekday = ''] = text.split(' ');
  const [year = '', month = '', day = ''] = date.split('-');
  const [hour = '', minute = '', second = ''] = time.split(':');
  const iso = new Date(Number(epoch) * 1000).toISOString();
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
    tz: zone,
    tz_offset: offset,
    weekday,
    iso8601: iso.replace(/\.\d+Z$/, 'Z'),
    iso8601_micro: iso.replace(/\.(\d+)Z$/, '.$1000Z'),
  };
}
