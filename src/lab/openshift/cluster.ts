/** The lab's cluster: an API server that serves OpenShift's kinds, what a fresh cluster holds, and its operators at work. */
import { readFile } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import {
  type ApiAddress,
  type Fleet,
  type NodeDisks,
  type Fault as OperatorFault,
  type Operators,
  type PodOutputs,
  seedCluster,
  startOperators,
} from '../kube/operators/index.ts';
import type { ExecHandler } from '../kube/server/exec/handlers.ts';
import type { Intercept } from '../kube/server/http/fault.ts';
import type { Obj } from '../kube/server/json.ts';
import { parseManifests } from '../kube/server/manifests.ts';
import { type LabApi, startApi } from '../kube/server/start.ts';
import type { ClusterChange } from '../scenario/types.ts';
import crds from './crds.data.json' with { type: 'json' };
import { applyPatches } from './patches.ts';
import { podLogs } from './pod-logs.ts';
import { linkVolumes } from './volume-links.ts';

export interface ClusterOptions {
  readonly fleet: Fleet;
  readonly disks: NodeDisks;
  readonly speed: number;
  readonly change: ClusterChange;
  readonly faults: readonly OperatorFault[];
  readonly intercept: Intercept;
  /** Whether an image is there to be pulled by nodes; every one when left out. */
  readonly pulls?: (image: string) => boolean;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export interface Cluster {
  readonly api: LabApi;
  /** As the operators reach it. */
  readonly address: ApiAddress;
  readonly operators: Operators;
  stop(): Promise<void>;
}

/** The operators' own user: what API faults spare. */
export const OPERATORS = 'system:serviceaccount:openshift:lab-operators';

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { fleet, change, signal, speed, log } = options;
  let outputs: PodOutputs = {};
  const logs = podLogs();
  const api = await startApi({ intercept: options.intercept, exec: execOf(() => outputs), logs: logs.read });
  try {
    // Imported JSON has no literal types for apiVersion and kind.
    api.load(crds as unknown as Obj[]);
    for (const file of change.manifests ?? []) await loadFile(file, { api, disks: options.disks });
    api.load((change.objects ?? []) as unknown as Obj[]);
    const address = { server: api.url, ca: api.caPem, token: api.tokenFor(OPERATORS, ['system:masters']) };
    await seedCluster(address, variantOf(change, fleet), signal);
    const operators = await startOperators({
      ...{ api: address, fleet, disks: options.disks, speed, faults: options.faults, signal, workloads: 'own', log },
      ...(change.version === undefined ? {} : { version: change.version }),
      ...(options.pulls ? { pulls: options.pulls } : {}),
      podOutputs: (now) => {
        outputs = now;
        logs.tell(now);
      },
    });
    await applyPatches(address, change.patches ?? [], signal);
    return {
      ...{ api, address, operators },
      async stop() {
        await operators.stop();
        await api.stop();
      },
    };
  } catch (error) {
    await api.stop();
    throw error;
  }
}

async function loadFile(file: string, { api, disks }: { readonly api: LabApi; readonly disks: NodeDisks }): Promise<void> {
  try {
    const objects = parseManifests(await readFile(file, 'utf8'));
    api.load(objects);
    await linkVolumes(objects, disks);
  } catch (error) {
    throw new PbError('args', `the scenario's manifests ${file} cannot be loaded: ${error instanceof Error ? error.message : error}`, {
      hint: 'each document of the file must be an object of a kind that the lab serves; mend it there or take it out',
    });
  }
}

const variantOf = (change: ClusterChange, fleet: Fleet): Parameters<typeof seedCluster>[1] => ({
  fleet,
  ...(change.version === undefined ? {} : { version: change.version }),
  ...(change.platform === undefined ? {} : { platform: change.platform }),
  ...(change.domain === undefined ? {} : { domain: change.domain }),
  ...(change.local_storage === undefined ? {} : { localStorage: change.local_storage }),
  ...(change.data_foundation === undefined ? {} : { dataFoundation: change.data_foundation }),
  ...(change.manual_approval === undefined ? {} : { manualApproval: change.manual_approval }),
  ...(change.pools_paused === undefined ? {} : { poolsPaused: change.pools_paused }),
});

/** No container runs: what the operators say it would answer is all there is. */
const execOf =
  (outputs: () => PodOutputs): ExecHandler =>
  async (call) => {
    const answer = outputs()[`${call.namespace}/${call.pod}/${call.container}`]?.exec.find(
      ({ argv }) => argv.length === call.command.length && argv.every((word, index) => word === call.command[index]),
    );
    if (!answer) {
      call.stderr(`the lab knows no answer to ${call.command.join(' ')} in ${call.namespace}/${call.pod}/${call.container}\n`);
      return 127;
    }
    if (answer.stdout) call.stdout(answer.stdout);
    if (answer.stderr) call.stderr(answer.stderr);
    return answer.exitCode ?? 0;
  };
