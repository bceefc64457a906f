/** What the machine config daemon and its controllers tell each other: annotations of Nodes. */
import type { Node } from '../kinds.ts';
import { isTrue } from '../toolkit/conditions.ts';

const prefix = 'machineconfiguration.openshift.io/';
const keys = ['currentConfig', 'desiredConfig', 'state', 'reason', 'desiredDrain', 'lastAppliedDrain'] as const;
export type NodeState = { readonly [key in (typeof keys)[number]]: string };

/** Empty texts for what is not there. */
export function stateOf(node: Node): NodeState {
  const value = (key: string): string => node.metadata.annotations?.[prefix + key] ?? '';
  return {
    currentConfig: value('currentConfig'),
    desiredConfig: value('desiredConfig'),
    state: value('state'),
    reason: value('reason'),
    desiredDrain: value('desiredDrain'),
    lastAppliedDrain: value('lastAppliedDrain'),
  };
}

/** Changes `node` in place. */
export function annotate(node: Node, state: Partial<NodeState>): void {
  const entries = Object.entries(state).map(([key, value]) => [prefix + key, value]);
  node.metadata.annotations = { ...node.metadata.annotations, ...Object.fromEntries(entries) };
}

export const isReady = (node: Node): boolean =>
  isTrue(node.status?.conditions, 'Ready') && !node.spec?.unschedulable && stateOf(node).state !== 'Degraded';

/** It has the configuration, and nothing is on its way. */
export const isUpdated = (node: Node, config: string): boolean => {
  const { currentConfig, desiredConfig, state } = stateOf(node);
  return currentConfig === config && desiredConfig === config && state === 'Done';
};
