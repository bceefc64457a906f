/** The node side: each ready diskmaker pod looks at its host's disks, makes volumes of them and cleans released ones. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { type Device, deviceAt } from '../disks.ts';
import {
  LOCAL_VOLUME,
  type LocalVolume,
  NODE,
  type Node,
  type PersistentVolume,
  POD,
  type Pod,
  PV,
  type StorageClassDevice,
} from '../kinds.ts';
import { isTrue } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { keyOf, parseKey } from '../toolkit/objects.ts';
import { matchesTerms } from '../volumes/match.ts';
import { type Match, matchPaths } from './match.ts';
import { daemonSetName } from './resources.ts';
import { linkPath, symlinkFinalizer, volumeFor } from './volume.ts';

const from = 'localvolume-symlink-controller';
/** Real ms between two looks at a host. */
const shortestLookMs = 200;
const works = (pod: Pod): boolean =>
  pod.metadata.labels?.['app'] === daemonSetName && !pod.metadata.deletionTimestamp && isTrue(pod.status?.conditions, 'Ready');

export function startDiskmaker(context: Context, operatorRuns: (namespace: string) => boolean): void {
  const { client, options } = context;
  const pods = context.cache(POD);
  const nodes = context.cache(NODE);
  const locals = context.cache(LOCAL_VOLUME);
  const volumes = context.cache(PV);
  /** What each pod's last look rested on, and whether something was wrong: as long as nothing of that changes another would find the same. */
  const looks = new Map<string, { readonly basis: readonly unknown[]; readonly wrong: boolean }>();
  /** Said once per diskmaker pod. */
  const said = new Map<string, Set<string>>();
  const workers = (namespace: string | undefined): string[] => pods.all(namespace).filter(works).map(keyOf);

  context.controller(
    'diskmaker',
    [
      on(pods, (pod) => (works(pod) ? [keyOf(pod)] : [])),
      on(locals, (local) => workers(local.metadata.namespace)),
      on(volumes, (volume) =>
        workers(volume.metadata.labels?.['storage.openshift.com/owner-namespace']).filter((key) => runsOn(key, volume)),
      ),
    ],
    async (key): Promise<Again | undefined> => {
      const { name, namespace = '' } = parseKey(key);
      const pod = pods.get(name, namespace);
      const node = nodes.get(pod?.spec.nodeName ?? '');
      if (!pod || !node || !works(pod) || !operatorRuns(namespace)) return undefined;
      const first = context.wait(`diskmaker/${pod.metadata.uid}`, 'diskmakerFirstLoop');
      if (first) return first;
      const { devices } = await options.disks.look(node.metadata.name);
      const basis = [node, locals.version, volumes.version, devices];
      const last = looks.get(key);
      if (last && basis.every((one, index) => one === last.basis[index])) return next(last.wrong);
      const left = await cleanUp(node);
      let wrong = false;
      for (const local of locals.all(namespace)) {
        if (!local.spec.nodeSelector || matchesTerms(local.spec.nodeSelector.nodeSelectorTerms, node))
          wrong = (await provision(local, devices, { node, pod })) || wrong;
      }
      // What is being cleaned is a matter of time.
      if (!left) looks.set(key, { basis, wrong });
      return next(left || wrong);
    },
  );

  const next = (soon: boolean): Again => ({
    again: context.clock.atLeast(soon ? delays.diskmakerLoopSoon : delays.diskmakerLoop, shortestLookMs),
  });

  const runsOn = (key: string, volume: PersistentVolume): boolean => {
    const { name, namespace } = parseKey(key);
    return (
      volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] ===
      `local-volume-provisioner-${pods.get(name, namespace)?.spec.nodeName}`
    );
  };

  const tell = async (
    local: LocalVolume,
    pod: Pod,
    event: { type: 'Normal' | 'Warning'; reason: string; message: string; disk: string },
  ): Promise<void> => {
    const heard = said.get(pod.metadata.uid ?? '') ?? new Set();
    said.set(pod.metadata.uid ?? '', heard);
    const key = [local.metadata.uid, event.reason, event.type, event.disk].join(' ');
    if (heard.has(key)) return;
    heard.add(key);
    const message = `${pod.spec.nodeName} - ${event.message}`;
    const about = { ...local, kind: LOCAL_VOLUME.kind, apiVersion: LOCAL_VOLUME.apiVersion };
    await client.event(about, { type: event.type, reason: event.reason, message, from, host: pod.spec.nodeName ?? '' });
  };

  /** Makes links and volumes; true when something went wrong, so that the next look is soon. */
  const provision = async (local: LocalVolume, devices: readonly Device[], at: { node: Node; pod: Pod }): Promise<boolean> => {
    if (local.metadata.deletionTimestamp) return true;
    const { node, pod } = at;
    let wrong = false;
    for (const spec of local.spec.storageClassDevices ?? []) {
      const paths = spec.devicePaths ?? [];
      const mine = madeOn(node).filter((volume) => volume.spec.storageClassName === spec.storageClassName);
      // Devices that have a volume already may be mounted by now: they are not looked at again.
      const served = (path: string): boolean => mine.some((volume) => isOf(volume, path, deviceAt(devices, path)?.kname));
      const matches = matchPaths(
        paths.filter((path) => !served(path)),
        devices,
      );
      for (const match of matches) {
        if (match.is === 'refused') {
          wrong = true;
          await tell(local, pod, { type: 'Warning', reason: match.reason, message: match.message, disk: match.path });
        } else if (await claim(local, spec, { node, pod, match })) wrong = true;
      }
      if (paths.length > 0 && mine.length === 0 && matches.every((match) => match.is === 'refused')) {
        await tell(local, pod, {
          type: 'Warning',
          reason: 'ErrorFindingMatchingDisk',
          message: 'found empty matching device list',
          disk: '',
        });
      }
    }
    return wrong;
  };

  const madeOn = (node: Node): PersistentVolume[] => {
    const provisioner = `local-volume-provisioner-${node.metadata.name}`;
    return volumes.all().filter((volume) => volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === provisioner);
  };

  /** One device: symlink, event, volume. True when another class holds it. */
  const claim = async (
    local: LocalVolume,
    spec: StorageClassDevice,
    on: { node: Node; pod: Pod; match: Extract<Match, { is: 'found' }> },
  ): Promise<boolean> => {
    const { node, pod, match } = on;
    const { kname } = match.device;
    const path = linkPath(spec.storageClassName, match.base);
    const other = madeOn(node).find(
      (volume) => volume.metadata.annotations?.['storage.openshift.com/device-name'] === kname && volume.spec.local?.path !== path,
    );
    if (other) {
      const message = `not symlinking, already claimed: [${other.spec.local?.path}]`;
      await tell(local, pod, { type: 'Warning', reason: 'DeviceSymlinkExists', message, disk: match.path });
      return true;
    }
    const host = node.metadata.name;
    if (spec.forceWipeDevicesAndDestroyAllData) await options.disks.act?.(host, { do: 'wipe', kname });
    await options.disks.act?.(host, { do: 'link', kname, path, target: match.byId ?? `/dev/${kname}` });
    const found = match.byId
      ? { type: 'Normal' as const, reason: 'FoundMatchingDisk', message: `found matching disk /dev/${kname} with id ${match.byId}` }
      : {
          type: 'Warning' as const,
          reason: 'SymlinkedOnDeivceName',
          message: `created symlink on device name ${kname} with no disk/by-id. device name might not persist on reboot`,
        };
    await tell(local, pod, { ...found, disk: match.path });
    await client.ensure(PV, volumeFor(local, spec, { node, found: match }));
    return false;
  };

  /** Released volumes of this node: the disk is wiped, the volume removed. True while some are left. */
  const cleanUp = async (node: Node): Promise<boolean> => {
    let left = false;
    for (const volume of madeOn(node)) {
      const { name, uid, deletionTimestamp } = volume.metadata;
      const kname = volume.metadata.annotations?.['storage.openshift.com/device-name'] ?? '';
      if (deletionTimestamp) {
        await options.disks.act?.(node.metadata.name, { do: 'unlink', kname, path: volume.spec.local?.path ?? '' });
        await client.edit(PV, { name }, (live) => {
          live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== symlinkFinalizer) ?? [];
        });
        left = true;
        continue;
      }
      if (volume.status?.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') continue;
      left = true;
      if (context.clock.due(`cleaning/${uid}`, Number.MAX_SAFE_INTEGER)) {
        const message = `Starting cleanup of Block PV "${name}", this may take a while`;
        const about = { ...volume, kind: 'PersistentVolume', apiVersion: 'v1' };
        await client.event(about, {
          type: 'Normal',
          reason: 'VolumeDelete',
          message,
          from: `local-volume-provisioner-${node.metadata.name}`,
        });
      }
      if (context.wait(`cleanup/${uid}`, 'volumeCleanup')) continue;
      await options.disks.act?.(node.metadata.name, { do: 'wipe', kname });
      await client.delete(PV, { name }, uid ? { uid } : {});
    }
    return left;
  };
}

const isOf = (volume: PersistentVolume, path: string, kname: string | undefined): boolean => {
  const annotations = volume.metadata.annotations ?? {};
  const id = annotations['storage.openshift.com/device-id'];
  return id
    ? path === `/dev/disk/by-id/${id}` || annotations['storage.openshift.com/device-name'] === kname
    : annotations['storage.openshift.com/device-name'] === kname;
};
