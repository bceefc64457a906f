/** Which nodes the cluster has. */
import type { Taint } from '../kinds.ts';

export interface FleetNode {
  readonly name: string;
  /** Value of the label kubernetes.io/hostname, where it differs from the name. */
  readonly hostname?: string;
  readonly roles: readonly ('master' | 'worker' | 'infra')[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** InternalIP; 127.0.0.1 where a kubelet's port is given, so that exec and logs reach it. */
  readonly address?: string;
}

export interface Fleet {
  readonly nodes: readonly FleetNode[];
  /** Port at which the API server finds the kubelets. */
  readonly kubeletPort?: number;
}

/** Three masters, three workers with data disks, two infra nodes. */
export const defaultFleet: Fleet = {
  nodes: [
    ...['master01', 'master02', 'master03'].map((name) => ({ name, roles: ['master'] as const })),
    ...['worker01', 'worker02', 'worker03'].map((name) => ({ name, roles: ['worker'] as const })),
    ...['infra01', 'infra02'].map((name) => ({ name, roles: ['infra', 'worker'] as const })),
  ],
};
