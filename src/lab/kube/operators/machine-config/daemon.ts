/** The machine config daemon of every node: brings it to its desired configuration, drained and rebooted where that is needed. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { NODE, type Node } from '../kinds.ts';
import { MACHINE_CONFIG } from '../openshift-kinds.ts';
import { withCondition } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { suffix } from '../toolkit/hash.ts';
import { annotate, stateOf } from './annotations.ts';
import { drainer, unschedulableTaint } from './drain.ts';
import { effectOf, filesOf, registriesPath, textOf } from './effect.ts';
import { minorOf } from './version.ts';

export function startDaemons(context: Context): void {
  const { client, clock, options } = context;
  const nodes = context.cache(NODE);
  const drain = drainer(context);

  context.controller('machine-config-daemon', [on(nodes)], async (name): Promise<Again | undefined> => {
    const node = nodes.get(name);
    if (!node) return undefined;
    const { currentConfig, desiredConfig, state } = stateOf(node);
    if (desiredConfig === '' || desiredConfig === currentConfig) return undefined;
    const before = await client.get(MACHINE_CONFIG, { name: currentConfig });
    const after = await client.get(MACHINE_CONFIG, { name: desiredConfig });
    if (!after) return { again: delays.react };
    if (state === 'Done') {
      await client.edit(NODE, { name }, (live) => annotate(live, { state: 'Working', reason: '' }));
      return undefined;
    }
    const effect = effectOf(before?.spec, after.spec, minorOf(options.version));
    const key = `machine-config/${name}/${desiredConfig}`;
    const draining = effect.drain ? await drain(node, key) : undefined;
    if (draining) return draining;
    const writing = context.wait(`${key}/write`, 'nodeConfig');
    if (writing) return writing;
    const registries = filesOf(after.spec).get(registriesPath);
    if (registries !== undefined) await options.disks.write?.(name, registriesPath, textOf(registries));
    const rebooting = effect.reboot ? await reboot(node, `${key}/reboot`) : undefined;
    if (rebooting) return rebooting;
    await finish(name);
    clock.forget(`machine-config/${name}/`);
    return undefined;
  });

  const reboot = async (node: Node, key: string): Promise<Again | undefined> => {
    const left = context.wait(key, 'reboot');
    await client.editStatus(NODE, node.metadata, (live) => {
      const condition = left
        ? { type: 'Ready', status: 'Unknown' as const, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
        : { type: 'Ready', status: 'True' as const, reason: 'KubeletReady', message: 'kubelet is posting ready status' };
      const info = live.status?.['nodeInfo'] as Record<string, string> | undefined;
      const bootID = `${suffix(`${key}/${info?.['bootID'] ?? ''}`, 8)}-0000-4000-8000-000000000000`;
      live.status = {
        ...live.status,
        conditions: withCondition(live.status?.conditions, condition),
        ...(left || !info ? {} : { nodeInfo: { ...info, bootID } }),
      };
    });
    return left;
  };

  /** The node has its configuration and takes pods again. */
  const finish = (name: string) =>
    client.edit(NODE, { name }, (live) => {
      const { desiredConfig, desiredDrain } = stateOf(live);
      const drained = desiredDrain.startsWith('drain-');
      const uncordon = `uncordon-${desiredConfig}`;
      annotate(live, { currentConfig: desiredConfig, state: 'Done', reason: '' });
      if (!drained) return;
      annotate(live, { desiredDrain: uncordon, lastAppliedDrain: uncordon });
      const { unschedulable: _, taints = [], ...spec } = live.spec ?? {};
      live.spec = { ...spec, taints: taints.filter((one) => one.key !== unschedulableTaint.key) };
    });
}
