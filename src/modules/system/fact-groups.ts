/** Which facts a gather_subset means: Ansible's collectors, in the groups that playbooks name. Pure. */
import type { JsonObject } from '../../core/value.ts';
import { fnmatch } from '../files/fnmatch.ts';

/** Collector → the facts it gives, as shell patterns. */
const COLLECTORS: { readonly [collector: string]: readonly string[] } = {
  hardware: [
    'mem*',
    'swap*',
    'processor*',
    'devices',
    'mounts',
    'uptime_seconds',
    'product_*',
    'system_vendor',
    'bios_*',
    'board_*',
    'chassis_*',
    'form_factor',
    'device_links',
  ],
  network: ['default_ipv*', 'all_ipv*', 'interfaces', 'iscsi_iqn', 'hostnqn'],
  virtual: ['virtualization_*'],
  date_time: ['date_time'],
  env: ['env'],
  cmdline: ['cmdline', 'proc_cmdline'],
  distribution: ['distribution*', 'os_family'],
  dns: ['dns'],
  local: ['local'],
  fips: ['fips'],
  apparmor: ['apparmor'],
  selinux: ['selinux'],
  service_mgr: ['service_mgr'],
  pkg_mgr: ['pkg_mgr'],
  lsb: ['lsb'],
  loadavg: ['loadavg'],
  ssh_pub_keys: ['ssh_host_key_*'],
  user: ['user_*', 'effective_user_id', 'real_user_id'],
  platform: ['system', 'kernel*', 'machine', 'architecture', 'nodename', 'hostname', 'fqdn', 'domain', 'userspace_*'],
};
/** Belong to min, and go only with "!min". */
const MIN = [
  'distribution',
  'date_time',
  'env',
  'cmdline',
  'dns',
  'local',
  'fips',
  'apparmor',
  'selinux',
  'service_mgr',
  'pkg_mgr',
  'lsb',
  'ssh_pub_keys',
  'user',
  'platform',
];
const ALIASES: { readonly [name: string]: string } = {
  interfaces: 'network',
  devices: 'hardware',
  mounts: 'hardware',
  processor: 'hardware',
  processor_cores: 'hardware',
  processor_count: 'hardware',
  virtualization_type: 'virtual',
  virtualization_role: 'virtual',
  kernel: 'platform',
  iscsi: 'network',
  nvme: 'network',
};
/** Known to Ansible, and nothing here. */
const NONE = ['caps', 'chroot', 'facter', 'fibre_channel_wwn', 'is_chroot', 'ohai', 'python', 'systemd', 'machine_id'];

export const SUBSETS: readonly string[] = ['all', 'min', ...Object.keys(COLLECTORS), ...Object.keys(ALIASES)];

const bare = (subset: string): string => subset.replace(/^!/, '');

/** The first name that Ansible does not know either. */
export const unknownSubset = (subsets: readonly string[]): string | undefined =>
  subsets.find((subset) => !SUBSETS.includes(bare(subset)) && !NONE.includes(bare(subset)));

/** Named with "!": left out. Only leaving out means all of the rest; min stays until it is left out itself. */
export function wantedGroups(subsets: readonly string[]): ReadonlySet<string> {
  const every = Object.keys(COLLECTORS);
  const expand = (name: string): readonly string[] => (name === 'all' ? every : name === 'min' ? MIN : [ALIASES[name] ?? name]);
  const out = subsets.filter((subset) => subset.startsWith('!')).map(bare);
  const wanted = subsets.filter((subset) => !subset.startsWith('!'));
  const named = new Set(wanted.flatMap(expand));
  const base = wanted.length === 0 || named.size === every.length ? every : [...named, ...MIN];
  // "!all" keeps min, and what is named beside it.
  const left = new Set(
    out.flatMap((name) => (name === 'all' ? every.filter((one) => !MIN.includes(one) && !named.has(one)) : expand(name))),
  );
  return new Set(['', ...base.filter((name) => !left.has(name) || (wanted.includes(name) && !out.includes(name)))]);
}

/** The collector of a fact; facts of single interfaces are of network, those of none are always given. */
export function groupOf(name: string, all: JsonObject): string {
  const found = Object.entries(COLLECTORS).find(([, patterns]) => patterns.some((pattern) => fnmatch(pattern)(name)));
  if (found) return found[0];
  const interfaces = all['interfaces'];
  return Array.isArray(interfaces) && interfaces.some((one) => String(one).replace(/\W/g, '_') === name) ? 'network' : '';
}
