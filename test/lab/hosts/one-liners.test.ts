/** What people write in `shell:` tasks for such hosts: each line's whole output, or what it must match; what is not there is "command not found". */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultWorker } from '../../../src/lab/hosts/index.ts';
import { type LabWorld, labWorld } from './lab-world.ts';

type Line = readonly [line: string, output: string | RegExp, code?: number];
const lines: readonly Line[] = [
  ["awk '{print $1}' /etc/hostname", 'worker01\n'],
  ["df -h /var | awk 'NR==2 {print $5}'", /^\d+%\n$/],
  ["free -m | awk '/^Mem:/ {print $2}'", '16000\n'],
  ["lsblk -J | jq -r '.blockdevices[].name'", 'sda\nsdb\n'],
  ["sed -n 's/^VERSION_ID=//p' /etc/os-release", '"4.17"\n'],
  ['hostnamectl --static', 'worker01\n'],
  ["hostnamectl | awk -F': ' '/Operating System/ {print $2}'", /^Red Hat Enterprise Linux CoreOS/],
  ['timedatectl show -p NTPSynchronized --value', 'yes\n'],
  ["chronyc tracking | sed -n 's/^Leap status *: //p'", 'Normal\n'],
  ["ip -4 -o addr show ens192 | awk '{print $4}'", '192.0.2.10/24\n'],
  ["ip -j addr | jq -r '.[].ifname'", 'lo\nens192\n'],
  ["ip -br link | awk '{print $1, $2}'", 'lo UNKNOWN\nens192 UP\n'],
  ["ip route show default | awk '{print $3, $5}'", '192.0.2.1 ens192\n'],
  ['ip route get 192.0.2.1', /./],
  ['ip link show eth9', '', 1],
  ["ss -Htln | awk '{print $4}'", '0.0.0.0:22\n*:10250\n127.0.0.1:10248\n'],
  ['systemctl list-units --failed --no-legend', ''],
  [
    "systemctl list-units --type=service --state=running --no-legend --plain | awk '{print $1}'",
    /^NetworkManager\.service\nchronyd\.service\ncrio\.service\n/,
  ],
  ['systemctl list-units --no-legend iscsid.service', /^ {2}iscsid\.service loaded inactive dead Open-iSCSI\n$/],
  ['systemctl show -p MainPID --value crio', '1201\n'],
  ["systemctl list-unit-files --no-legend 'multi*' | awk '{print $2}'", 'enabled\n'],
  ['pgrep -x crio', '1201\n'],
  ['pgrep -x postgres', '', 1],
  ['pidof kubelet', '1200\n'],
  ["ps -eo pid,comm >/dev/null; ps -ef | grep '[k]ubelet' | awk '{print $1, $2}'", 'root 1200\n'],
  ["rpm-ostree status --json | jq -r '.deployments[] | select(.booted) | .version'", '417.94.202410160352-0\n'],
  ['getenforce', 'Enforcing\n'],
  ["sestatus | awk '/Current mode/ {print $3}'", 'enforcing\n'],
  ['uptime -p', /^up \d+ (?:day|hour|minute)s?/],
  ['uptime', /^ \d\d:\d\d:\d\d up .*load average: /],
  ['nproc', '8\n'],
  ['journalctl -u kubelet -n 5 --no-pager', '-- No entries --\n'],
  ['mountpoint -q /var && echo yes', 'yes\n'],
  ['findmnt -no FSTYPE /var', 'xfs\n'],
  ['seq 1 3 | xargs -n1 echo | paste -sd,', '1,2,3\n'],
  [String.raw`printf 'a\0b\\c' | tr '\0\141\\' '\054x/'`, 'x,b/c'],
  ["printf 'b\\na\\nb\\n' | sort -u | tr '\\n' ' '", 'a b '],
  ["echo '{\"a\":[1,2]}' | jq -c '.a | add'", '3\n'],
  ["grep -c '^processor' /proc/cpuinfo", '8\n'],
  ['tar -czf /tmp/x.tgz -C /etc hostname && tar -tzf /tmp/x.tgz', 'hostname\n'],
  ['who', ''],
  ...['oc', 'podman', 'curl', 'crictl', 'nmcli', 'python3', 'openssl', 'dmidecode'].map(
    (name) => [`${name} --version`, '', 127] as const satisfies Line,
  ),
];

let here: LabWorld;
beforeAll(async () => {
  here = await labWorld(defaultWorker('worker01'));
});
afterAll(() => here?.close());

test.each(lines.map(([line, output, code = 0]) => ({ line, output, code })))('$line', async ({ line, output, code }) => {
  const said = await here.far.sh(line);
  const text = said.stdout.toString();
  if (typeof output === 'string') expect(text).toBe(output);
  else expect(text).toMatch(output);
  expect(said.code).toBe(code);
});

test('a unit that has failed is listed as failed, and its process is gone', async () => {
  const world = here.host.world();
  here.host.set({ ...world, units: world.units.map((unit) => (unit.name === 'crio.service' ? { ...unit, active: 'failed' } : unit)) });
  const failed = await here.far.sh(
    "systemctl --failed --no-legend --plain | awk '{print $1, $3}'; pgrep crio; systemctl is-system-running",
  );
  expect(failed.stdout.toString()).toBe('crio.service failed\ndegraded\n');
});

test('a tool that is only there to lie says what it is told to', async () => {
  const lie = { code: 1, stdout: '', stderr: 'error: 3 of 412 images failed\n' };
  here.host.fault({ tools: ['oc-mirror'], lie: (argv) => (argv[0] === 'oc-mirror' ? lie : undefined) });
  expect(await here.far.sh('oc-mirror --v2 2>&1')).toMatchObject({ code: 1, stdout: Buffer.from(lie.stderr) });
  here.host.heal();
  expect(await here.far.sh('oc-mirror --v2')).toMatchObject({ code: 127 });
});
