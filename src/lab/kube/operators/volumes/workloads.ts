/** Deployments, ReplicaSets, DaemonSets and Jobs, for API servers without kube-controller-manager. */
import type { Context } from '../context.ts';
import {
  DAEMON_SET,
  type DaemonSet,
  DEPLOYMENT,
  type Deployment,
  JOB,
  type Job,
  NODE,
  POD,
  type Pod,
  type PodTemplate,
  REPLICA_SET,
  type ReplicaSet,
} from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import { isTrue, withCondition, withConditions } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { fingerprint, suffix } from '../toolkit/hash.ts';
import { isOwnedBy, type Kind, keyOf, type Obj, ownerOf, parseKey } from '../toolkit/objects.ts';
import { startGarbageCollector } from './garbage.ts';
import { matchesTerms, selects, untolerated } from './match.ts';
import { leftOfOld, roomForNew } from './rolling.ts';

const hashLabel = 'pod-template-hash';
/** What the controller gives every daemon's pods. */
const staysWhenCordoned = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' };
const isReady = (pod: Pod): boolean => isTrue(pod.status?.conditions, 'Ready') && !pod.metadata.deletionTimestamp;

const REVISION = 'deployment.kubernetes.io/revision';
const revisionOf = (object: Obj): number => Number(object.metadata.annotations?.[REVISION] ?? 0);

function marked<T extends Obj>(object: T, revision: string): T {
  object.metadata.annotations = { ...object.metadata.annotations, [REVISION]: revision };
  return object;
}

