/** A command in a container of a pod. */
import type { Change } from '../core/change.ts';
import { type KubeObject, type KubeRef, refOf } from '../core/kube.ts';
import type { Output } from '../core/probe.ts';
import type { JsonObject } from '../core/value.ts';
import { absent, args, defineModule, failed, flag, integer, json, ok, optional, text } from './define.ts';
import { clusterArgAliases, clusterArgs, joined, selectorArgs } from './kube/cluster-args.ts';
import { objectKey, readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { defaultContainer, noSuchContainer, readyPod, stateOf } from './kube/pods.ts';
import { split } from './run/words.ts';

interface Args {
  readonly namespace: string;
  readonly pod?: string;
  readonly label_selectors?: readonly string[];
  readonly container?: string;
  readonly command: string | readonly string[];
  readonly read_only: boolean;
}
interface State {
  /** All that the selector or the name gives. */
  readonly pods: readonly KubeObject[];
  /** read_only: what the command said; null where it was not run. */
  readonly output: Output | null;
}

type Argv = readonly [string, ...string[]];

function argvOf({ command }: Args): Argv | { readonly problem: string } {
  const parts = typeof command === 'string' ? split(command) : { words: command.map((value) => ({ value })) };
  if ('problem' in parts) return { problem: `this command cannot be split into words: ${parts.problem}` };
  const [program, ...rest] = parts.words.map(({ value }) => value);
  return program ? [program, ...rest] : { problem: 'the command is empty' };
}

/** The pod and container to use, or why there is none. */
function placeOf(
  given: Args,
  pods: readonly KubeObject[],
): { readonly ref: KubeRef; readonly container?: string } | { readonly problem: string } {
  const pod = readyPod(pods);
  if (!pod) return { problem: `no pod is ready: ${pods.map(stateOf).join('; ')}` };
  const problem = noSuchContainer(pod, given.container);
  if (problem !== undefined) return { problem };
  const container = given.container ?? defaultContainer(pod);
  return { ref: refOf(pod), ...(container === undefined ? {} : { container }) };
}

/** As Ansible's command modules give it. */
const resultOf = ({ code, stdout, stderr }: Output): JsonObject => ({
  rc: code,
  return_code: code,
  stdout: stdout.replace(/\r?\n$/, ''),
  stderr: stderr.replace(/\r?\n$/, ''),
  stdout_lines: linesOf(stdout),
  stderr_lines: linesOf(stderr),
});
const linesOf = (said: string): string[] => (said === '' ? [] : said.replace(/\r?\n$/, '').split(/\r?\n/));

const pod = (ready: 'True' | 'False'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'registry-1', namespace: 'openshift-image-registry' },
  spec: { containers: [{ name: 'registry' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready, reason: 'ContainersNotReady' }] },
});
const example = { namespace: 'openshift-image-registry', label_selectors: ['docker-registry=default'], container: 'registry' };

