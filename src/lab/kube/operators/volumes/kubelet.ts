/** The kubelets of all nodes: pods get going, mount their volumes, become ready and end. No container runs. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { NODE, type PersistentVolume, POD, type Pod, PV, PVC } from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import { isTrue } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { fnv1a } from '../toolkit/hash.ts';
import { keyOf, parseKey, same } from '../toolkit/objects.ts';
import { bytesOf } from '../toolkit/quantity.ts';
import { containerTrouble, isFull } from './container-trouble.ts';
import { planMount, remoteMount } from './mount.ts';
import { type Mounted, outputsOf, type PodOutputs } from './pod-outputs.ts';
import { podStatus, type Stage } from './pod-status.ts';

/** A volume in use by a pod. */
interface Held extends Mounted {
  readonly volume: string;
  readonly node: string;
  /** Of a disk of the node itself. */
  readonly local?: { readonly kname: string; readonly path: string };
}

export function startKubelet(context: Context, podOutputs: ((outputs: PodOutputs) => void | Promise<void>) | undefined): void {
  const { client, options } = context;
  const pods = context.cache(POD);
  const nodes = context.cache(NODE);
  const volumes = context.cache(PV);
  const claims = context.cache(PVC);
  const held = new Map<string, Held[]>();
  const outputs = new Map<string, PodOutputs>();
  const ours = (pod: Pod): boolean => options.fleet.nodes.some((node) => node.name === pod.spec.nodeName);

  const kubelet = context.controller('kubelet', [on(pods)], async (key): Promise<Again | undefined> => {
    const { name, namespace } = parseKey(key);
    const pod = pods.get(name, namespace);
    if (!pod) {
      await tellOutputs(key, undefined);
      return undefined;
    }
    if (!ours(pod)) return undefined;
    if (pod.metadata.deletionTimestamp) return end(pod);
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return undefined;
    return live(pod);
  });
  options.faults.listen(() => {
    for (const pod of pods.all()) kubelet.add(keyOf(pod));
  });

  /** Whether the pod was ready when these kubelets were started: it goes on running. */
  const isInherited = (pod: Pod): boolean => {
    const uid = pod.metadata.uid ?? '';
    const known = inherited.get(uid) ?? isTrue(pod.status?.conditions, 'Ready');
    inherited.set(uid, known);
    return known;
  };
  const inherited = new Map<string, boolean>();

  const live = async (pod: Pod): Promise<Again | undefined> => {
    const uid = pod.metadata.uid ?? '';
    const mounts = await mountAll(pod);
    if ('again' in mounts) {
      await write(pod, { is: 'waiting', reason: 'ContainerCreating' });
      return mounts;
    }
    const trouble = await containerTrouble(pod, context);
    if (trouble) {
      await write(pod, trouble.stage);
      return { again: trouble.lookAgain };
    }
    const pulling = isInherited(pod)
      ? undefined
      : (context.wait(`pull/${uid}`, isCatalog(pod) ? 'catalogPull' : 'imagePull') ?? context.wait(`start/${uid}`, 'containerStart'));
    if (pulling) {
      await write(pod, { is: 'waiting', reason: 'ContainerCreating' });
      return pulling;
    }
    if ((pod.spec.restartPolicy ?? 'Always') !== 'Always') {
      const running = context.wait(`run/${uid}`, 'jobRun');
      const over = isFull(pod, context)
        ? ({ is: 'failed', message: 'no space left on device\n' } as const)
        : ({ is: 'succeeded' } as const);
      await write(pod, running ? { is: 'running', ready: true } : over);
      return running;
    }
    const unready = isInherited(pod) ? undefined : context.wait(`ready/${uid}`, readinessMs(pod));
    await write(pod, { is: 'running', ready: !unready });
    await tellOutputs(keyOf(pod), outputsOf(pod, mounts, isFull(pod, context)));
    return unready;
  };

  const write = async (pod: Pod, stage: Stage): Promise<void> => {
    const index = options.fleet.nodes.findIndex((node) => node.name === pod.spec.nodeName);
    const node = nodes.get(pod.spec.nodeName ?? '');
    const addresses = node?.status?.['addresses'] as { type: string; address: string }[] | undefined;
    const nodeAddress = addresses?.find((one) => one.type === 'InternalIP')?.address ?? '127.0.0.1';
    const at = {
      now: timestamp(),
      nodeAddress,
      podIP: `10.${128 + (index >> 7)}.${(index & 127) * 2}.${2 + (fnv1a(pod.metadata.uid ?? '') % 250)}`,
    };
    await client.editStatus(
      POD,
      pod.metadata,
      (live) => {
        if (live.metadata.uid === pod.metadata.uid) live.status = podStatus(live, stage, at);
      },
      pod,
    );
  };

  /** The mounted volumes, or when to try again. */
  const mountAll = async (pod: Pod): Promise<Held[] | Again> => {
    const uid = pod.metadata.uid ?? '';
    const known = held.get(uid);
    if (known) return known;
    const mounts: Held[] = [];
    for (const { name, persistentVolumeClaim } of pod.spec.volumes ?? []) {
      if (!persistentVolumeClaim) continue;
      const claim = claims.get(persistentVolumeClaim.claimName, pod.metadata.namespace);
      const volume = volumes.get(claim?.spec.volumeName ?? '');
      if (!volume) return { again: delays.react };
      const waiting = context.wait(`mount/${uid}`, 'mountVolume');
      if (waiting) return waiting;
      const mount = await mountOne(pod, volume, pathInContainer(pod, name));
      if ('again' in mount) return mount;
      mounts.push(mount);
    }
    held.set(uid, mounts);
    return mounts;
  };

  const mountOne = async (pod: Pod, volume: PersistentVolume, at: string): Promise<Held | Again> => {
    const node = pod.spec.nodeName ?? '';
    const bytes = bytesOf(volume.spec.capacity?.['storage'] ?? '0');
    if (!volume.spec.local) return { at, ...remoteMount(volume), bytes, volume: volume.metadata.name, node };
    const annotations = volume.metadata.annotations ?? {};
    const id = annotations['storage.openshift.com/device-id'];
    const target = id ? `/dev/disk/by-id/${id}` : `/dev/${annotations['storage.openshift.com/device-name']}`;
    const plan = planMount(volume, target, (await options.disks.look(node)).devices);
    if ('failure' in plan) {
      const attempt = attempts.get(pod.metadata.uid ?? '') ?? 0;
      attempts.set(pod.metadata.uid ?? '', attempt + 1);
      const about = { ...pod, kind: 'Pod', apiVersion: 'v1' };
      await client.event(about, { type: 'Warning', reason: 'FailedMount', message: plan.failure, from: 'kubelet', host: node });
      return { again: Math.min(delays.mountRetry * 2 ** attempt, delays.mountRetryMost) };
    }
    const { kname } = plan.device;
    if (plan.format) await options.disks.act?.(node, { do: 'format', kname, fsType: plan.fsType });
    await options.disks.act?.(node, { do: 'mount', kname, path: plan.path, fsType: plan.fsType });
    const local = { kname, path: plan.path };
    return { at, device: `/dev/${kname}`, fsType: plan.fsType, bytes, volume: volume.metadata.name, node, local };
  };
  const attempts = new Map<string, number>();

  const end = async (pod: Pod): Promise<Again | undefined> => {
    const uid = pod.metadata.uid ?? '';
    const running = pod.status?.phase === 'Running' && pod.metadata['deletionGracePeriodSeconds' as never] !== 0;
    const stopping = running ? context.wait(`stop/${uid}`, delays.stop + preStopMs(pod)) : undefined;
    if (stopping) return stopping;
    const mine = held.get(uid) ?? [];
    held.delete(uid);
    for (const { volume, node, local } of mine) {
      const shared = [...held.values()].flat().some((other) => other.volume === volume && other.node === node);
      if (local && !shared) await options.disks.act?.(node, { do: 'unmount', ...local });
    }
    await client.delete(POD, pod.metadata, { uid, graceSeconds: 0 });
    return undefined;
  };

  /** What a pod's containers answer now; undefined when it has gone. */
  const tellOutputs = async (key: string, now: PodOutputs | undefined): Promise<void> => {
    if (same(outputs.get(key), now)) return;
    if (now) outputs.set(key, now);
    else outputs.delete(key);
    await podOutputs?.(Object.assign({}, ...outputs.values()));
  };
}

const isCatalog = (pod: Pod): boolean => pod.metadata.labels?.['olm.catalogSource'] !== undefined;

const pathInContainer = (pod: Pod, volume: string): string =>
  pod.spec.containers
    .flatMap((container) => (container['volumeMounts'] as { name: string; mountPath: string }[] | undefined) ?? [])
    .find((mount) => mount.name === volume)?.mountPath ?? '';

const readinessMs = (pod: Pod): number =>
  Math.max(
    0,
    ...pod.spec.containers.map((one) => (one['readinessProbe'] as { initialDelaySeconds?: number } | undefined)?.initialDelaySeconds ?? 0),
  ) * 1000;

/** The longest `sleep N` among the preStop hooks. */
const preStopMs = (pod: Pod): number =>
  Math.max(
    0,
    ...pod.spec.containers.map((container) => {
      const hook = container['lifecycle'] as { preStop?: { exec?: { command?: string[] } } } | undefined;
      const [program, seconds] = hook?.preStop?.exec?.command ?? [];
      return program === 'sleep' ? Number(seconds) : 0;
    }),
  ) * 1000;
