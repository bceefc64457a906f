/** The emulated hosts' real disks, as the operators' node side meets them: looked at and acted on as root over ssh. */
import type { Device, DiskAct, NodeDisks } from '../../../src/lab/kube/operators/index.ts';
import type { Vm } from '../parts/vm.ts';

/** What `look` prints: a line of tab-separated fields per whole disk. */
const LOOK = `
for sys in /sys/block/sd* /sys/block/vd*; do
  [ -e "$sys" ] || continue
  name=\${sys##*/}
  links=$(for link in /dev/disk/by-id/*; do [ "$(readlink -f "$link")" = "/dev/$name" ] && printf '%s ' "$link"; done)
  mounted=no; grep -q "^[^ ]* [^ ]* $(cat $sys/dev) " /proc/self/mountinfo && mounted=yes
  parts=no; ls -d $sys/$name* >/dev/null 2>&1 && parts=yes
  printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$name" "$(cat $sys/size)" "$links" "$mounted" "$parts" "$(cat $sys/ro)" \\
    "$(ls $sys/holders | tr '\\n' ' ')" "$(blkid -p -s TYPE -o value /dev/$name)"
done`;

const words = (text: string | undefined): readonly string[] => (text ?? '').split(' ').filter((word) => word !== '');

function deviceOf(line: string): Device {
  const [kname = '', sectors, links, mounted, parts, ro, holders, signature] = line.split('\t');
  return {
    kname,
    byId: words(links),
    sizeBytes: Number(sectors) * 512,
    mounted: mounted === 'yes',
    hasPartitions: parts === 'yes',
    ro: ro === '1',
    holders: words(holders),
    ...(signature ? { signature } : {}),
  };
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function scriptOf(act: DiskAct): string {
  const device = `/dev/${act.kname}`;
  switch (act.do) {
    case 'format':
      return act.fsType === 'xfs' ? `mkfs.xfs -f ${device}` : `mkfs.ext4 -F -m0 ${device}`;
    case 'wipe':
      return `wipefs -a ${device}`;
    case 'mount':
      return `mkdir -p ${quote(act.path)} && mount -t ${act.fsType} ${device} ${quote(act.path)}`;
    case 'unmount':
      return `umount ${quote(act.path)}`;
    case 'link':
      return `mkdir -p "$(dirname ${quote(act.path)})" && ln -sfn ${quote(act.target)} ${quote(act.path)}`;
    case 'unlink':
      return `rm -f ${quote(act.path)}`;
  }
}

/** The operators look again and again, far more often than in life; each look costs an emulated host a second. */
const FRESH_MS = 5000;

/** A node whose host is down has no disks to show; the operators look again. */
export function sshDisks(hosts: ReadonlyMap<string, Vm>): NodeDisks {
  const asRoot = async (node: string, script: string): Promise<string> => {
    const vm = hosts.get(node);
    if (!vm) return '';
    const { exitCode, stdout, stderr } = await vm.ssh('sudo sh -s', { stdin: script, timeoutMs: 60_000 });
    if (exitCode !== 0) throw new Error(`${node}: ${stderr}`);
    return stdout;
  };
  const seen = new Map<string, { readonly at: number; readonly devices: Promise<readonly Device[]> }>();
  return {
    async look(node) {
      const known = seen.get(node);
      if (known && performance.now() - known.at < FRESH_MS) return { devices: await known.devices };
      const devices = asRoot(node, LOOK).then((text) =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .map(deviceOf),
      );
      seen.set(node, { at: performance.now(), devices });
      return { devices: await devices };
    },
    async act(node, act) {
      seen.delete(node);
      await asRoot(node, scriptOf(act));
      seen.delete(node);
    },
  };
}
