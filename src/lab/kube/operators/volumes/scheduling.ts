/** Which node a pod may run on, and the scheduler's words where there is none. Pure. */
import type { Claim, Node, PersistentVolume, Pod } from '../kinds.ts';
import { bytesOf } from '../toolkit/quantity.ts';
import { matchesTerms, selects, untolerated } from './match.ts';

export interface Situation {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly volumes: readonly PersistentVolume[];
  /** The pod's claims, in its order. */
  readonly claims: readonly Claim[];
  /** Whether the claim's class makes a volume once a node is chosen. */
  onDemand(claim: Claim): boolean;
}

/** Volumes to give to claims that are not bound yet, by the claim's name; for others of them one is made on demand. */
export type Choice = { readonly node: Node; readonly volumes: ReadonlyMap<string, PersistentVolume> };

export function schedule(pod: Pod, situation: Situation): Choice | { readonly why: string } {
  const fits: Choice[] = [];
  const reasons: Refusal[] = [];
  for (const node of situation.nodes) {
    const answer = place(pod, node, situation);
    if ('text' in answer) reasons.push(answer);
    else fits.push({ node, volumes: answer.volumes });
  }
  const load = (name: string): number => situation.pods.filter((one) => one.spec.nodeName === name).length;
  fits.sort((a, b) => load(a.node.metadata.name) - load(b.node.metadata.name) || (a.node.metadata.name < b.node.metadata.name ? -1 : 1));
  return fits[0] ?? { why: refusalText(situation.nodes.length, reasons) };
}

interface Refusal {
  readonly text: string;
  /** Evicting other pods could not help. */
  readonly final: boolean;
}

function place(pod: Pod, node: Node, situation: Situation): Refusal | { readonly volumes: ReadonlyMap<string, PersistentVolume> } {
  const { spec } = pod;
  if (node.spec?.unschedulable && !spec.tolerations?.some((one) => one.operator === 'Exists' && (!one.key || one.key === unschedulable))) {
    return { text: 'node(s) were unschedulable', final: true };
  }
  const taint = untolerated(
    { ...node, spec: { taints: node.spec?.taints?.filter((one) => one.key !== unschedulable) ?? [] } },
    spec.tolerations,
  );
  if (taint) return { text: `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, final: true };
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!selects({ matchLabels: spec.nodeSelector ?? {} }, node.metadata.labels) || (terms && !matchesTerms(terms, node))) {
    return { text: "node(s) didn't match Pod's node affinity/selector", final: true };
  }
  if (repelled(pod, node, situation)) return { text: "node(s) didn't match pod anti-affinity rules", final: false };
  return volumesFor(node, situation);
}
const unschedulable = 'node.kubernetes.io/unschedulable';

const repelled = (pod: Pod, node: Node, { pods }: Situation): boolean =>
  (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
    ({ labelSelector, topologyKey }) =>
      topologyKey === 'kubernetes.io/hostname' &&
      pods.some(
        (other) =>
          other.spec.nodeName === node.metadata.name &&
          other.metadata.namespace === pod.metadata.namespace &&
          other.metadata.uid !== pod.metadata.uid &&
          selects(labelSelector, other.metadata.labels),
      ),
  );

function volumesFor(
  node: Node,
  { claims, volumes, onDemand }: Situation,
): Refusal | { readonly volumes: ReadonlyMap<string, PersistentVolume> } {
  const chosen = new Map<string, PersistentVolume>();
  for (const claim of claims) {
    if (claim.spec.volumeName) {
      const bound = volumes.find((volume) => volume.metadata.name === claim.spec.volumeName);
      if (bound && !reaches(bound, node)) return { text: 'node(s) had volume node affinity conflict', final: true };
      continue;
    }
    const free = volumes.filter((volume) => ![...chosen.values()].includes(volume) && serves(volume, claim) && reaches(volume, node));
    const smallest = free.sort((a, b) => capacity(a) - capacity(b) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
    if (!smallest && onDemand(claim)) continue;
    if (!smallest) return { text: "node(s) didn't find available persistent volumes to bind", final: true };
    chosen.set(claim.metadata.name, smallest);
  }
  return { volumes: chosen };
}

const capacity = (volume: PersistentVolume): number => bytesOf(volume.spec.capacity?.['storage'] ?? '0');

const reaches = (volume: PersistentVolume, node: Node): boolean => {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms;
  return !terms || matchesTerms(terms, node);
};

function serves(volume: PersistentVolume, claim: Claim): boolean {
  const owner = volume.spec.claimRef;
  const ours = owner?.namespace === claim.metadata.namespace && owner?.name === claim.metadata.name;
  return (
    !volume.metadata.deletionTimestamp &&
    (ours || (!owner && volume.status?.phase === 'Available')) &&
    (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
    capacity(volume) >= bytesOf(claim.spec.resources?.requests?.['storage'] ?? '0')
  );
}

/** "0/8 nodes are available: 3 node(s) had …, 5 node(s) didn't …. preemption: 0/8 nodes are available: 8 Preemption is not helpful for scheduling." */
export function refusalText(nodes: number, refusals: readonly Refusal[]): string {
  const head = `0/${nodes} nodes are available`;
  const preemption = refusals.map(({ final }) => ({
    text: final ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
    final,
  }));
  return `${head}: ${counted(refusals)}. preemption: ${head}: ${counted(preemption)}.`;
}

/** The same for what is wrong with the pod itself, whatever the node. */
export const podRefusalText = (nodes: number, why: string): string =>
  `0/${nodes} nodes are available: ${why}. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;

function counted(refusals: readonly Refusal[]): string {
  const counts = new Map<string, number>();
  for (const { text } of refusals) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .map(([text, count]) => `${count} ${text}`)
    .sort()
    .join(', ');
}
