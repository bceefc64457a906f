/** Worlds for modules that change what belongs to a machine: archives and files as they are, tools of the machine as stand-ins on PATH. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './worlds.ts';

/** d/a ("hi\n") and "d/b c" ("x"), made by Python's zipfile. */
const ZIP =
  'UEsDBBQAAAAAAD1OdV0AAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAAAAgAPU51XXp6b+0FAAAAAwAAAAMAAABkL2HLyOQCAFBLAwQUAAAACAA9TnVdgxbcjAMAAAABAAAABQAAAGQvYiBjqwAAUEsBAhQDFAAAAAAAPU51XQAAAAAAAAAAAAAAAAIAAAAAAAAAAAAQAO1BAAAAAGQvUEsBAhQDFAAAAAgAPU51XXp6b+0FAAAAAwAAAAMAAAAAAAAAAAAAAKSBIAAAAGQvYVBLAQIUAxQAAAAIAD1OdV2DFtyMAwAAAAEAAAAFAAAAAAAAAAAAAACkgUYAAABkL2IgY1BLBQYAAAAAAwADAJQAAABsAAAAAAA=';

/** top/tool, top/a b/c, a link, and a name too long for a plain header; `format`: of tar. */
function pack(dir: string, archive: string, format: string): void {
  const top = join(dir, 'top');
  mkdirSync(join(top, 'a b', 'x'.repeat(98)), { recursive: true });
  writeFileSync(join(top, 'tool'), '#!/bin/sh\n');
  chmodSync(join(top, 'tool'), 0o755);
  writeFileSync(join(top, 'a b', 'c'), Uint8Array.of(0, 255));
  writeFileSync(join(top, 'a b', 'x'.repeat(98), 'long'), 'long');
  execFileSync('ln', ['-s', 'tool', join(top, 'link')]);
  execFileSync('tar', ['-C', dir, `--format=${format}`, '-czf', archive, 'top']);
  execFileSync('rm', ['-r', top]);
}

// Stand-ins: each keeps what it is told in files below $WORLD, and answers from them as the real tool does.

const CRONTAB = `user=own; [ "$1" = -u ] && { user=$2; shift 2; }; f=$WORLD/cron-$user
case $1 in
  -l) [ -f "$f" ] || { echo "no crontab for $user" >&2; exit 1; }; cat "$f";;
  -) cat >"$f";;
esac`;

const SYSCTL = `known() { [ -f "$WORLD/live-$1" ] || { echo "sysctl: cannot stat /proc/sys/$1: No such file or directory" >&2; exit 255; }; }
case $1 in
  -n) known "$3"; cat "$WORLD/live-$3";;
  -w) known "\${2%%=*}"; echo "\${2#*=}" >"$WORLD/live-\${2%%=*}";;
  -p) grep = "$2" | sed 's/ *= */=/' | while IFS= read -r l; do [ -f "$WORLD/live-\${l%%=*}" ] && echo "\${l#*=}" >"$WORLD/live-\${l%%=*}"; done; exit 0;;
esac`;

const mountLine = (path: string): string => `36 25 8:16 / ${path.replaceAll(' ', '\\040')} rw,relatime shared:1 - xfs /dev/sdb rw\n`;
const MOUNT = {
  cat: 'case $1 in /proc/self/mountinfo) set -- "$WORLD/mountinfo"; [ -f "$1" ] || exit 0;; esac; PATH=$REAL; exec cat "$@"',
  mount: `for last do :; done
[ "$1 $2" = '-o remount' ] && { echo "$*" >>"$WORLD/remounts"; exit 0; }
[ -d "$last" ] || { echo "mount: $last: mount point does not exist." >&2; exit 32; }
printf '36 25 8:16 / %s rw shared:1 - xfs /dev/sdb rw\\n' "$(printf %s "$last" | sed 's/ /\\\\040/g')" >>"$WORLD/mountinfo"`,
  umount: ': >"$WORLD/mountinfo"',
};

