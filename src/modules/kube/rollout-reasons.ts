/** Why a roll-out is not done: pods that do not come up, nodes that are behind, budgets that hold a drain. Only lines for people. */
import { PbError } from '../../core/diagnostic.ts';
import { type KubeObject, kubeName, refOf } from '../../core/kube.ts';
import type { KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { conditionsOf, statusOf } from './conditions.ts';
import { readiness } from './ready.ts';
import { eventsOf, podsAtFault } from './wait-look.ts';
import { eventLines } from './wait-words.ts';

const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? (value as JsonObject) : {});
const MACHINE = 'machineconfiguration.openshift.io/';

export async function reasons(object: KubeObject, io: KubeReader): Promise<readonly string[]> {
  try {
    return object.kind === 'MachineConfigPool' ? await poolReasons(object, io) : await podReasons(object, io);
  } catch (error) {
    // They only explain: whoever may not look at pods or nodes waits without.
    if (error instanceof PbError && error.code === 'kube') return [];
    throw error;
  }
}

async function podReasons(object: KubeObject, io: KubeReader): Promise<readonly string[]> {
  const pods = await podsAtFault(object, io);
  const told = pods.map((pod) => {
    const node = objectIn(pod['spec'])['nodeName'];
    return `${kubeName(refOf(pod))}${typeof node === 'string' ? ` on ${node}` : ''}: ${readiness(pod).seen}`;
  });
  return [...told, ...eventLines(await eventsOf(object, io))];
}

async function poolReasons(pool: KubeObject, io: KubeReader): Promise<readonly string[]> {
  const degraded = conditionsOf(pool).filter(({ type, status }) => /Degraded$/.test(type) && status === 'True');
  const nodes = (await nodesOf(pool, io)).filter(isBehind);
  const blocked = await Promise.all(nodes.filter(isCordoned).map((node) => blockersOf(node, io)));
  return [...degraded.map(({ type, message }) => `${type}: ${message}`), ...nodes.map(nodeLine), ...blocked.flat()];
}

async function nodesOf(pool: KubeObject, io: KubeReader): Promise<readonly KubeObject[]> {
  const labels = objectIn(objectIn(objectIn(pool['spec'])['nodeSelector'])['matchLabels']);
  const labelSelector = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  return labelSelector === '' ? [] : io.list({ apiVersion: 'v1', kind: 'Node', labelSelector });
}

const noteOf = (node: KubeObject, name: string): string => String(objectIn(node.metadata['annotations'])[`${MACHINE}${name}`] ?? '');
const isBehind = (node: KubeObject): boolean =>
  noteOf(node, 'state') !== 'Done' || noteOf(node, 'currentConfig') !== noteOf(node, 'desiredConfig') || !readiness(node).holds;
const isCordoned = (node: KubeObject): boolean => objectIn(node['spec'])['unschedulable'] === true;

function nodeLine(node: KubeObject): string {
  const [state, reason] = [noteOf(node, 'state') || 'not set', noteOf(node, 'reason')];
  const ready = readiness(node);
  return [
    `Node ${node.metadata.name}: ${state}${isCordoned(node) ? ', cordoned' : ''}`,
    ...(reason === '' ? [] : [reason]),
    ...(ready.holds ? [] : [ready.seen]),
  ].join('; ');
}

/** Budgets that allow no disruption now and cover a pod of the node: a drain waits for them. */
async function blockersOf(node: KubeObject, io: KubeReader): Promise<readonly string[]> {
  const [pods, budgets] = await Promise.all([
    io.list({ apiVersion: 'v1', kind: 'Pod', fieldSelector: `spec.nodeName=${node.metadata.name}` }),
    io.list({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }),
  ]);
  const full = budgets.filter((budget) => statusOf(budget)['disruptionsAllowed'] === 0);
  return full.flatMap((budget) => {
    const labels = Object.entries(objectIn(objectIn(objectIn(budget['spec'])['selector'])['matchLabels']));
    const held = pods.find(
      ({ metadata }) =>
        metadata.namespace === budget.metadata.namespace &&
        labels.length > 0 &&
        labels.every(([name, value]) => objectIn(metadata['labels'])[name] === value),
    );
    return held
      ? [`${kubeName(refOf(budget))} allows no eviction of ${kubeName(refOf(held))}: it holds the drain of ${node.metadata.name}`]
      : [];
  });
}
