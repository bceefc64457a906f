/** Pods that a command can be run in. */
import { type KubeObject, kubeName, refOf } from '../../core/kube.ts';
import { conditionOf, statusOf } from './conditions.ts';

export const isReady = (pod: KubeObject): boolean =>
  conditionOf(pod, 'Ready')?.status === 'True' && pod.metadata['deletionTimestamp'] === undefined;

/** The first Ready one by name, so that the same is taken again. */
export const readyPod = (pods: readonly KubeObject[]): KubeObject | undefined =>
  pods.filter(isReady).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0];

export function stateOf(pod: KubeObject): string {
  const phase = String(statusOf(pod)['phase'] ?? 'no phase');
  const ready = conditionOf(pod, 'Ready');
  const why = pod.metadata['deletionTimestamp'] ? 'being deleted' : [ready?.reason, ready?.message].filter(Boolean).join(': ');
  return `${kubeName(refOf(pod))} is ${phase}${why ? ` (${why})` : ''}`;
}

export const containersOf = (pod: KubeObject): readonly string[] => {
  const spec = pod['spec'] as { readonly containers?: readonly { readonly name: string }[] } | undefined;
  return (spec?.containers ?? []).map(({ name }) => name);
};

/** Why the container that was asked for cannot be meant; undefined where it can, or none was named. */
export const noSuchContainer = (pod: KubeObject, name: string | undefined): string | undefined =>
  name === undefined || containersOf(pod).includes(name)
    ? undefined
    : `pod ${pod.metadata.name} has no container ${name}: it has ${containersOf(pod).join(', ')}`;

/** The one its annotation names, else the first. */
export function defaultContainer(pod: KubeObject): string | undefined {
  const annotations = (pod.metadata['annotations'] ?? {}) as { readonly [name: string]: string };
  return annotations['kubectl.kubernetes.io/default-container'] ?? containersOf(pod)[0];
}
