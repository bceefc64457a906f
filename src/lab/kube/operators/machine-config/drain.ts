/** Cordon and drain: pods are evicted as their budgets allow; after an hour of trying the node is degraded, and tried on. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { NODE, type Node, POD, type Pod } from '../kinds.ts';
import type { Again } from '../toolkit/controller.ts';
import { isStatus } from '../toolkit/http.ts';
import { annotate, stateOf } from './annotations.ts';

export const unschedulableTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** Undefined once the node is drained. `key` is of the waits. */
export function drainer(context: Context): (node: Node, key: string) => Promise<Again | undefined> {
  const { client } = context;
  const pods = context.cache(POD);

  return async (node, key) => {
    const { name } = node.metadata;
    const wanted = `drain-${stateOf(node).desiredConfig}`;
    if (stateOf(node).lastAppliedDrain === wanted) return undefined;
    if (stateOf(node).desiredDrain !== wanted || !node.spec?.unschedulable) await cordon(name, wanted);
    const left = pods.all().filter((pod) => pod.spec.nodeName === name && isEvicted(pod));
    if (left.length === 0) {
      await client.edit(NODE, { name }, (live) => annotate(live, { lastAppliedDrain: wanted, state: 'Working', reason: '' }));
      return { again: delays.react };
    }
    for (const pod of left) if (!pod.metadata.deletionTimestamp) await evict(pod);
    if (!context.wait(`${key}/drain`, 'drainPatience')) await giveNotice(node);
    return { again: delays.drainRetry };
  };

  async function cordon(name: string, desiredDrain: string): Promise<void> {
    await client.edit(NODE, { name }, (live) => {
      annotate(live, { desiredDrain });
      const taints = (live.spec?.taints ?? []).filter((one) => one.key !== unschedulableTaint.key);
      live.spec = { ...live.spec, unschedulable: true, taints: [...taints, { ...unschedulableTaint }] };
    });
  }

  /** A budget without room left refuses: the pod is tried again. */
  async function evict(pod: Pod): Promise<void> {
    const { name, namespace = '', uid } = pod.metadata;
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: { preconditions: { uid } } };
    try {
      await client.post(POD, { name, namespace, subresource: 'eviction' }, body);
    } catch (error) {
      if (!isStatus(error, 404, 409, 429)) throw error;
    }
  }

  async function giveNotice(node: Node): Promise<void> {
    const { name } = node.metadata;
    const reason = `failed to drain node: ${name} after 1 hour. Please see machine-config-controller logs for more information`;
    if (stateOf(node).state === 'Degraded') return;
    await client.edit(NODE, { name }, (live) => annotate(live, { state: 'Degraded', reason }));
    const about = { ...node, kind: 'Node', apiVersion: 'v1' };
    await client.event(about, {
      type: 'Warning',
      reason: 'FailedToDrain',
      message: reason,
      from: 'machineconfigcontroller-nodecontroller',
    });
  }
}

/** Daemons' pods, static pods and those that have ended stay. */
const isEvicted = (pod: Pod): boolean =>
  !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') &&
  pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined &&
  !(pod.metadata.ownerReferences ?? []).some((owner) => owner.kind === 'DaemonSet');
