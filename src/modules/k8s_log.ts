/** What containers have written. */
import { type KubeObject, type KubeRef, kubeName, refOf } from '../core/kube.ts';
import { absent, args, defineModule, failed, flag, integer, ok, optional, text } from './define.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs, joined, selectorArgs } from './kube/cluster-args.ts';
import { objectKey, readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { containersOf, defaultContainer } from './kube/pods.ts';
import { selectorOf } from './kube/selector.ts';

interface Args {
  readonly api_version: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace: string;
  readonly label_selectors?: readonly string[];
  readonly container?: string;
  readonly all_containers: boolean;
  readonly previous: boolean;
  readonly since_seconds?: number;
  readonly tail_lines?: number;
}
interface State {
  /** The workload that was named, where it is no pod; null where it does not exist. */
  readonly workload?: KubeObject | null;
  /** All that the name or the labels give, by name. */
  readonly pods: readonly KubeObject[];
  /** Of the first pod, in the order of its containers. */
  readonly logs: readonly { readonly container: string; readonly text?: string; readonly refused?: string }[];
}

const refOfArgs = ({ api_version, kind, name = '', namespace }: Args): KubeRef => ({ apiVersion: api_version, kind, namespace, name });

const web: KubeObject = {
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name: 'web-1', namespace: 'shop' },
  spec: { containers: [{ name: 'web' }, { name: 'proxy' }] },
};

export const k8sLog = defineModule({
  name: 'k8s_log',
  aliases: ['kubernetes.core.k8s_log', 'community.kubernetes.k8s_log'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => {
    const { name: _, ...pods } = needOf({ ...given, api_version: 'v1', kind: 'Pod' }, ['list']);
    return [pods, { ...pods, verbs: ['get'], subresource: 'log' }];
  },
  summary: 'Read what the containers of a pod have written',
  notes: [
    'A workload stands for its pods. Of several pods the first by name is read, whether or not it is ready.',
    'Values of Secrets that pb has seen are hidden in it.',
  ],
  args: args({
    ...clusterArgs,
    api_version: apiVersionArg,
    kind: text('Pod, or a kind whose spec.selector says which pods it has', { default: 'Pod' }),
    name: optional(text('Its name')),
    namespace: text('Its namespace'),
    label_selectors: selectorArgs.label_selectors,
    container: optional(text('Name of the container; else the pod’s default, else its first')),
    all_containers: flag('All containers, one after the other', false),
    previous: flag('Of the run before the last restart', false),
    since_seconds: optional(integer('Not older than so many seconds', { minimum: 1 })),
    tail_lines: optional(integer('Only so many lines at the end', { minimum: 0 })),
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases },
  examples: [
    {
      title: 'of a pod',
      args: { name: 'web-1', namespace: 'shop' },
      state: { pods: [web], logs: [{ container: 'web', text: 'started\nready\n' }] },
      expect: 'ok',
    },
    {
      title: 'not begun yet',
      args: { name: 'web-1', namespace: 'shop', container: 'web' },
      state: {
        pods: [web],
        logs: [{ container: 'web', refused: 'container "web" in pod "web-1" is waiting to start: ContainerCreating' }],
      },
      expect: 'failed',
    },
    { title: 'no such pod', args: { name: 'web-1', namespace: 'shop' }, state: { pods: [], logs: [] }, expect: 'absent' },
    { title: 'not said whose', args: { namespace: 'shop' }, state: { pods: [], logs: [] }, expect: 'failed' },
  ],
  reads: (given) => [
    readBy({ kind: 'Pod', namespace: given.namespace, ...(given.kind === 'Pod' && given.name ? { name: given.name } : {}) }),
  ],
  async read(given, io): Promise<State> {
    if (problemOf(given) !== undefined) return { pods: [], logs: [] };
    const query = { apiVersion: 'v1', kind: 'Pod', namespace: given.namespace };
    const isPod = given.kind === 'Pod';
    const named = given.name === undefined ? undefined : await io.get(refOfArgs(given));
    if (!isPod && given.name !== undefined && !named) return { workload: null, pods: [], logs: [] };
    const labelSelector = joined(given.label_selectors) ?? (named && !isPod ? selectorOf(named) : undefined);
    const found = isPod && given.name !== undefined ? (named ? [named] : []) : [];
    const pods = labelSelector === undefined ? found : await io.list({ ...query, labelSelector });
    const [pod] = [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const workload = named && !isPod ? { workload: named } : {};
    if (!pod) return { ...workload, pods, logs: [] };
    const { previous, since_seconds, tail_lines } = given;
    const part = {
      ...(previous ? { previous } : {}),
      ...(since_seconds === undefined ? {} : { sinceSeconds: since_seconds }),
      ...(tail_lines === undefined ? {} : { tailLines: tail_lines }),
    };
    const containers = given.all_containers ? containersOf(pod) : [given.container ?? defaultContainer(pod) ?? ''];
    const logs = await Promise.all(
      containers.map(async (container) => {
        const answer = await io.log(refOf(pod), { ...part, ...(container === '' ? {} : { container }) });
        return { container, ...('text' in answer ? { text: answer.text } : { refused: answer.status.message }) };
      }),
    );
    return { ...workload, pods: [pod], logs };
  },
  decide(given, { workload, pods, logs }) {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const name = kubeName(refOfArgs(given));
    if (workload === null) return absent(objectKey(refOfArgs(given)), `${name} does not exist`);
    if (workload && selectorOf(workload) === undefined) {
      return failed(`${name} has no spec.selector that says which pods it has`, { code: 'args', hint: 'name one of its pods' });
    }
    const [pod] = pods;
    if (!pod) {
      const labels = joined(given.label_selectors);
      if (given.kind === 'Pod' && labels === undefined)
        return absent(objectKey(refOfArgs(given)), `there is no pod ${given.namespace}/${given.name}`);
      const why = labels === undefined ? `${name} has no pod` : `no pod in ${given.namespace} has the labels ${labels}`;
      return absent(objectKey({ apiVersion: 'v1', kind: 'Pod', namespace: given.namespace, name: '*' }), why);
    }
    const refused = logs.find((log) => log.refused !== undefined);
    if (refused)
      return failed(`${kubeName(refOf(pod))}: ${refused.refused}`, { hint: `its containers are ${containersOf(pod).join(', ')}` });
    const log = logs.map((one) => one.text).join('');
    return ok({ log, log_lines: log.split('\n'), pod: pod.metadata.name, containers: logs.map(({ container }) => container) });
  },
});

function problemOf(given: Args): string | undefined {
  if ((given.name === undefined) === !given.label_selectors?.length) return 'say whose: give name or label_selectors';
  return given.container !== undefined && given.all_containers ? 'give either container or all_containers' : undefined;
}
