/** Which of a disk's links under /dev/disk/by-id to use: the Local Storage Operator's own order, so that both name a disk alike. */

const DIR = '/dev/disk/by-id/';

const ORDER: readonly (readonly [RegExp, string])[] = [
  [/^wwn/, 'a WWN: it comes from the device and stays with it'],
  [/^scsi-3/, 'an NAA identifier: it comes from the device and stays with it'],
  [/^scsi-2/, 'an EUI-64 identifier: it comes from the device'],
  [/^scsi-8/, 'a SCSI name: it comes from the device'],
  [/^scsi-S/, 'vendor, model and serial number'],
  [/^scsi-1/, 'a T10 vendor identifier'],
  [/^scsi-0/, 'a vendor-specific identifier: it may depend on how the disk was attached'],
  [/^scsi/, 'a SCSI identifier'],
  [/^nvme-eui/, 'an NVMe namespace identifier: it comes from the device'],
  [/^nvme/, 'model and serial number of an NVMe disk'],
  [/^/, 'the only kind of link there is'],
];

/** Names made from what is written on the device: they change with it. */
const FROM_CONTENT = /^(lvm-pv-uuid|md-uuid|md-name|dm-uuid-LVM|dm-uuid-CRYPT|dm-name)-/;
/** vSphere numbers its NVMe disks anew when they are attached: OCPBUGS-60033. */
const UNSTABLE = /^nvme-VMware_Virtual_NVMe_Disk/i;

export const isPartition = (path: string): boolean => /-part\d+$/.test(path);

/** Why a link must not be taken for an identity; undefined for one that may. */
export function unfit(path: string): string | undefined {
  const name = path.startsWith(DIR) ? path.slice(DIR.length) : path;
  if (FROM_CONTENT.test(name)) return `${name} comes from what is written on the disk and changes with it`;
  if (UNSTABLE.test(name)) return `${name} is given out anew by vSphere whenever disks are attached (OCPBUGS-60033)`;
  return undefined;
}

export interface Choice {
  readonly path: string | null;
  readonly reason: string;
}

/** `virtio` and `vmware`: what to say where there is no link. */
export function chooseById(
  paths: readonly string[],
  disk: { readonly kname: string; readonly vendor: string | null; readonly model: string | null },
): Choice {
  const whole = paths.filter((path) => path.startsWith(DIR) && !isPartition(path));
  const fit = whole.filter((path) => unfit(path) === undefined).sort();
  for (const [form, reason] of ORDER) {
    const found = fit.find((path) => form.test(path.slice(DIR.length)));
    if (found) return { path: found, reason };
  }
  const first = whole[0];
  if (first) return { path: null, reason: `no link that lasts: ${unfit(first)}` };
  return { path: null, reason: `no link under ${DIR}: ${whyNone(disk)}` };
}

function whyNone({
  kname,
  vendor,
  model,
}: {
  readonly kname: string;
  readonly vendor: string | null;
  readonly model: string | null;
}): string {
  if (/^vd[a-z]/.test(kname)) return 'a virtio disk has one only if it has a serial number; set one in the hypervisor';
  if (/vmware/i.test(`${vendor ?? ''} ${model ?? ''}`))
    return 'VMware shows identifiers only with disk.EnableUUID=TRUE in the virtual machine';
  return 'the device tells no identifier, or another disk with the same one holds the link';
}
