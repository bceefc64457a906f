/** From what a recording saw to a scenario and objects to begin with. Pure. */
import type { RunEvent } from '../../core/event.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { taskNames } from '../../lab/rehearsal/compare.ts';
import type { DiskChange, HostChange } from '../../lab/scenario/types.ts';
import type { Disk } from '../../modules/disks/disk.ts';
import { DISKS, OBJECTS } from './playbook.ts';

export interface Recording {
  readonly scenario: JsonObject;
  readonly objects: readonly JsonObject[];
  readonly hosts: number;
}

export function recordingOf(events: readonly RunEvent[], at: string): Recording {
  const names = taskNames(events);
  const hosts: { [host: string]: HostChange } = {};
  const objects: JsonObject[] = [];
  for (const event of events) {
    if (event.type !== 'host.end' || event.result.status !== 'ok' || !isObject(event.result.output)) continue;
    const name = names.get(event.where.task) ?? '';
    const { output } = event.result;
    if (name === DISKS) hosts[event.where.host] = { disks: disksOf(output['disks'] as unknown as readonly Disk[]) };
    if (name.startsWith(OBJECTS)) objects.push(...(output['resources'] as readonly JsonObject[]).map(bare));
  }
  const scenario = { name: `recorded ${at}`, hosts: hosts as unknown as JsonObject, cluster: { manifests: ['objects.yml'] } };
  return { scenario, objects, hosts: Object.keys(hosts).length };
}

/** Disks the lab makes by itself and the host does not have are told as absent. */
function disksOf(disks: readonly Disk[]): { readonly [kname: string]: DiskChange } {
  const own = Object.fromEntries(disks.filter(({ type }) => type === 'disk').map((disk) => [disk.kname, diskOf(disk)]));
  const made = ['sda', 'sdb'].filter((kname) => !(kname in own)).map((kname) => [kname, { absent: true }] as const);
  return { ...own, ...Object.fromEntries(made) };
}

const BUSES: { readonly [transport: string]: NonNullable<DiskChange['bus']> } = { nvme: 'nvme', sata: 'ata', usb: 'usb', virtio: 'virtio' };

function diskOf(disk: Disk): DiskChange {
  const mounted = disk.mounts.find((target) => target.startsWith('/') && !target.startsWith('/var/lib/kubelet/'));
  const system = disk.system !== null;
  const heldBy = holderOf(disk);
  return {
    ...{
      size: `${disk.size_bytes}B`,
      serial: disk.serial,
      wwn: disk.wwn,
      bus: BUSES[disk.transport ?? ''] ?? 'scsi',
      rotational: disk.rotational,
    },
    ...(disk.model === null ? {} : { model: disk.model }),
    ...(disk.read_only ? { read_only: true } : {}),
    ...(disk.removable ? { removable: true } : {}),
    ...(system ? { system } : {}),
    ...(!system && disk.signatures.length > 0 ? { holds: disk.signatures } : {}),
    ...(!system && disk.filesystem?.label ? { label: disk.filesystem.label } : {}),
    ...(!system && disk.partitions.length > 0 ? { partitions: disk.partitions.length } : {}),
    ...(!system && mounted !== undefined ? { mounted } : {}),
    ...(!system && heldBy ? { held_by: heldBy } : {}),
  };
}

function holderOf(disk: Disk): DiskChange['held_by'] {
  if (disk.multipath !== null) return 'multipath';
  if (disk.holders.length === 0) return undefined;
  return disk.signatures.includes('crypto_LUKS') ? 'crypt' : 'lvm';
}

const SERVER_FIELDS = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'ownerReferences', 'selfLink'];
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** As somebody would have written it: without what the server adds, and with values of Secrets replaced. */
function bare(object: JsonObject): JsonObject {
  const metadata = (object['metadata'] ?? {}) as { readonly [key: string]: Json };
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_FIELDS.includes(key)));
  const annotations = Object.entries((kept['annotations'] ?? {}) as JsonObject).filter(([key]) => key !== APPLIED);
  const named = { ...kept, ...(annotations.length > 0 || kept['annotations'] ? { annotations: Object.fromEntries(annotations) } : {}) };
  return (OWN[String(object['kind'])] ?? same)({ ...object, metadata: named });
}

const same = (object: JsonObject): JsonObject => object;

const OWN: { readonly [kind: string]: (object: JsonObject) => JsonObject } = {
  Secret: (secret) => ({ ...secret, data: masked(secret['data']) }),
  // The lab's operator lifecycle manager installs it anew.
  Subscription: ({ status: _, ...subscription }) => subscription,
  // Bound by name: the claim gets a uid of its own in the lab.
  PersistentVolume: (volume) => {
    const spec = (volume['spec'] ?? {}) as JsonObject;
    if (!isObject(spec['claimRef'])) return volume;
    const { uid: _, resourceVersion: __, ...claimRef } = spec['claimRef'];
    return { ...volume, spec: { ...spec, claimRef } };
  },
};

/** JSON, because some types of Secret must hold JSON. */
const MASK = Buffer.from('"not recorded"').toString('base64');

const masked = (data: Json | undefined): JsonObject =>
  Object.fromEntries(Object.keys((data ?? {}) as JsonObject).map((key) => [key, MASK]));
