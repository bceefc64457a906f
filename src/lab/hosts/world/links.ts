/** The links udev makes to a disk, by its rules 60-persistent-storage.rules and 61-scsi-sg3_id.rules. */
import { allDevices, type BlockDevice, ofDisks } from './devices.ts';
import { signaturesOf } from './signatures.ts';
import type { Disk, World } from './types.ts';

const plain = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, '_')
    .replace(/[^A-Za-z0-9#+\-.:=@_/]/g, '_')
    .replaceAll('/', '_');

/** Names under by-id of a whole disk. */
function diskIds(disk: Disk): readonly string[] {
  const [model, serial, vendor] = [disk.model, disk.serial, disk.vendor].map((text) => (text === null ? '' : plain(text)));
  const bare = disk.wwn?.replace(/^0x/, '') ?? '';
  const wwn = disk.wwn === null ? [] : [`wwn-${disk.wwn}`];
  switch (disk.bus) {
    case 'scsi':
      return [
        ...(disk.wwn ? [`scsi-3${bare}`] : serial ? [`scsi-0${vendor}_${model}_${serial}`] : []),
        ...(serial && disk.wwn && /vmware/i.test(vendor ?? '') ? [`scsi-S${vendor}_${model}_${serial}`] : []),
        ...wwn,
      ];
    case 'ata':
      return [...(serial ? [`ata-${model}_${serial}`] : []), ...wwn];
    case 'nvme':
      return [
        ...(serial ? [`nvme-${model}_${serial}`, `nvme-${model}_${serial}_1`] : []),
        ...(disk.wwn === null ? [] : [`nvme-${disk.wwn}`]),
      ];
    case 'virtio':
      return serial ? [`virtio-${serial.slice(0, 20)}`] : [];
    case 'usb':
      return serial ? [`usb-${vendor}_${model}_${serial}-0:0`] : [];
  }
}

/** kname → full paths of the links that are meant for it, by-id first. */
function wanted(world: World, device: BlockDevice): readonly string[] {
  const { disk, partition, mapped } = device;
  const found = signaturesOf(world, device).filter(({ usage }) => usage === 'filesystem' || usage === 'other');
  const content = [
    ...found.flatMap(({ uuid }) => (uuid ? [`by-uuid/${uuid}`] : [])),
    ...found.flatMap(({ label }) => (label ? [`by-label/${label.replaceAll(' ', '\\x20')}`] : [])),
  ];
  if (mapped) {
    const ids = [`dm-name-${mapped.name}`, ...(mapped.uuid ? [`dm-uuid-${mapped.uuid}`] : [])];
    const naa = /^mpath-3([0-9a-f]+)$/.exec(mapped.uuid)?.[1];
    const named = mapped.kname.startsWith('md') ? [`md-name-${mapped.name}`] : ids;
    return [...named.map((name) => `by-id/${name}`), ...(naa ? [`by-id/wwn-0x${naa}`, `by-id/scsi-3${naa}`] : []), ...content];
  }
  if (!disk) return content;
  const members = signaturesOf(world, device).flatMap(({ type, uuid }) => (type === 'LVM2_member' && uuid ? [`lvm-pv-uuid-${uuid}`] : []));
  const part = partition ? `-part${partition.number}` : '';
  const paths = disk.path === null ? [] : [disk.path, ...(disk.bus === 'virtio' ? [`virtio-${disk.path}`] : [])];
  return [
    ...diskIds(disk).map((name) => `by-id/${name}${part}`),
    ...members.map((name) => `by-id/${name}`),
    ...paths.map((name) => `by-path/${name}${part}`),
    ...(partition ? [`by-partuuid/${partition.uuid}`] : []),
    ...(partition?.name ? [`by-partlabel/${partition.name.replaceAll(' ', '\\x20')}`] : []),
    ...content,
  ];
}

/** Path below /dev/disk → kname. Of several devices that want one link the last attached has it; a multipath map outdoes its paths. */
export const diskLinks = ofDisks((world): ReadonlyMap<string, string> => {
  const links = new Map<string, string>();
  for (const device of allDevices(world)) for (const link of wanted(world, device)) links.set(link, device.kname);
  return links;
});

/** A device's links as whole paths. */
export const linksTo = (world: World, kname: string): readonly string[] =>
  [...diskLinks(world)].filter(([, target]) => target === kname).map(([link]) => `/dev/disk/${link}`);
