/** Volumes that a cluster begins with, as a recording brings along: the local storage operator's links to their disks are on the hosts. */
import { deviceAt, type NodeDisks } from '../kube/operators/disks.ts';
import type { PersistentVolume } from '../kube/operators/kinds.ts';
import type { Obj } from '../kube/server/json.ts';

const PROVISIONER = 'local-volume-provisioner-';

export async function linkVolumes(objects: readonly Obj[], disks: NodeDisks): Promise<void> {
  for (const object of objects) if (object.kind === 'PersistentVolume') await linkOne(object as unknown as PersistentVolume, disks);
}

/** A disk that the host does not have gets no link: its volume cannot be mounted, as on a real node. */
async function linkOne({ metadata, spec }: PersistentVolume, disks: NodeDisks): Promise<void> {
  const { annotations = {} } = metadata;
  const maker = annotations['pv.kubernetes.io/provisioned-by'] ?? '';
  const id = annotations['storage.openshift.com/device-id'];
  const name = annotations['storage.openshift.com/device-name'];
  const path = spec.local?.path;
  if (!maker.startsWith(PROVISIONER) || path === undefined) return;
  const node = maker.slice(PROVISIONER.length);
  const { devices } = await disks.look(node);
  const target = id ? `/dev/disk/by-id/${id}` : `/dev/${name}`;
  const device = deviceAt(devices, target);
  if (device) await disks.act?.(node, { do: 'link', kname: device.kname, path, target });
}