export function startWorkloads(context: Context): void {
  const { client } = context;
  const pods = context.cache(POD);
  const sets = context.cache(REPLICA_SET);
  const nodes = context.cache(NODE);
  let made = 0;

  startGarbageCollector(context);

  const podsOf = (owner: Obj): Pod[] => pods.all(owner.metadata.namespace).filter((pod) => isOwnedBy(pod, owner.metadata.uid));
  /** For a decision to make or delete some: the cache may be behind what was just done. */
  const livePods = async (owner: Obj): Promise<Pod[]> => {
    const { items } = await client.list(POD, { namespace: owner.metadata.namespace ?? '' });
    return items.filter((pod) => isOwnedBy(pod, owner.metadata.uid));
  };

  const createPod = <T extends Obj>(kind: Kind<T>, owner: T, template: PodTemplate, more: (pod: Pod) => void = () => {}): Promise<Pod> => {
    const name = `${owner.metadata.name}-${suffix(`${owner.metadata.uid}/${++made}/${performance.now()}`)}`;
    const { labels = {}, annotations = {} } = template.metadata;
    const pod: Pod = {
      metadata: {
        name,
        namespace: owner.metadata.namespace ?? '',
        labels: { ...labels },
        annotations: { ...annotations },
        ownerReferences: [ownerOf(kind, owner)],
      },
      spec: structuredClone(template.spec),
      status: { phase: 'Pending' },
    };
    more(pod);
    return client.create(POD, pod);
  };

  const ownerKeys = (kind: string) => (object: Obj) =>
    (object.metadata.ownerReferences ?? [])
      .filter((owner) => owner.kind === kind)
      .map((owner) => `${object.metadata.namespace}/${owner.name}`);

  context.controller('replicasets', [on(sets), on(pods, ownerKeys('ReplicaSet'))], async (key): Promise<Again | undefined> => {
    const set = await client.get(REPLICA_SET, ref(key));
    if (!set || set.metadata.deletionTimestamp) return undefined;
    const wanted = set.spec.replicas ?? 1;
    const staying = (mine: readonly Pod[]): Pod[] => mine.filter((pod) => !pod.metadata.deletionTimestamp);
    const known = staying(podsOf(set));
    const live = known.length === wanted ? known : staying(await livePods(set));
    for (let i = live.length; i < wanted; i++) await createPod(REPLICA_SET, set, set.spec.template);
    for (const pod of live.sort((a, b) => Number(isReady(a)) - Number(isReady(b))).slice(0, Math.max(0, live.length - wanted))) {
      await client.delete(POD, pod.metadata);
    }
    const ready = live.filter(isReady).length;
    await client.editStatus(REPLICA_SET, ref(key), (one) => {
      const observedGeneration = set.metadata.generation ?? 0;
      one.status = { replicas: live.length, readyReplicas: ready, availableReplicas: ready, observedGeneration };
    });
    return undefined;
  });

  const deployments = context.cache(DEPLOYMENT);
  context.controller('deployments', [on(deployments), on(sets, ownerKeys('Deployment'))], async (key): Promise<Again | undefined> => {
    const deployment = await client.get(DEPLOYMENT, ref(key));
    if (!deployment || deployment.metadata.deletionTimestamp) return undefined;
    const { items } = await client.list(REPLICA_SET, { namespace: deployment.metadata.namespace ?? '' });
    const mine = items.filter((set) => isOwnedBy(set, deployment.metadata.uid));
    const hash = fingerprint(deployment.spec.template);
    const current = mine.find((set) => set.metadata.labels?.[hashLabel] === hash);
    const old = mine.filter((set) => set !== current);
    const recreate = deployment.spec.strategy?.type === 'Recreate';
    const oldPods = (await Promise.all(old.map(livePods))).flat().length;
    if (recreate) for (const set of old) await scale(set, 0);
    else if (current) for (const [set, replicas] of leftOfOld(deployment, current, old)) await scale(set, replicas);
    if (recreate && oldPods > 0) {
      await writeStatus(deployment, current, old);
      return { again: 1_000 };
    }
    const revision = String(Math.max(0, ...old.map(revisionOf)) + 1);
    const replicas = recreate ? (deployment.spec.replicas ?? 1) : roomForNew(deployment, current, old);
    if (!current) await client.ensure(REPLICA_SET, marked(replicaSetFor(deployment, hash, replicas), revision));
    else await scale(current, replicas, revision);
    await mark(deployment, revision);
    await writeStatus(deployment, current, old);
    return undefined;
  });

  const scale = (set: ReplicaSet, replicas: number, revision?: string) =>
    client.edit(REPLICA_SET, set.metadata, (live) => {
      live.spec.replicas = replicas;
      if (revision !== undefined) marked(live, revision);
    });
  const mark = (deployment: Deployment, revision: string) =>
    client.edit(DEPLOYMENT, deployment.metadata, (live) => void marked(live, revision));

  const writeStatus = (deployment: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]) =>
    client.editStatus(DEPLOYMENT, deployment.metadata, (live) => {
      const all = [...(current ? [current] : []), ...old];
      const sum = (count: (set: ReplicaSet) => number | undefined): number => all.reduce((total, set) => total + (count(set) ?? 0), 0);
      const available = sum((set) => set.status?.availableReplicas);
      const wanted = deployment.spec.replicas ?? 1;
      const has = available >= wanted;
      const conditions = withCondition(live.status?.conditions, {
        type: 'Available',
        status: has ? 'True' : 'False',
        reason: has ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: has ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      });
      live.status = {
        observedGeneration: deployment.metadata.generation ?? 0,
        replicas: sum((set) => set.status?.replicas),
        updatedReplicas: current?.status?.replicas ?? 0,
        readyReplicas: sum((set) => set.status?.readyReplicas),
        availableReplicas: available,
        ...(has ? {} : { unavailableReplicas: wanted - available }),
        conditions: withCondition(conditions, {
          type: 'Progressing',
          status: 'True',
          reason: has ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
          message: `ReplicaSet "${current?.metadata.name ?? ''}" ${has ? 'has successfully progressed.' : 'is progressing.'}`,
        }),
      };
    });

  const daemonSets = context.cache(DAEMON_SET);
  const allDaemonSets = () => daemonSets.all().map(keyOf);
  context.controller(
    'daemonsets',
    [on(daemonSets), on(pods, ownerKeys('DaemonSet')), on(nodes, allDaemonSets)],
    async (key): Promise<Again | undefined> => {
      const { name, namespace } = ref(key);
      const set = daemonSets.get(name, namespace);
      if (!set || set.metadata.deletionTimestamp) return undefined;
      const targets = nodes.all().filter((node) => {
        const { nodeSelector, affinity, tolerations } = set.spec.template.spec;
        const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
        return (
          selects({ matchLabels: nodeSelector ?? {} }, node.metadata.labels) &&
          (!terms || matchesTerms(terms, node)) &&
          !untolerated(node, [...(tolerations ?? []), staysWhenCordoned])
        );
      });
      const hash = String(set.metadata.generation ?? 1);
      const names = new Set(targets.map((node) => node.metadata.name));
      const wrong = (mine: readonly Pod[]) => {
        const served = new Set(mine.map((pod) => pod.spec.nodeName));
        const isWanted = ({ metadata, spec }: Pod): boolean =>
          names.has(spec.nodeName ?? '') && metadata.labels?.['pod-template-generation'] === hash;
        return {
          needless: mine.filter((pod) => !isWanted(pod) && !pod.metadata.deletionTimestamp),
          missing: [...names].filter((name) => !served.has(name)),
        };
      };
      let mine = podsOf(set);
      if (Object.values(wrong(mine)).some((found) => found.length > 0)) {
        mine = await livePods(set);
        const { needless, missing } = wrong(mine);
        for (const pod of needless) await client.delete(POD, pod.metadata);
        for (const nodeName of missing)
          await createPod(DAEMON_SET, set, set.spec.template, (pod) => {
            pod.metadata.labels = { ...pod.metadata.labels, 'pod-template-generation': hash };
            pod.spec.nodeName = nodeName;
          });
      }
      await client.editStatus(
        DAEMON_SET,
        ref(key),
        (live) => {
          live.status = daemonSetStatus(set, targets.length, mine.filter(isReady).length);
        },
        set,
      );
      return undefined;
    },
  );

  const jobs = context.cache(JOB);
  context.controller('jobs', [on(jobs), on(pods, ownerKeys('Job'))], async (key): Promise<Again | undefined> => {
    const job = await client.get(JOB, ref(key));
    const { conditions } = job?.status ?? {};
    if (!job || job.metadata.deletionTimestamp || isTrue(conditions, 'Complete') || isTrue(conditions, 'Failed')) return undefined;
    const mine = await livePods(job);
    const failed = mine.filter((pod) => pod.status?.phase === 'Failed').length;
    const over = failed > ((job.spec as { backoffLimit?: number }).backoffLimit ?? 6);
    if (mine.length === failed && !over) await createPod(JOB, job, job.spec.template);
    const done = mine.some((pod) => pod.status?.phase === 'Succeeded');
    await client.editStatus(JOB, ref(key), (live) => {
      live.status = over ? failedJob(live, failed) : jobStatus(live, done);
    });
    return undefined;
  });
}

