/** What a module call talks to: the task's host or the one it is delegated to, the cluster, registries or an object store. */
import type { Endpoint } from '../core/inventory.ts';
import type { HostConnection } from '../core/module.ts';
import type { HostName, JsonObject } from '../core/value.ts';
import { delegateOf, delegateScope } from './delegate.ts';
import { reachOf } from './endpoint.ts';
import { lateConnection } from './late-connection.ts';
import type { CallSite } from './module-call.ts';
import type { BatchContext } from './run-context.ts';
import { clusterOf, registryOf, storeOf } from './targets.ts';
import type { Line } from './task.ts';
import { machineOf } from './turns.ts';

/** The line a call talks on: made now, but for modules that wait for their host. */
export async function lineTo(
  site: CallSite,
  batch: BatchContext,
  args: JsonObject,
  environment: { readonly [name: string]: string },
): Promise<Line> {
  const { node, state } = site;
  if (node.module.target === 'none') return { to: 'none', target: state.host.name };
  if (node.module.target === 'cluster') {
    const target = clusterOf(args, environment);
    return { to: 'cluster', connection: await batch.ports.cluster(target, batch.ports.stop), target: 'cluster' };
  }
  if (node.module.target === 'registry') {
    const access = registryOf(args, environment);
    if (access.password) batch.ports.redactor.add(access.password);
    return { to: 'registry', connection: batch.ports.registry(access), target: 'registry' };
  }
  if (node.module.target === 'store') {
    const host = node.module.fromHost ? await hostOf(site, batch) : undefined;
    const from = host && host.via !== 'local' ? await host.connect() : undefined;
    return { to: 'store', connection: await batch.ports.store(storeOf(args, environment), from), target: 'store' };
  }
  const { name, machine, connect } = await hostOf(site, batch);
  const connection = node.module.awaitsHost ? lateConnection(connect) : await connect();
  return { to: 'host', connection, target: name, machine: batch.turns.of(machine) };
}

interface Reached {
  readonly name: HostName;
  readonly via: Endpoint['via'];
  readonly machine: string;
  connect(): Promise<HostConnection>;
}

/** The task's host, or the one it is delegated to. */
async function hostOf(site: CallSite, batch: BatchContext): Promise<Reached> {
  const { node, scope, state } = site;
  const name = (await delegateOf(node, scope)) ?? state.host.name;
  const vars = name === state.host.name ? scope : delegateScope(name, batch, scope);
  const { endpoint, become } = await reachOf(name, { settings: node.settings, vars, task: scope, defaults: batch.reachDefaults });
  for (const secret of [become?.password, 'password' in endpoint ? endpoint.password : undefined]) {
    if (secret) batch.ports.redactor.add(secret.reveal());
  }
  return {
    name,
    via: endpoint.via,
    machine: machineOf(endpoint),
    connect: () => batch.ports.connect(name, endpoint, become, batch.ports.stop),
  };
}
