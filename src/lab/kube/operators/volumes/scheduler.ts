/** The scheduler: gives each pod a node, and volumes to its claims where their class waits for the first consumer. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { type Claim, NODE, type PersistentVolume, POD, type Pod, PV, PVC, STORAGE_CLASS } from '../kinds.ts';
import { withCondition } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { keyOf, parseKey } from '../toolkit/objects.ts';
import { podRefusalText, schedule } from './scheduling.ts';

const from = 'default-scheduler';
export const selectedNode = 'volume.kubernetes.io/selected-node';

export function startScheduler(context: Context): void {
  const { client, clock } = context;
  const pods = context.cache(POD);
  const nodes = context.cache(NODE);
  const volumes = context.cache(PV);
  const claims = context.cache(PVC);
  const classes = context.cache(STORAGE_CLASS);
  const allWaiting = (): string[] => pods.all().filter(waits).map(keyOf);

  context.controller(
    from,
    [on(pods, (pod) => (waits(pod) ? [keyOf(pod)] : [])), on(nodes, allWaiting), on(volumes, allWaiting), on(claims, allWaiting)],
    async (key): Promise<Again | undefined> => {
      const ref = parseKey(key);
      const pod = pods.get(ref.name, ref.namespace);
      if (!pod || !waits(pod)) return undefined;
      const soon = context.wait(`schedule/${pod.metadata.uid}`, 'schedule');
      if (soon) return soon;
      const found = claimNames(pod).flatMap((name) => claims.get(name, ref.namespace) ?? []);
      const trouble = troubleWith(pod, found);
      const situation = { nodes: nodes.all(), pods: pods.all(), volumes: volumes.all(), claims: found, onDemand };
      const answer = trouble ? { why: podRefusalText(situation.nodes.length, trouble) } : schedule(pod, situation);
      if ('why' in answer) {
        await refuse(pod, answer.why);
        return { again: delays.claimEvent };
      }
      for (const claim of found) {
        const volume = answer.volumes.get(claim.metadata.name);
        if (volume) await reserve(volume, claim);
        if (!claim.spec.volumeName) await select(claim, answer.node.metadata.name);
      }
      // The binder or a provisioner writes the claims next, and that wakes us again.
      if (found.some((claim) => !claim.spec.volumeName)) return { again: delays.bindVolume };
      await bind(pod, answer.node.metadata.name);
      return undefined;
    },
  );

  const onDemand = (claim: Claim): boolean => {
    const storageClass = classes.get(claim.spec.storageClassName ?? '');
    return storageClass !== undefined && storageClass.provisioner !== 'kubernetes.io/no-provisioner';
  };

  const troubleWith = (pod: Pod, found: readonly Claim[]): string | undefined => {
    const missing = claimNames(pod).find((name) => !found.some((claim) => claim.metadata.name === name));
    if (missing) return `persistentvolumeclaim "${missing}" not found`;
    const unbound = found.filter((claim) => !claim.spec.volumeName);
    const immediate = unbound.some((claim) => classes.get(claim.spec.storageClassName ?? '')?.volumeBindingMode !== 'WaitForFirstConsumer');
    return immediate ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
  };

  const refuse = async (pod: Pod, message: string): Promise<void> => {
    await client.editStatus(POD, pod.metadata, (live) => {
      const refused = { type: 'PodScheduled', status: 'False' as const, reason: 'Unschedulable', message };
      live.status = { ...live.status, phase: 'Pending', conditions: withCondition(live.status?.conditions, refused) };
    });
    if (!clock.due(`refused/${pod.metadata.uid}/${message}`, delays.claimEvent)) return;
    await client.event({ ...pod, kind: 'Pod', apiVersion: 'v1' }, { type: 'Warning', reason: 'FailedScheduling', message, from });
  };

  /** Writes the claim into the volume; the binder does the rest. */
  const reserve = async (volume: PersistentVolume, claim: Claim): Promise<void> => {
    const { name, namespace = '', uid = '' } = claim.metadata;
    await client.edit(PV, volume.metadata, (live) => {
      if (live.spec.claimRef) return;
      live.spec.claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid };
      live.metadata.annotations = { ...live.metadata.annotations, 'pv.kubernetes.io/bound-by-controller': 'yes' };
    });
  };

  /** A provisioner that waits for the first consumer makes the volume where that one will run. */
  const select = async (claim: Claim, node: string): Promise<void> => {
    if (claim.metadata.annotations?.[selectedNode] === node) return;
    await client.mergePatch(PVC, claim.metadata, { metadata: { annotations: { [selectedNode]: node } } });
  };

  const bind = async (pod: Pod, node: string): Promise<void> => {
    const { name, namespace = '' } = pod.metadata;
    await client.post(
      POD,
      { name, namespace, subresource: 'binding' },
      { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target: { apiVersion: 'v1', kind: 'Node', name: node } },
    );
    const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
    await client.event({ ...pod, kind: 'Pod', apiVersion: 'v1' }, { type: 'Normal', reason: 'Scheduled', message, from });
  };
}

const waits = (pod: Pod): boolean => !pod.spec.nodeName && !pod.metadata.deletionTimestamp;

export const claimNames = (pod: Pod): string[] =>
  (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