const ref = (key: string): { name: string; namespace: string } => ({ namespace: '', ...parseKey(key) });

function replicaSetFor(deployment: Deployment, hash: string, replicas: number): ReplicaSet {
  const { name, namespace = '' } = deployment.metadata;
  const template = structuredClone(deployment.spec.template);
  template.metadata.labels = { ...template.metadata.labels, [hashLabel]: hash };
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata.labels },
      ownerReferences: [ownerOf(DEPLOYMENT, deployment)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [hashLabel]: hash } },
      template,
    },
  };
}

const daemonSetStatus = (set: DaemonSet, desired: number, ready: number): NonNullable<DaemonSet['status']> => ({
  observedGeneration: set.metadata.generation ?? 0,
  desiredNumberScheduled: desired,
  currentNumberScheduled: desired,
  updatedNumberScheduled: desired,
  numberReady: ready,
  numberAvailable: ready,
  numberMisscheduled: 0,
});

function failedJob(job: Job, failed: number): NonNullable<Job['status']> {
  const message = 'Job has reached the specified backoff limit';
  const ended = ['FailureTarget', 'Failed'].map((type) => ({ type, status: 'True' as const, reason: 'BackoffLimitExceeded', message }));
  return { ...job.status, active: 0, failed, conditions: withConditions(job.status?.conditions, ended) };
}

function jobStatus(job: Job, done: boolean): NonNullable<Job['status']> {
  const startTime = job.status?.['startTime'] ?? timestamp();
  if (!done) return { ...job.status, active: 1, startTime };
  const reached = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True' as const, reason: 'CompletionsReached' }));
  const conditions = withConditions(job.status?.conditions, reached);
  return { startTime, succeeded: 1, completionTime: timestamp(), conditions };
}
