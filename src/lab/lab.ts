/** A lab: pretend hosts behind ssh, a pretend cluster with its operators, and what goes wrong with them; one process, loopback only. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { type LabFiles, type LabHostAddress, writeLabFiles } from './files.ts';
import { type LabHosts, nodeDisks, startHosts } from './hosts/index.ts';
import { idleSleep } from './idle-time.ts';
import type { Fault as OperatorFault } from './kube/operators/index.ts';
import { type Cluster, OPERATORS, startCluster } from './openshift/cluster.ts';
import { untilSettled } from './openshift/settled.ts';
import { type LabRegistry, type RegistryChange, startRegistry } from './registry/server.ts';
import { runFactor } from './rehearsal/time.ts';
import { bucketsOfCluster } from './s3/odf.ts';
import { startStore } from './s3/server.ts';
import { apiFaults, hostFaults, isApiFault, isHostFault } from './scenario/active-faults.ts';
import { fleetOf, type ShapedHost } from './scenario/shape.ts';
import { createTriggers, taskOf } from './scenario/triggers.ts';
import type { AnyFault, ClusterChange, HostFault, ScenarioFault } from './scenario/types.ts';
import { worldOf } from './scenario/world.ts';

export type { LabFiles, LabHostAddress } from './files.ts';

export interface LabOptions {
  readonly hosts: readonly ShapedHost[];
  readonly cluster: ClusterChange;
  readonly registry?: RegistryChange;
  readonly faults: readonly ScenarioFault[];
  /** Hosts a fault's pattern names. */
  matching(pattern: string): readonly string[];
  /** Where its files go; keys found there are used again. */
  readonly folder: string;
  /** Simulated seconds in a real one, 1 to 600. */
  readonly speed: number;
  /** A pretend machine for the controller itself, called localhost. */
  readonly controller?: { readonly user: string };
  readonly log?: (line: string) => void;
}