export const k8sExec = defineModule({
  name: 'k8s_exec',
  aliases: ['kubernetes.core.k8s_exec', 'community.kubernetes.k8s_exec'],
  target: 'cluster',
  effect: 'once',
  access: (given) => {
    const { name: _, ...pod } = needOf({ ...given, kind: 'Pod' }, [given['pod'] === undefined ? 'list' : 'get']);
    return [pod, { ...pod, verbs: ['get', 'create'], subresource: 'exec' }];
  },
  summary: 'Run a command in a container of a pod',
  notes: [
    'read_only: true vouches that the command only looks: it then runs in check mode too, and the task is ok, not changed.',
    'Without read_only the result is unknown in check mode.',
    'Several pods fit the labels: the first Ready one by name is taken.',
    'No shell is involved: for pipes give [sh, -c, "…"].',
  ],
  args: args({
    ...clusterArgs,
    namespace: text('Namespace of the pod'),
    pod: optional(text('Name of the pod')),
    label_selectors: selectorArgs.label_selectors,
    container: optional(text('Name of the container; else the pod’s default, else its first')),
    command: json<string | readonly string[]>('The program and its arguments: a list, or a text that is split into words', {
      type: ['string', 'array'],
      items: { type: 'string' },
      minItems: 1,
      minLength: 1,
    }),
    read_only: flag('The command changes nothing: whoever writes this vouches for it', false),
    timeout: integer('Seconds until the command is given up', { default: 300, minimum: 1 }),
  }),
  argAliases: clusterArgAliases,
  timeoutMs: (given) => given.timeout * 1000,
  examples: [
    {
      title: 'a command that only looks',
      args: { ...example, command: 'df -P /registry', read_only: true },
      state: { pods: [pod('True')], output: { code: 0, stdout: 'Filesystem …\n', stderr: '' } },
      expect: 'ok',
    },
    {
      title: 'a command that acts',
      args: { ...example, command: ['rm', '-rf', '/registry/tmp'] },
      state: { pods: [pod('True')], output: null },
      expect: 'change',
    },
    { title: 'no such pod', args: { namespace: 'web', pod: 'web-0', command: 'id' }, state: { pods: [], output: null }, expect: 'absent' },
    { title: 'not ready', args: { ...example, command: 'id' }, state: { pods: [pod('False')], output: null }, expect: 'failed' },
  ],
  reads: (given) => [readBy({ kind: 'Pod', namespace: given.namespace, ...(given.pod === undefined ? {} : { name: given.pod }) })],
  async read(given, io): Promise<State> {
    if (problemOf(given) !== undefined) return { pods: [], output: null };
    const labelSelector = joined(given.label_selectors);
    const query = { apiVersion: 'v1', kind: 'Pod', namespace: given.namespace };
    const one = given.pod === undefined ? undefined : await io.get({ ...query, name: given.pod });
    const pods =
      given.pod === undefined ? await io.list({ ...query, ...(labelSelector === undefined ? {} : { labelSelector }) }) : one ? [one] : [];
    const place = placeOf(given, pods);
    const argv = argvOf(given);
    if (!given.read_only || 'problem' in place || 'problem' in argv) return { pods, output: null };
    return { pods, output: await io.probeExec(place.ref, place.container, argv) };
  },
  decide(given, state) {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    if (state.pods.length === 0) return nowhere(given);
    const place = placeOf(given, state.pods);
    if ('problem' in place) return failed(place.problem, { hint: 'wait for it first: wait_for with k8s' });
    const argv = argvOf(given) as Argv;
    if (state.output) return answered(argv, place.ref, state.output);
    const summary = `run "${argv.join(' ')}" in pod ${place.ref.namespace}/${place.ref.name}`;
    const run: Change = { op: 'run', summary, before: null, after: { command: [...argv] }, steps: [{ do: 'kube.exec', ...place, argv }] };
    return { is: 'change', change: run };
  },
  result: (_, outputs) => resultOf(outputs.at(-1) ?? { code: 0, stdout: '', stderr: '' }),
});

function problemOf(given: Args): string | undefined {
  if ((given.pod === undefined) === !given.label_selectors?.length) return 'say which pod: give pod or label_selectors';
  const argv = argvOf(given);
  return 'problem' in argv ? argv.problem : undefined;
}

function nowhere(given: Args) {
  const name = given.pod ?? joined(given.label_selectors) ?? '';
  const why =
    given.pod === undefined ? `no pod in ${given.namespace} has the labels ${name}` : `there is no pod ${given.namespace}/${name}`;
  return absent(objectKey({ apiVersion: 'v1', kind: 'Pod', namespace: given.namespace, name }), why);
}

function answered(argv: Argv, ref: KubeRef, output: Output) {
  const result = resultOf(output);
  if (output.code === 0) return ok(result);
  const said = (output.stderr.trim() || output.stdout.trim()).split('\n').at(-1);
  return failed(`"${argv.join(' ')}" in pod ${ref.namespace}/${ref.name}: exit code ${output.code}${said ? `: ${said}` : ''}`, {
    output: result,
  });
}
