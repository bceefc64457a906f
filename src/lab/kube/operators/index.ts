/** The OpenShift operators of a rehearsal, as controllers that speak to a cluster through the Kubernetes API alone. */
import { setMaxListeners } from 'node:events';
import { startApiservers } from './apiservers.ts';
import { startAuthentication } from './authentication.ts';
import type { Fleet } from './cluster/fleet.ts';
import { defaultVersion } from './cluster.ts';
import { Context } from './context.ts';
import type { NodeDisks } from './disks.ts';
import { type Fault, Faults } from './faults.ts';
import { startImageRegistry } from './image-registry.ts';
import { startIngress } from './ingress.ts';
import type { Crd } from './kinds.ts';
import { localStorageCrds } from './local-storage/crds.ts';
import { startLocalStorage } from './local-storage.ts';
import { startMachineConfig } from './machine-config.ts';
import { startMarketplace } from './marketplace.ts';
import { startObjectBuckets } from './object-buckets.ts';
import { startOlm } from './olm.ts';
import { openClient } from './toolkit/client.ts';
import { SimClock } from './toolkit/clock.ts';
import type { ApiAddress } from './toolkit/http.ts';
import { startBinder } from './volumes/binder.ts';
import { startKubelet } from './volumes/kubelet.ts';
import type { PodOutputs } from './volumes/pod-outputs.ts';
import { startProvisioner } from './volumes/provisioner.ts';
import { startScheduler } from './volumes/scheduler.ts';
import { startWorkloads } from './volumes/workloads.ts';

export { defaultFleet, type Fleet, type FleetNode } from './cluster/fleet.ts';
export { type ClusterVariant, seedCluster } from './cluster.ts';
export type { Device, DiskAct, NodeDisks } from './disks.ts';
export type { Fault, FaultName } from './faults.ts';
export type { ApiAddress } from './toolkit/http.ts';
export type { ContainerOutput, PodOutputs } from './volumes/pod-outputs.ts';

export interface OperatorsOptions {
  readonly api: ApiAddress;
  readonly fleet: Fleet;
  readonly disks: NodeDisks;
  /** Simulated seconds in a real one, 1 to 600. */
  readonly speed: number;
  readonly faults?: readonly Fault[];
  readonly signal: AbortSignal;
  /** "4.18.20" when left out. */
  readonly version?: string;
  /** 'external': kube-controller-manager runs deployments, jobs, the volume binder and garbage collection. 'own': we do. */
  readonly workloads: 'external' | 'own';
  /** The local storage operator's CRDs; stand-ins when left out. */
  readonly localStorageCrds?: readonly Crd[];
  /** Whether a catalog's image can be pulled by a node; every one when left out. */
  readonly pulls?: (image: string) => boolean | Promise<boolean>;
  /** Told what all containers answer to logs and exec, each time that changes. */
  readonly podOutputs?: (outputs: PodOutputs) => void | Promise<void>;
  readonly log?: (line: string) => void;
}

export interface Operators {
  /** Fulfilled when nothing is running any more. */
  stop(): Promise<void>;
  /** Sets a fault, or with `on` false ends it. */
  setFault(fault: Fault, on?: boolean): void;
}

/** Starts them all; the cluster must have been seeded (`seedCluster`). Fulfilled once they have seen the cluster as it is. */
export async function startOperators(options: OperatorsOptions): Promise<Operators> {
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  // Every watch, timer and controller listens to it.
  setMaxListeners(0, signal);
  const clock = new SimClock(options.speed);
  const client = await openClient(options.api, signal, () => clock.now());
  const faults = new Faults(options.faults);
  const { fleet, disks, version = defaultVersion, log = () => {}, pulls = () => true } = options;
  const context = new Context(client, clock, { version, fleet, disks, faults, pulls, signal, log });
  startMarketplace(context);
  startOlm(context, options.localStorageCrds ?? localStorageCrds);
  startLocalStorage(context);
  startImageRegistry(context);
  startApiservers(context);
  startMachineConfig(context);
  startIngress(context);
  startAuthentication(context);
  startObjectBuckets(context);
  startProvisioner(context);
  startScheduler(context);
  startKubelet(context, options.podOutputs);
  if (options.workloads === 'own') {
    startWorkloads(context);
    startBinder(context);
  }
  await context.start();
  return {
    async stop() {
      stopping.abort();
      await context.stopped();
      client.close();
    },
    setFault: (fault, on = true) => faults.set(fault, on),
  };
}
