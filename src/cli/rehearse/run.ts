/** One run of the plan inside a lab: pb's own engine and transports, fenced so that nothing but the lab can be reached. */
import { join } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { Mode, Ports } from '../../core/engine.ts';
import type { RunEvent } from '../../core/event.ts';
import type { Endpoint } from '../../core/inventory.ts';
import type { KubeConnection } from '../../core/module.ts';
import type { Plan } from '../../core/plan.ts';
import type { Redactor } from '../../core/secret.ts';
import { run } from '../../engine/run.ts';
import type { Lab, LabHostAddress } from '../../lab/lab.ts';
import type { Ran } from '../../lab/rehearsal/judge.ts';
import type { Registries } from '../../transports/registry/index.ts';
import type { Interrupt } from '../interrupt.ts';
import type { Language } from '../language.ts';
import type { RunFlags } from '../options.ts';
import { portsFor } from '../ports.ts';
import type { RehearsalClock } from './clock.ts';

export interface Rehearsed {
  readonly plan: Plan;
  readonly playbooks: readonly string[];
  readonly flags: Pick<RunFlags, 'tags' | 'skipTags' | 'forks' | 'limit'>;
  readonly version: string;
  readonly redactor: Redactor;
  readonly language: Language;
  readonly reachDefaults: { readonly [variable: string]: string };
  readonly clock: RehearsalClock;
}

export interface RunHow {
  readonly check?: boolean;
  /** Ctrl-C of the person who rehearses. */
  readonly stop: AbortSignal;
  /** Told of every event; `interrupt` does what a first Ctrl-C does. */
  readonly watch?: (event: RunEvent, interrupt: () => void) => void;
}

export async function rehearseRun(what: Rehearsed, lab: Lab, how: RunHow): Promise<Ran> {
  const events: RunEvent[] = [];
  const cut = new AbortController();
  const stop = AbortSignal.any([cut.signal, how.stop]);
  const interrupt: Interrupt = { stop, kill: how.stop, release: () => undefined };
  const { ports, transports, clusters, registries, stores, close } = await portsFor({
    ...{ language: what.language, redactor: what.redactor, interrupt, home: lab.folder, clock: what.clock, clusterEnv: {} },
    emit(event) {
      events.push(event);
      if (event.type === 'task.start') lab.taskBegins(event.task.name);
      how.watch?.(event, () => cut.abort());
    },
  });
  const inLab = fenced(ports, { lab, registries, clock: what.clock });
  const check = how.check ?? false;
  const mode: Mode = check
    ? { is: 'check' }
    : {
        is: 'apply',
        hostWriter: (on) => transports.hostWriter(on),
        kubeWriter: (on) => clusters.kubeWriter(inLab.real(on)),
        registryWriter: (on) => registries.registryWriter(on),
        storeWriter: (on) => stores.storeWriter(on),
      };
  const { flags } = what;
  const facts = {
    ...{ check, diff: true, verbosity: 0, forks: flags.forks, version: what.version, skipTags: flags.skipTags },
    tags: flags.tags.length > 0 ? flags.tags : ['all'],
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
  };
  try {
    const { plan, playbooks, reachDefaults } = what;
    const exitCode = await run({ plan, mode, ports: inLab.ports, facts, playbooks, reachDefaults });
    return { exitCode, events };
  } finally {
    await close();
  }
}

interface Fenced {
  readonly ports: Ports;
  /** The connection behind one whose waits pass faster. */
  real(connection: KubeConnection): KubeConnection;
}

interface Fence {
  readonly lab: Lab;
  readonly registries: Registries;
  readonly clock: RehearsalClock;
}

/**
 * Whatever variables, ~/.ssh/config and kubeconfigs say: hosts, clusters, registries and object stores are the lab's, the controller is a pretend host too, and
 * images on its disk lie in the lab's folder.
 */
function fenced(ports: Ports, { lab, registries, clock }: Fence): Fenced {
  const behind = new WeakMap<KubeConnection, KubeConnection>();
  const made = new Map<KubeConnection, KubeConnection>();
  const faster = (real: KubeConnection): KubeConnection => {
    const known = made.get(real);
    if (known) return known;
    const connection: KubeConnection = { ...real, changed: (queries, ms, signal) => real.changed(queries, ms / clock.factor, signal) };
    behind.set(connection, real);
    made.set(real, connection);
    return connection;
  };
  const fencedPorts: Ports = {
    ...ports,
    async connect(host, endpoint, become, signal) {
      const there = lab.reach(host);
      if (!there)
        throw new PbError('unreachable', `${host} is not in the lab, which was made from the inventory`, {
          hint: 'a rehearsal reaches pretend hosts only; add the host to the inventory',
        });
      return ports.connect(host, labEndpoint(endpoint, { ...there, answers: lab.answers(host) }, lab), become, signal);
    },
    registry: (access) => registries.registry(access, { url: lab.registry.url, root: join(lab.folder, 'controller') }),
    async store(target) {
      const access = target.access_key ?? process.env['AWS_ACCESS_KEY_ID'];
      const secret = target.secret_key ?? process.env['AWS_SECRET_ACCESS_KEY'];
      // Without keys the real port says what is missing, and connects to nothing.
      if (!access || !secret) return ports.store(target, undefined);
      const { region = 'us-east-1' } = target;
      const endpoint_url = await lab.store(access, secret);
      return ports.store({ endpoint_url, region, access_key: access, secret_key: secret, virtual_hosted: false }, undefined);
    },
    cluster: async (_, signal) => faster(await ports.cluster({ kubeconfig: lab.files.kubeconfig }, signal)),
  };
  return { ports: fencedPorts, real: (connection) => behind.get(connection) ?? connection };
}

/** All hosts log in on one processor: one that answers is waited for as long as that takes. */
const PATIENCE_MS = 300_000;

function labEndpoint(wanted: Endpoint, there: LabHostAddress & { readonly answers: boolean }, lab: Lab): Endpoint {
  const asked = wanted.via === 'ssh' ? wanted : undefined;
  const connectTimeoutMs = there.answers ? PATIENCE_MS : asked?.connectTimeoutMs;
  return {
    ...{ via: 'ssh', address: there.address, port: there.port, user: asked?.user || there.user, keyFile: lab.files.key },
    ...{ jump: ['none'], hostKeys: 'strict', knownHosts: [lab.files.knownHosts] },
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  };
}
