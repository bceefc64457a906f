/** A pod's status as kubelet writes it. Pure. */
import type { Container, ContainerStatus, Pod, PodStatus } from '../kinds.ts';
import { withConditions } from '../toolkit/conditions.ts';
import { fnv1a } from '../toolkit/hash.ts';

/** Where a pod is on its way; `reason` and `message` are a waiting container's. */
export type Stage =
  | { readonly is: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly is: 'running'; readonly ready: boolean; readonly restarts?: number }
  | { readonly is: 'killed'; readonly reason: string; readonly exitCode: number; readonly restarts: number }
  | { readonly is: 'succeeded' }
  /** Its container has ended with exit code 1, and is not started again; `message` is what it said last. */
  | { readonly is: 'failed'; readonly message: string };

export function podStatus(pod: Pod, stage: Stage, at: { now: string; nodeAddress: string; podIP: string }): PodStatus {
  const before = pod.status ?? {};
  const ready = stage.is === 'running' && stage.ready;
  const waiting = stage.is === 'waiting';
  const started = before.startTime ?? at.now;
  const phases = { waiting: 'Pending', succeeded: 'Succeeded', failed: 'Failed', running: 'Running', killed: 'Running' } as const;
  const reason = stage.is === 'succeeded' ? 'PodCompleted' : stage.is === 'failed' ? 'PodFailed' : 'ContainersNotReady';
  const names = pod.spec.containers.map((container) => container.name).join(' ');
  const unready =
    stage.is === 'succeeded' || stage.is === 'failed' ? { reason } : { reason, message: `containers with unready status: [${names}]` };
  const yes = (type: string) => ({ type, status: 'True' as const });
  const readiness = (type: string) => (ready ? yes(type) : { type, status: 'False' as const, ...unready });
  return {
    ...before,
    phase: phases[stage.is],
    conditions: withConditions(
      before.conditions,
      [
        { ...yes('PodReadyToStartContainers'), status: waiting ? 'False' : 'True' },
        yes('Initialized'),
        readiness('Ready'),
        readiness('ContainersReady'),
        yes('PodScheduled'),
      ],
      at.now,
    ),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, stage, pod, at.now)),
    hostIP: at.nodeAddress,
    hostIPs: [{ ip: at.nodeAddress }],
    startTime: started,
    ...(waiting ? {} : { podIP: at.podIP, podIPs: [{ ip: at.podIP }] }),
  };
}

function containerStatus(container: Container, stage: Stage, pod: Pod, now: string): ContainerStatus {
  const before = pod.status?.containerStatuses?.find((one) => one.name === container.name);
  const running = (before?.state['running'] as { startedAt?: string } | undefined)?.startedAt ?? now;
  const id = `cri-o://${fnv1a(`${pod.metadata.uid}/${container.name}`).toString(16).padStart(8, '0').repeat(8)}`;
  const base = {
    name: container.name,
    image: container.image,
    imageID: stage.is === 'waiting' ? '' : container.image,
    ready: stage.is === 'running' && stage.ready,
    started: stage.is === 'running',
    restartCount: 'restarts' in stage ? (stage.restarts ?? 0) : (before?.restartCount ?? 0),
    ...(before?.lastState ? { lastState: before.lastState } : {}),
  };
  const ended = { exitCode: 0, reason: 'Completed', startedAt: running, finishedAt: now, containerID: id };
  switch (stage.is) {
    case 'waiting':
      return { ...base, state: { waiting: { reason: stage.reason, ...(stage.message ? { message: stage.message } : {}) } } };
    case 'running':
      return { ...base, state: { running: { startedAt: running } } };
    case 'killed': {
      const terminated = { ...ended, exitCode: stage.exitCode, reason: stage.reason };
      const message = `back-off 5m0s restarting failed container=${container.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
      return { ...base, state: { waiting: { reason: 'CrashLoopBackOff', message } }, lastState: { terminated } };
    }
    case 'failed':
      return {
        ...base,
        state: before?.state['terminated']
          ? before.state
          : { terminated: { ...ended, exitCode: 1, reason: 'Error', message: stage.message } },
      };
    case 'succeeded':
      return { ...base, state: before?.state['terminated'] ? before.state : { terminated: ended } };
  }
}