export interface Lab {
  readonly folder: string;
  readonly files: LabFiles;
  /** URL of the API server. */
  readonly api: string;
  /** Every image registry. */
  readonly registry: LabRegistry;
  readonly hosts: ReadonlyMap<string, LabHostAddress>;
  reach(host: string): LabHostAddress | undefined;
  /** Whether the host says a byte to who connects: faults keep it from that. */
  answers(host: string): boolean;
  /**
   * Where every object store is in a rehearsal, whatever a playbook calls it. Keys that it does not know yet are taken for an
   * administrator's.
   */
  store(access: string, secret: string): Promise<string>;
  /** Faults that wait for nothing begin. */
  beginFaults(): void;
  /** A task of the run begins: faults may wait for it. */
  taskBegins(name: string): void;
  /** Every fault ends, none begins any more, and the cluster has got over them. */
  calm(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether a fault belongs to the cluster as it was before anything is run. */
const fromStart = (fault: ScenarioFault): boolean => taskOf(fault) === undefined && fault.after === undefined;
const isOperatorFault = (fault: AnyFault): fault is OperatorFault => !isHostFault(fault) && !isApiFault(fault);

export async function startLab(options: LabOptions): Promise<Lab> {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const { speed, folder, faults } = options;
  const controller: readonly ShapedHost[] = options.controller
    ? [{ name: 'localhost', user: options.controller.user, sudo: 'nopasswd', disks: [{ kname: 'sda', size: '60GiB' }] }]
    : [];
  const shaped = [...options.hosts, ...controller];
  const keyDir = join(folder, 'keys');
  const now = Math.floor(Date.now() / 1000);
  const specs = shaped.map((host, index) => ({ name: host.name, world: worldOf(host, { address: addressOf(index), now }) }));
  const hosts = await startHosts({ hosts: specs, speed, keyDir, signal: abort.signal });
  const api = apiFaults((user) => user === OPERATORS);
  const registry = await startRegistry(options.registry ?? {});
  const initial = faults.filter(isOperatorFault).filter(fromStart);
  const { reaches } = options.cluster;
  const pullable = (image: string): boolean =>
    reaches?.some((host) => image.startsWith(`${host}/`)) === true && registry.digest(image) !== undefined;
  try {
    const cluster = await startCluster({
      ...{ fleet: fleetOf(shaped), disks: nodeDisks(byNode(shaped, hosts)), speed, change: options.cluster, faults: initial },
      ...(reaches ? { pulls: pullable } : {}),
      ...{ intercept: api.intercept, signal: abort.signal, log: options.log ?? (() => undefined) },
    });
    const settle = (without: readonly string[]) =>
      // The default catalogs of a disconnected cluster never get ready.
      untilSettled(cluster.address, new Set([...without, ...(reaches ? ['F16'] : [])]), abort.signal);
    await settle(initial.map(({ fault }) => fault));
    const addresses = addressesOf(shaped, hosts);
    const files = await writeLabFiles(folder, {
      hosts: addresses,
      key: hosts.userKey.file,
      knownHosts: hosts.knownHosts,
      kubeconfig: cluster.api.kubeconfig(),
    });
    const store = await objectStore(cluster, initial, abort.signal);
    const board = faultBoard({ hosts, cluster, api, store, matching: options.matching });
    const triggers = createTriggers(faults, board.set, { after: timer(runFactor(speed), abort.signal) });
    return {
      ...{ folder, files, api: cluster.api.url, registry, hosts: addresses },
      reach: (host) => addresses.get(host),
      answers: (host) => hosts.hosts.get(host)?.answers() ?? false,
      store: store.reach,
      beginFaults: () => triggers.begin(),
      taskBegins: (name) => triggers.task(name),
      async calm() {
        triggers.calm();
        await board.quiet();
        await settle([]);
      },
      async stop() {
        triggers.calm();
        await board.quiet();
        await store.stop();
        await cluster.stop();
        await registry.stop();
        await hosts.close();
        abort.abort();
      },
    };
  } catch (error) {
    abort.abort();
    await registry.stop();
    await hosts.close();
    throw error;
  }
}

const addressOf = (index: number): string => `192.168.${126 + Math.floor(index / 200)}.${10 + (index % 200)}`;

/** The cluster knows hosts by their nodes' names. */
const byNode = (shaped: readonly ShapedHost[], { hosts }: LabHosts) =>
  new Map(
    shaped.flatMap(({ name, node }) => {
      const host = hosts.get(name);
      return host && node ? [[node.name, host] as const] : [];
    }),
  );

const addressesOf = (shaped: readonly ShapedHost[], { hosts }: LabHosts): ReadonlyMap<string, LabHostAddress> =>
  new Map(
    shaped.flatMap(({ name, user }) => {
      const host = hosts.get(name);
      return host ? [[name, { address: host.address, port: host.port, user }] as const] : [];
    }),
  );

/** Calls back after ms of the run's time. */
const timer =
  (factor: number, signal: AbortSignal) =>
  (ms: number, call: () => void): (() => void) => {
    const cancel = new AbortController();
    const ended = AbortSignal.any([cancel.signal, signal]);
    void idleSleep(ms / factor, ended).then(call, () => undefined);
    return () => cancel.abort();
  };

async function objectStore(cluster: Cluster, initial: readonly OperatorFault[], signal: AbortSignal) {
  const active = new Set(initial.map(({ fault }) => fault));
  const buckets = await bucketsOfCluster(cluster.address, signal);
  const store = await startStore(async () => ({ buckets: await buckets.all(), forbidden: active.has('F29') }));
  return {
    async reach(access: string, secret: string): Promise<string> {
      await store.admit(access, secret);
      // An address whose authority nobody was told of.
      return active.has('F28') ? cluster.api.url : store.url;
    },
    set: ({ fault }: OperatorFault, on: boolean): void => void (on ? active.add(fault) : active.delete(fault)),
    async stop(): Promise<void> {
      await store.stop();
      buckets.close();
    },
  };
}

interface BoardParts {
  readonly hosts: LabHosts;
  readonly cluster: Cluster;
  readonly api: ReturnType<typeof apiFaults>;
  readonly store: Awaited<ReturnType<typeof objectStore>>;
  matching(pattern: string): readonly string[];
}

/** Which faults are on; turning one turns the switch of whatever it concerns. */
function faultBoard({ hosts, cluster, api, store, matching }: BoardParts) {
  const active = new Set<HostFault>();
  // Going down and coming back take a moment and must not overtake each other.
  let turning: Promise<void> = Promise.resolve();
  const setHost = (fault: HostFault, on: boolean): void => {
    if (on) active.add(fault);
    else active.delete(fault);
    for (const name of matching(fault.hosts)) {
      const mine = [...active].filter((one) => matching(one.hosts).includes(name));
      hosts.hosts.get(name)?.fault(hostFaults(mine));
    }
  };
  return {
    set(fault: ScenarioFault, on: boolean): void {
      if (isHostFault(fault)) setHost(fault, on);
      else if (isApiFault(fault) && fault.fault === 'api_outage')
        turning = turning.then(() => (on ? cluster.api.interrupt() : cluster.api.resume()));
      else if (isApiFault(fault)) api.set(fault, on);
      else {
        store.set(fault, on);
        cluster.operators.setFault(fault, on);
      }
    },
    quiet: () => turning,
  };
}
