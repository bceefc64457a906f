/** A real systemd on the emulated host, in namespaces of its own: the host's first process is a script. */
import { execa } from 'execa';
import type { Vm } from '../../real/parts/vm.ts';

const TOOLS = ['/lib/systemd/systemd', '/bin/systemctl'];

/** Unit files, below /usr/lib/systemd/system. */
const UNITS: { readonly [name: string]: string } = {
  'lab.service':
    '[Unit]\nDescription=A service\n[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
  'fixed.service': '[Unit]\nDescription=A fixed service\n[Service]\nExecStart=/bin/sleep infinity\n',
  'once.service': '[Unit]\nDescription=A task\n[Service]\nType=oneshot\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
  ...Object.fromEntries(['multi-user', 'basic', 'sysinit', 'shutdown'].map((name) => [`${name}.target`, `[Unit]\nDescription=${name}\n`])),
};

const START = `dir=/usr/lib/systemd/system; mkdir -p $dir /etc/systemd/system
${Object.entries(UNITS)
  .map(([name, text]) => `printf '${text.replaceAll('\n', '\\n')}' >$dir/${name}`)
  .join('\n')}
ln -sf $dir/multi-user.target /etc/systemd/system/default.target
echo 0123456789abcdef0123456789abcdef >/etc/machine-id
mount -t cgroup2 cgroup2 /sys/fs/cgroup; mkdir /sys/fs/cgroup/own
cat >/tmp/inner.sh <<'END_OF_SCRIPT'
mount -t proc proc /proc
umount -l /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup; mount -t tmpfs -o mode=755 tmpfs /run
exec env -i container=lab PATH=$PATH SYSTEMD_UNIT_PATH=/etc/systemd/system:/usr/lib/systemd/system /lib/systemd/systemd --system --log-target=null --show-status=no
END_OF_SCRIPT
(echo 0 >/sys/fs/cgroup/own/cgroup.procs; exec setsid unshare --pid --fork --mount --cgroup --uts --ipc --net sh /tmp/inner.sh) </dev/null >/tmp/systemd.log 2>&1 &
n=0
until p=$(pgrep -f '^/lib/systemd/systemd --system') && nsenter -t $p -a systemctl is-active multi-user.target >/dev/null 2>&1; do
  n=$((n + 1)); [ $n -lt 120 ] || { cat /tmp/systemd.log >&2; exit 1; }; sleep 1
done
echo $p`;

/** What to put before a command so that it talks to that systemd. Throws where this machine has no systemd to lend. */
export async function startSystemd(vm: Vm): Promise<string> {
  const { stdout: linked } = await execa('ldd', TOOLS);
  const libraries = [...linked.matchAll(/(?:=> |^\t)(\/\S+)/gm)].flatMap(([, path]) => (path === undefined ? [] : [path]));
  const { stdout: archive } = await execa('tar', ['-czhPf', '-', ...TOOLS, ...new Set(libraries)], { encoding: 'base64' });
  const sent = await vm.ssh('base64 -d | sudo tar -xzPf - --skip-old-files', { stdin: archive, timeoutMs: 300_000 });
  if (sent.exitCode !== 0) throw new Error(`systemd cannot be sent: ${sent.stderr}`);
  const { exitCode, stdout, stderr } = await vm.ssh('sudo sh', { stdin: START, timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(`systemd does not start: ${stderr}`);
  return `nsenter -t ${stdout.trim().split('\n').at(-1)} -a`;
}