/** passwd, group and shadow in $WORLD. */
function accounts(dir: string): void {
  writeFileSync(join(dir, 'passwd'), 'root:x:0:0::/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n');
  writeFileSync(join(dir, 'group'), 'root:x:0:\nalice:x:1000:\nwheel:x:10:alice\ndisk:x:6:\n');
  writeFileSync(join(dir, 'shadow'), 'alice:$6$x$y:20000::::::\n');
}
const EDIT = 'edit() { sed "$2" "$WORLD/$1" >"$WORLD/$1.new" && mv "$WORLD/$1.new" "$WORLD/$1"; }; for name do :; done';
const ACCOUNTS = {
  getent: '[ "$1" = -- ] && shift; db=$1; shift; [ "$1" = -- ] && shift; [ -f "$WORLD/$db" ] || exit 2; grep "^$1:" "$WORLD/$db" || exit 2',
  id: `for name do :; done
gid=$(sed -n "s/^$name:x:[0-9]*:\\([0-9]*\\):.*/\\1/p" "$WORLD/passwd"); own=$(sed -n "s/^\\([^:]*\\):x:$gid:.*/\\1/p" "$WORLD/group")
[ "$1" = -gn ] && { echo "$own"; exit; }
echo "$own" $(sed -n "s/^\\([^:]*\\):.*[:,]$name\\(,.*\\)*$/\\1/p" "$WORLD/group")`,
  groupadd: `${EDIT}; gid=900; [ "$1" = -g ] && gid=$2; echo "$name:x:$gid:" >>"$WORLD/group"`,
  groupdel: `${EDIT}; edit group "/^$name:/d"`,
  useradd: `${EDIT}; uid=1001 group=$name comment= shell=/bin/bash home=/home/$name groups=
while [ $# -gt 2 ]; do case $1 in -u) uid=$2; shift;; -g) group=$2; shift;; -G) groups=$2; shift;; -c) comment=$2; shift;; -s) shell=$2; shift;; esac; shift; done
gid=$(sed -n "s/^$group:x:\\([0-9]*\\):.*/\\1/p" "$WORLD/group")
echo "$name:x:$uid:$gid:$comment:$home:$shell" >>"$WORLD/passwd"; echo "$name:!:20000::::::" >>"$WORLD/shadow"
[ "$groups" = '' ] || edit group "s/^\\($groups:x:[0-9]*:\\)$/\\1$name/"`,
  usermod: `${EDIT}
while [ $# -gt 2 ]; do case $1 in
  -s) edit passwd "s|^\\($name:.*\\):[^:]*$|\\1:$2|"; shift;;
  -G) for g in $(echo "$2" | tr , ' '); do edit group "s/^\\($g:x:[0-9]*:\\)$/\\1$name/"; done; shift;;
esac; shift; done`,
  userdel: `${EDIT}; edit passwd "/^$name:/d"`,
  chpasswd: `IFS=: read -r name hash; ${EDIT.replace('; for name do :; done', '')}; edit shadow "s|^$name:[^:]*|$name:$hash|"`,
};

const unit = (dir: string): void =>
  writeFileSync(join(dir, 'unit'), 'LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\nNeedDaemonReload=no\n');
const SYSTEMCTL = `set_to() { sed "s/^$1=.*/$1=$2/" "$WORLD/unit" >"$WORLD/unit.new" && mv "$WORLD/unit.new" "$WORLD/unit"; }
case $1 in
  show) cat "$WORLD/unit";;
  start) set_to ActiveState active;;
  restart) set_to ActiveState active; echo restarted >>"$WORLD/journal";;
  stop) set_to ActiveState inactive;;
  enable) set_to UnitFileState enabled;;
  disable) set_to UnitFileState disabled;;
  mask) set_to LoadState masked; set_to UnitFileState masked;;
esac`;

/** rpm and dnf: lines of "name old|new". */
const packages = (dir: string): void => writeFileSync(join(dir, 'rpms'), 'chrony old\nbash new\n');
const PACKAGES = {
  rpm: 'for name do :; done; grep "^$name " "$WORLD/rpms"',
  dnf: `for name do :; done
case " $* " in
  *' check-update '*) grep -q "^$name old" "$WORLD/rpms" && exit 100; exit 0;;
  *' install '*) echo "$name new" >>"$WORLD/rpms";;
  *' upgrade '*) sed "s/^$name .*/$name new/" "$WORLD/rpms" >"$WORLD/rpms.new" && mv "$WORLD/rpms.new" "$WORLD/rpms";;
  *' remove '*) sed "/^$name /d" "$WORLD/rpms" >"$WORLD/rpms.new" && mv "$WORLD/rpms.new" "$WORLD/rpms";;
esac`,
};

