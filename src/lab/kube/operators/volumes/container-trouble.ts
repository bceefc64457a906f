/** Faults that keep containers from running. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { namespace as registryNamespace } from '../image-registry/names.ts';
import type { Pod } from '../kinds.ts';
import type { Stage } from './pod-status.ts';

export interface Trouble {
  readonly stage: Stage;
  readonly lookAgain: number;
}

export async function containerTrouble(pod: Pod, context: Context): Promise<Trouble | undefined> {
  const { faults } = context;
  const labels = pod.metadata.labels ?? {};
  const image = pod.spec.containers[0]?.image ?? '';
  const catalog = labels['olm.catalogSource'];
  const unhealthy = faults.get('F16');
  if (unhealthy && catalog === (unhealthy.catalog ?? 'community-operators')) return pullBackOff(image);
  if (catalog !== undefined && !(await context.options.pulls(image))) return pullBackOff(image);
  const unpack = faults.get('F18');
  if (unpack && labels['operatorframework.io/bundle-unpack-ref'] && image.includes(unpack.package ?? '')) return pullBackOff(image);
  const memory = faults.get('F25');
  if (memory && catalog === (memory.catalog ?? 'redhat-operators')) {
    const times = memory.times ?? 6;
    const left = context.clock.left(`oom/${pod.metadata.uid}`, delays.catalogOomPeriod * times);
    if (left > 0) {
      const restarts = times - Math.ceil(left / delays.catalogOomPeriod);
      return { stage: { is: 'killed', reason: 'OOMKilled', exitCode: 137, restarts }, lookAgain: left % delays.catalogOomPeriod || left };
    }
  }
  return undefined;
}

/** F38: whether what the pod mounts has no room left: the registry itself, and jobs on its claim. */
export const isFull = (pod: Pod, { faults }: Context): boolean =>
  faults.get('F38') !== undefined &&
  (pod.metadata.labels?.['docker-registry'] === 'default' ||
    (pod.metadata.namespace === registryNamespace && (pod.spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim)));

const pullBackOff = (image: string): Trouble => ({
  stage: { is: 'waiting', reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` },
  lookAgain: delays.catalogRetry,
});
