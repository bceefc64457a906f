/** The machine config operator: mirror policies, pull secret and MachineConfigs, brought to the nodes pool by pool. */
import type { Context } from './context.ts';
import { startDaemons } from './machine-config/daemon.ts';
import { startRender } from './machine-config/render.ts';
import { startRollout } from './machine-config/rollout.ts';

export function startMachineConfig(context: Context): void {
  startRender(context);
  startRollout(context);
  startDaemons(context);
}
