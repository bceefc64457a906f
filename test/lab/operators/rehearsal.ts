import { setMaxListeners } from 'node:events';
import { expect, vi } from 'vitest';
import {
  type ClusterVariant,
  defaultFleet,
  type Fault,
  type NodeDisks,
  type Operators,
  type PodOutputs,
  seedCluster,
  startOperators,
} from '../../../src/lab/kube/operators/index.ts';
import { CRD, LOCAL_VOLUME, NAMESPACE, OPERATOR_GROUP, PVC, REGISTRY_CONFIG, SUBSCRIPTION } from '../../../src/lab/kube/operators/kinds.ts';
import { type Client, openClient } from '../../../src/lab/kube/operators/toolkit/client.ts';
import type { Condition } from '../../../src/lab/kube/operators/toolkit/objects.ts';
import { type Kube, startKube } from '../../real/parts/kube.ts';

export const lso = 'openshift-local-storage';
export const registry = 'openshift-image-registry';
export const claimName = 'image-registry-storage';

export interface Given {
  readonly disks: NodeDisks;
  readonly workloads?: 'external' | 'own';
  readonly faults?: readonly Fault[];
  readonly variant?: ClusterVariant;
  /** Simulated seconds in a real one; 600 unless real hosts have to keep up. */
  readonly speed?: number;
  /** Which catalogs' images nodes can pull; all of them when left out. */
  pulls?(image: string): Promise<boolean>;
}

export interface RehearsalEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

/** A cluster on a real API server with the operators at work, ×600. */
export async function startRehearsal({ disks, workloads = 'external', faults = [], variant = {}, speed = 600, pulls }: Given) {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const kube: Kube = await startKube({ controllers: workloads === 'own' ? 'disruption-controller' : 'default' });
  const api = { kubeconfig: kube.kubeconfig };
  const client: Client = await openClient(api, abort.signal);
  const log: string[] = [];
  let outputs: PodOutputs = {};

  // On a cluster without the operator its kinds are not served.
  const { items } = await client.list(CRD);
  const unserved = items.filter((crd) => crd.metadata.name.endsWith('.local.storage.openshift.io'));
  for (const crd of unserved) {
    await client.delete(CRD, crd.metadata);
    await eventually(async () => expect(await client.get(CRD, crd.metadata)).toBeUndefined());
  }
  const fleet = { ...defaultFleet, kubeletPort: kube.kubeletPort };
  await seedCluster(api, { fleet, ...variant }, abort.signal);
  const start = (active: readonly Fault[]): Promise<Operators> =>
    startOperators({
      ...{ api, fleet, disks, speed, workloads, faults: active, signal: abort.signal },
      ...(pulls ? { pulls } : {}),
      podOutputs: async (now) => {
        outputs = now;
        await kube.setPodOutputs(now as never);
      },
      log: (line) => log.push(line),
    });
  let operators = await start(faults);

  return {
    ...{ kube, client, log },
    get operators() {
      return operators;
    },
    outputs: () => outputs,
    /** The operators end, and others begin without their memory or faults. */
    async restart() {
      await operators.stop();
      outputs = {};
      operators = await start([]);
    },
    async stop() {
      if (process.env['PB_LOG']) process.stderr.write(`${log.join('\n')}\n`);
      await operators.stop();
      abort.abort();
      await kube.close();
    },
    async events(namespace: string, reason: string): Promise<RehearsalEvent[]> {
      const { stdout } = await kube.kubectl(['get', 'events', '-n', namespace, '-o', 'json']);
      return (JSON.parse(stdout) as { items: RehearsalEvent[] }).items.filter((event) => event.reason === reason);
    },
    async registryConditions(): Promise<Record<string, Condition>> {
      const config = await client.get(REGISTRY_CONFIG, { name: 'cluster' });
      return Object.fromEntries((config?.status?.conditions ?? []).map((one) => [one.type, one]));
    },
    async subscribe(): Promise<void> {
      await client.ensure(NAMESPACE, { metadata: { name: lso } });
      await client.ensure(OPERATOR_GROUP, {
        metadata: { name: 'local-operator-group', namespace: lso },
        spec: { targetNamespaces: [lso] },
      });
      await client.ensure(SUBSCRIPTION, {
        metadata: { name: 'local-storage-operator', namespace: lso },
        spec: {
          ...{ channel: 'stable', installPlanApproval: 'Automatic', name: 'local-storage-operator' },
          ...{ source: 'redhat-operators', sourceNamespace: 'openshift-marketplace' },
        },
      });
    },
    createLocalVolume: (nodes: readonly string[], devicePaths: readonly string[]) =>
      client.create(LOCAL_VOLUME, {
        metadata: { name: 'local-disks', namespace: lso },
        spec: {
          nodeSelector: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [...nodes] }] }],
          },
          storageClassDevices: [{ storageClassName: 'local-sc', volumeMode: 'Filesystem', fsType: 'ext4', devicePaths: [...devicePaths] }],
        },
      }),
    createClaim: () =>
      client.create(PVC, {
        metadata: { name: claimName, namespace: registry },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'local-sc', resources: { requests: { storage: '100Gi' } } },
      }),
    patchRegistry: (spec: object) => client.mergePatch(REGISTRY_CONFIG, { name: 'cluster' }, { spec }),
  };
}

export type Rehearsal = Awaited<ReturnType<typeof startRehearsal>>;

export const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