export const machineWorlds: readonly World[] = [
  ...['gnu', 'pax', 'ustar'].map(
    (format): World => ({
      module: 'unarchive',
      title: `a ${format} archive of the controller, stripped, with an owner and a mode`,
      prepare(dir) {
        mkdirSync(join(dir, 'controller'));
        mkdirSync(join(dir, 'bin'));
        pack(dir, join(dir, 'controller/a.tgz'), format);
      },
      args: (dir) => ({
        src: 'a.tgz',
        dest: `${dir}/bin`,
        extra_opts: ['--strip-components=1'],
        owner: 0,
        mode: 'u=rwX,go=rX',
        exclude: ['x*'],
      }),
    }),
  ),
  {
    module: 'unarchive',
    title: 'an archive of the host, in part',
    prepare(dir) {
      mkdirSync(join(dir, 'out'));
      pack(dir, join(dir, 'a.tar.gz'), 'gnu');
    },
    args: (dir) => ({ src: `${dir}/a.tar.gz`, dest: `${dir}/out`, remote_src: true, include: ['top/tool', 'top/a b'] }),
  },
  {
    module: 'unarchive',
    title: 'an archive behind a URL, over something else',
    prepare(dir) {
      mkdirSync(join(dir, 'out'));
      writeFileSync(join(dir, 'out/tool'), 'old');
      pack(dir, join(dir, 'a.tar.gz'), 'gnu');
    },
    args: (dir) => ({ src: `file://${dir}/a.tar.gz`, dest: `${dir}/out`, remote_src: true, extra_opts: ['--strip-components=1'] }),
  },
  {
    module: 'unarchive',
    title: 'a zip archive of the controller',
    prepare(dir) {
      mkdirSync(join(dir, 'controller'));
      mkdirSync(join(dir, 'out'));
      writeFileSync(join(dir, 'controller/a.zip'), Buffer.from(ZIP, 'base64'));
    },
    args: (dir) => ({ src: 'a.zip', dest: `${dir}/out`, exclude: ['d/a'] }),
  },
  {
    module: 'unarchive',
    title: 'a zip archive of the host',
    prepare(dir) {
      mkdirSync(join(dir, 'out'));
      writeFileSync(join(dir, 'a.zip'), Buffer.from(ZIP, 'base64'));
    },
    args: (dir) => ({ src: `${dir}/a.zip`, dest: `${dir}/out`, remote_src: true }),
  },
  {
    module: 'known_hosts',
    title: 'a hashed key in place of another one',
    prepare: (dir) => writeFileSync(join(dir, 'known'), 'a.lab ssh-rsa AAAA\nb.lab,a.lab ssh-ed25519 OLD\n# end'),
    args: (dir) => ({ name: 'a.lab', key: 'a.lab ssh-ed25519 NEW comment', path: `${dir}/known`, hash_host: true }),
  },
  {
    module: 'known_hosts',
    title: 'a host with a port, in a new file',
    args: (dir) => ({ name: '[a.lab]:2222', key: '[a.lab]:2222 ssh-ed25519 NEW', path: `${dir}/.ssh/known` }),
  },
  {
    module: 'cron',
    title: 'another time in the table of a user',
    prepare: (dir) => writeFileSync(join(dir, 'cron-ops'), 'A=1\n#Ansible: sync\n5 * * * * sync it\n'),
    args: () => ({ name: 'sync', minute: '*/10', job: 'sync it', user: 'ops' }),
    tools: { crontab: CRONTAB },
  },
  {
    module: 'cron',
    title: 'the first job of all',
    args: () => ({ name: 'a', special_time: 'reboot', job: 'b' }),
    tools: { crontab: CRONTAB },
  },
  {
    module: 'cron',
    title: 'a file of its own',
    args: (dir) => ({ name: 'a', hour: '1', job: 'b 100%', user: 'root', cron_file: `${dir}/cron_d` }),
  },
  {
    module: 'cron',
    title: 'the last job of a file',
    prepare: (dir) => writeFileSync(join(dir, 'cron_d'), '#Ansible: a\n* 1 * * * root b\n'),
    args: (dir) => ({ name: 'a', cron_file: `${dir}/cron_d`, state: 'absent' }),
  },
  {
    module: 'sysctl',
    title: 'in the file and in the kernel',
    prepare(dir) {
      writeFileSync(join(dir, 'conf'), '# lab\nvm.swappiness = 60\nvm.swappiness=61\nnet.x=1');
      writeFileSync(join(dir, 'live-vm.swappiness'), '60\n');
    },
    args: (dir) => ({ name: 'vm.swappiness', value: 5, sysctl_set: true, sysctl_file: `${dir}/conf` }),
    tools: { sysctl: SYSCTL },
  },
  {
    module: 'sysctl',
    title: 'in the kernel alone, and several numbers',
    prepare(dir) {
      writeFileSync(join(dir, 'conf'), 'net.r = 1 2\t3\n');
      writeFileSync(join(dir, 'live-net.r'), '4\t5\t6\n');
    },
    args: (dir) => ({ name: 'net.r', value: '1 2 3', sysctl_set: true, sysctl_file: `${dir}/conf` }),
    tools: { sysctl: SYSCTL },
  },
  {
    module: 'mount',
    title: 'a filesystem that fstab does not know',
    prepare: (dir) => writeFileSync(join(dir, 'fstab'), '# fstab\n/dev/sda1 / xfs defaults 0 0\n'),
    args: (dir) => ({ path: `${dir}/a b`, src: '/dev/sdb', fstype: 'xfs', opts: 'noatime', state: 'mounted', fstab: `${dir}/fstab` }),
    tools: MOUNT,
  },
  {
    module: 'mount',
    title: 'other options for one that is mounted',
    prepare(dir) {
      writeFileSync(join(dir, 'fstab'), `/dev/sdb ${dir}/data xfs defaults 0 0\n`);
      writeFileSync(join(dir, 'mountinfo'), mountLine(`${dir}/data`));
      mkdirSync(join(dir, 'data'));
    },
    args: (dir) => ({ path: `${dir}/data/`, src: '/dev/sdb', fstype: 'xfs', boot: false, state: 'mounted', fstab: `${dir}/fstab` }),
    tools: MOUNT,
  },
  {
    module: 'mount',
    title: 'gone, with its directory and its entry',
    prepare(dir) {
      writeFileSync(join(dir, 'fstab'), `/dev/sdb ${dir}/data xfs defaults 0 0\n/dev/sdc /other xfs defaults 0 0\n`);
      writeFileSync(join(dir, 'mountinfo'), mountLine(`${dir}/data`));
      mkdirSync(join(dir, 'data'));
    },
    args: (dir) => ({ path: `${dir}/data`, state: 'absent', fstab: `${dir}/fstab` }),
    tools: MOUNT,
  },
  {
    module: 'mount',
    title: 'mounted without fstab',
    args: (dir) => ({ path: `${dir}/once`, src: '/dev/sdb', fstype: 'xfs', state: 'ephemeral', fstab: `${dir}/fstab` }),
    tools: MOUNT,
  },
  {
    module: 'hostname',
    title: 'with hostnamectl',
    prepare: (dir) => writeFileSync(join(dir, 'name'), 'old\n'),
    args: () => ({ name: 'worker01.lab' }),
    tools: {
      uname: 'cat "$WORLD/name"',
      cat: 'case $1 in /etc/hostname) set -- "$WORLD/name";; esac; PATH=$REAL; exec cat "$@"',
      hostnamectl: '[ "$1" = set-hostname ] && echo "$3" >"$WORLD/name"; exit 0',
    },
  },
  {
    module: 'group',
    title: 'a new group with a number',
    args: () => ({ name: 'storage', gid: 1700 }),
    tools: ACCOUNTS,
  },
  { module: 'group', title: 'a group goes', prepare: accounts, args: () => ({ name: 'wheel', state: 'absent' }), tools: ACCOUNTS },
  {
    module: 'user',
    title: 'a new user with groups',
    prepare: accounts,
    args: () => ({ name: 'bob', uid: 1005, group: 'wheel', groups: ['disk'], comment: 'Bob B', shell: '/bin/sh', password: '$6$x$y' }),
    tools: ACCOUNTS,
  },
  {
    module: 'user',
    title: 'another shell, one more group, another password',
    prepare: accounts,
    args: () => ({ name: 'alice', shell: '/bin/sh', groups: ['disk'], append: true, password: '$6$x$z' }),
    tools: ACCOUNTS,
  },
  { module: 'user', title: 'a user goes', prepare: accounts, args: () => ({ name: 'alice', state: 'absent' }), tools: ACCOUNTS },
  ...['service', 'systemd'].map(
    (module): World => ({
      module,
      title: 'started and enabled',
      prepare: unit,
      args: () => ({ name: 'chronyd', state: 'started', enabled: true }),
      tools: { systemctl: SYSTEMCTL },
    }),
  ),
  {
    module: 'systemd',
    title: 'stopped and masked',
    prepare: unit,
    args: () => ({ name: 'chronyd', enabled: false, masked: true }),
    tools: { systemctl: SYSTEMCTL },
  },
  {
    module: 'service',
    title: 'restarted on every run',
    prepare: unit,
    args: () => ({ name: 'chronyd', state: 'restarted' }),
    tools: { systemctl: SYSTEMCTL },
    later: () => undefined,
  },
  {
    module: 'package',
    title: 'one is installed, one is there',
    prepare: packages,
    args: () => ({ name: ['chrony', 'lvm2'] }),
    tools: PACKAGES,
  },
  { module: 'package', title: 'removed', prepare: packages, args: () => ({ name: 'chrony', state: 'absent' }), tools: PACKAGES },
  { module: 'package', title: 'newer', prepare: packages, args: () => ({ name: 'chrony', state: 'latest' }), tools: PACKAGES },
];
