/** What is on an RHCOS host before anybody touched it: release, users, services, files. */
import { groupText, passwdText, shadowText } from './accounts.ts';
import type { FileSpec } from './skeleton.ts';
import type { Group, Unit, User, World } from './types.ts';

export const RHCOS: Pick<World, 'kernel' | 'os'> = {
  kernel: { release: '5.14.0-427.33.1.el9_4.x86_64', version: '#1 SMP PREEMPT_DYNAMIC Fri Aug 16 10:56:24 EDT 2024', machine: 'x86_64' },
  os: {
    NAME: '"Red Hat Enterprise Linux CoreOS"',
    ID: '"rhcos"',
    ID_LIKE: '"rhel fedora"',
    VERSION: '"417.94.202410160352-0"',
    VERSION_ID: '"4.17"',
    VARIANT: 'CoreOS',
    VARIANT_ID: 'coreos',
    PLATFORM_ID: '"platform:el9"',
    PRETTY_NAME: '"Red Hat Enterprise Linux CoreOS 417.94.202410160352-0"',
    OPENSHIFT_VERSION: '"4.17"',
    RHEL_VERSION: '9.4',
    OSTREE_VERSION: '"417.94.202410160352-0"',
  },
};

const SYSTEM_USERS: readonly User[] = [
  { name: 'root', uid: 0, gid: 0, gecos: 'root', home: '/var/roothome', shell: '/bin/bash', sudo: 'nopasswd' },
  { name: 'bin', uid: 1, gid: 1, gecos: 'bin', home: '/bin', shell: '/sbin/nologin', sudo: 'none' },
  { name: 'daemon', uid: 2, gid: 2, gecos: 'daemon', home: '/sbin', shell: '/sbin/nologin', sudo: 'none' },
  { name: 'nobody', uid: 65534, gid: 65534, gecos: 'Kernel Overflow User', home: '/', shell: '/sbin/nologin', sudo: 'none' },
];
const SYSTEM_GROUPS = [
  ['root', 0],
  ['bin', 1],
  ['daemon', 2],
  ['sys', 3],
  ['adm', 4],
  ['disk', 6],
  ['wheel', 10],
  ['nobody', 65534],
] as const;

/** The tables of passwd and group for these people besides the system's own. */
export function loginRecords(people: readonly User[]): { readonly users: readonly User[]; readonly groups: readonly Group[] } {
  const isNew = ({ name }: User): boolean => !SYSTEM_USERS.some((own) => own.name === name);
  const sudoers = people.filter(({ sudo, uid }) => sudo !== 'none' && uid !== 0).map(({ name }) => name);
  return {
    users: [...SYSTEM_USERS.map((own) => people.find(({ name }) => name === own.name) ?? own), ...people.filter(isNew)],
    groups: [
      ...SYSTEM_GROUPS.map(([name, gid]): Group => ({ name, gid, members: name === 'wheel' ? sudoers : [] })),
      ...people.filter(({ gid }) => gid !== 0).map(({ name, gid }): Group => ({ name, gid, members: [] })),
    ],
  };
}

type UnitSpec = Omit<Unit, 'since'>;
export const UNITS: readonly UnitSpec[] = [
  { name: 'kubelet.service', description: 'Kubernetes Kubelet', active: 'active', enabled: 'enabled' },
  { name: 'crio.service', description: 'Container Runtime Interface for OCI (CRI-O)', active: 'active', enabled: 'enabled', reloads: true },
  { name: 'sshd.service', description: 'OpenSSH server daemon', active: 'active', enabled: 'enabled', reloads: true },
  { name: 'chronyd.service', description: 'NTP client/server', active: 'active', enabled: 'enabled' },
  { name: 'NetworkManager.service', description: 'Network Manager', active: 'active', enabled: 'enabled', reloads: true },
  {
    name: 'multipathd.service',
    description: 'Device-Mapper Multipath Device Controller',
    active: 'inactive',
    enabled: 'enabled',
    reloads: true,
  },
  { name: 'iscsid.service', description: 'Open-iSCSI', active: 'inactive', enabled: 'disabled' },
];

const osRelease = (world: World): string =>
  Object.entries(world.os)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

export const standardFiles = (world: World): readonly FileSpec[] => [
  ...[
    '/boot',
    '/etc/sudoers.d',
    '/mnt',
    '/opt',
    '/run',
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/sysroot',
    '/var/lib/kubelet',
    '/var/log',
    '/usr/local/bin',
  ].map((path) => ({ path })),
  ...['/proc', '/sys', '/dev'].map((path) => ({ path, mode: 0o555 })),
  { path: '/tmp', mode: 0o1777 },
  { path: '/var/tmp', mode: 0o1777 },
  { path: '/var/roothome', mode: 0o700 },
  { path: '/root', link: 'var/roothome' },
  { path: '/home', link: 'var/home' },
  { path: '/var/home' },
  ...world.users.filter(({ uid }) => uid >= 1000 && uid < 60_000).map(({ home, uid, gid }) => ({ path: home, mode: 0o700, uid, gid })),
  { path: '/bin', link: 'usr/bin' },
  { path: '/sbin', link: 'usr/sbin' },
  { path: '/lib', link: 'usr/lib' },
  { path: '/var/run', link: '../run' },
  { path: '/etc/hostname', text: `${world.hostname}\n` },
  { path: '/etc/hosts', text: '127.0.0.1   localhost localhost.localdomain\n::1         localhost localhost.localdomain\n' },
  { path: '/etc/passwd', text: passwdText(world) },
  { path: '/etc/group', text: groupText(world) },
  { path: '/etc/shadow', text: shadowText(world), mode: 0 },
  { path: '/etc/os-release', link: '../usr/lib/os-release' },
  { path: '/usr/lib/os-release', text: osRelease(world) },
  { path: '/etc/redhat-release', text: 'Red Hat Enterprise Linux CoreOS release 4.17\n' },
  { path: '/etc/resolv.conf', text: 'nameserver 192.0.2.1\n' },
  { path: '/etc/machine-id', text: `${world.bootId.replaceAll('-', '')}\n` },
  { path: '/etc/fstab', text: '' },
];
