/** What a new registry hostname sets going: API servers that observe it roll out, and their ClusterOperators say so. */
import type { Context } from './context.ts';
import { delays } from './delays.ts';
import { CLUSTER_OPERATOR, IMAGE_CONFIG, NODE } from './kinds.ts';
import { withCondition } from './toolkit/conditions.ts';
import { type Again, on } from './toolkit/controller.ts';

const operators = ['kube-apiserver', 'openshift-apiserver', 'openshift-controller-manager'] as const;

export function startApiservers(context: Context): void {
  const { client } = context;
  const images = context.cache(IMAGE_CONFIG);
  const nodes = context.cache(NODE);
  let seen: string | undefined;
  let revision = 7;

  context.controller('apiservers', [on(images)], async (key): Promise<Again | undefined> => {
    const hostname = images.get(key)?.status?.internalRegistryHostname ?? '';
    if (seen !== undefined && seen !== hostname) {
      revision++;
      context.clock.forget('apiservers/');
    }
    const first = seen === undefined;
    seen = hostname;
    if (first) return undefined;
    const masters = nodes.all().filter((node) => node.metadata.labels?.['node-role.kubernetes.io/master'] !== undefined).length || 3;
    const waits: number[] = [];
    for (const name of operators) {
      const all = name === 'kube-apiserver' ? delays.apiserverMaster * masters : delays.apiserverDeployment;
      const left = context.clock.left(`apiservers/${name}`, all);
      if (left > 0) waits.push(Math.min(left, delays.apiserverMaster));
      const done = masters - Math.ceil(left / delays.apiserverMaster);
      const message = name === 'kube-apiserver' ? nodesText(masters, done, revision) : rolloutText(name, left > 0);
      await client.editStatus(CLUSTER_OPERATOR, { name }, (live) => {
        const reason = left > 0 ? (name === 'kube-apiserver' ? 'NodeInstaller' : 'OperatorDeploymentProgressing') : 'AsExpected';
        const condition = { type: 'Progressing', status: left > 0 ? ('True' as const) : ('False' as const), reason, message };
        live.status = { ...live.status, conditions: withCondition(live.status?.conditions, condition) };
      });
    }
    return waits.length > 0 ? { again: Math.min(...waits) } : undefined;
  });
}

function nodesText(masters: number, done: number, revision: number): string {
  if (done === masters) return `NodeInstallerProgressing: ${masters} nodes are at revision ${revision}`;
  return `NodeInstallerProgressing: ${masters - done} nodes are at revision ${revision - 1}; ${done} nodes have achieved new revision ${revision}`;
}

const rolloutText = (name: string, running: boolean): string =>
  running ? `Progressing: deployment/${name}: updated replicas is less than desired` : 'All is well';
