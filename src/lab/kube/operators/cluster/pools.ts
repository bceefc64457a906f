/** MachineConfigPools of a fleet. Pure. */
import { MACHINE_CONFIG_POOL } from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import type { Seed } from './config.ts';
import type { Fleet } from './fleet.ts';

/** Infra nodes belong to the worker pool. */
export const poolSeeds = (fleet: Fleet, paused: boolean): Seed[] =>
  ['master', 'worker'].map((pool) => {
    const count = fleet.nodes.filter((node) => node.roles.includes('master') === (pool === 'master')).length;
    const rendered = `rendered-${pool}-${'0123456789abcdef'.repeat(2)}`;
    const lastTransitionTime = timestamp();
    const condition = (type: string, status: string, message = '') => ({ type, status, reason: '', message, lastTransitionTime });
    const updating = paused ? `Pool is paused; will not update to ${rendered}` : '';
    return {
      kind: MACHINE_CONFIG_POOL,
      object: {
        metadata: {
          name: pool,
          labels: {
            [`pools.operator.machineconfiguration.openshift.io/${pool}`]: '',
            'operator.machineconfiguration.openshift.io/required-for-upgrade': '',
          },
        },
        spec: {
          paused,
          configuration: { name: rendered },
          machineConfigSelector: { matchLabels: { 'machineconfiguration.openshift.io/role': pool } },
          nodeSelector: { matchLabels: { [`node-role.kubernetes.io/${pool}`]: '' } },
        },
      },
      status: {
        configuration: { name: rendered },
        machineCount: count,
        updatedMachineCount: count,
        readyMachineCount: count,
        unavailableMachineCount: 0,
        degradedMachineCount: 0,
        observedGeneration: 1,
        conditions: [
          condition('Updated', 'True', `All nodes are updated with MachineConfig ${rendered}`),
          condition('Updating', 'False', updating),
          condition('Degraded', 'False'),
          condition('NodeDegraded', 'False'),
          condition('RenderDegraded', 'False'),
        ],
      },
    };
  });
