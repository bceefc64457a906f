/** Files and directories to a container, or from it. */
import type { Change, Step } from '../core/change.ts';
import { type KubeObject, type KubeRef, kubeName, refOf } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import { absent, args, change, defineModule, failed, flag, ok, oneOf, optional, text } from './define.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { objectKey, readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { type Fetched, fromPod, lookIn, type Sent, toPod } from './kube/pod-copy.ts';
import { defaultContainer, noSuchContainer } from './kube/pods.ts';

interface Args {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly remote_path: string;
  readonly local_path?: string;
  readonly content?: string;
  readonly state: 'to_pod' | 'from_pod';
  readonly no_preserve: boolean;
}
interface State {
  readonly pod: KubeObject | null;
  readonly problem?: string;
  readonly sent?: readonly Sent[];
  /** null: there is nothing at the remote path. */
  readonly fetched?: readonly Fetched[] | null;
}

const podRef = ({ namespace, pod }: Args): KubeRef => ({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });

const web: KubeObject = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'shop' } },
  spec: { containers: [{ name: 'web' }] },
};
const place = { namespace: 'shop', pod: 'web-1', remote_path: '/etc/web.conf' };
const source = { text: 'on\n', size: 3, sha256: 'aa' };

export const k8sCp = defineModule({
  name: 'k8s_cp',
  aliases: ['kubernetes.core.k8s_cp', 'community.kubernetes.k8s_cp'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => {
    const { name: _, ...pods } = needOf({ ...given, kind: 'Pod' }, ['get']);
    return [pods, { ...pods, verbs: ['get', 'create'], subresource: 'exec' }];
  },
  summary: 'Copy files to a container of a pod, or from it',
  notes: [
    'Files are compared by sha256, and their modes unless no_preserve is set: what is as wanted is not sent. Owners are those of the container’s user.',
    'The container needs sh and sha256sum, no tar. Looking runs in check mode too. Links and empty directories are left out.',
    'A directory goes to a target that does not exist, or that holds nothing but its files; any other target directory gets it by its name.',
  ],
  args: args({
    ...clusterArgs,
    namespace: text('Namespace of the pod'),
    pod: text('Name of the pod'),
    container: optional(text('Name of the container; else the pod’s default, else its first')),
    remote_path: text('File or directory in the container', { minLength: 1 }),
    local_path: optional(
      text('File or directory of the controller, looked for in files/; from_pod: where to, from the playbook on', { minLength: 1 }),
    ),
    content: optional(text('to_pod: what the file shall hold, instead of local_path')),
    state: oneOf(['to_pod', 'from_pod'], 'Which way', { default: 'to_pod' }),
    no_preserve: flag('to_pod: leave the modes of files to the container', false),
  }),
  argAliases: clusterArgAliases,
  examples: [
    {
      title: 'a file is not there',
      args: { ...place, content: 'on\n' },
      state: { pod: web, sent: [{ path: '/etc/web.conf', source, now: null }] },
      expect: 'change',
    },
    {
      title: 'there already',
      args: { ...place, content: 'on\n' },
      state: { pod: web, sent: [{ path: '/etc/web.conf', source, now: { path: '/etc/web.conf', kind: 'file', sha256: 'aa' } }] },
      expect: 'ok',
    },
    {
      title: 'to the controller',
      args: { ...place, state: 'from_pod', local_path: 'web.conf' },
      state: { pod: web, fetched: [{ path: '/etc/web.conf', to: '/srv/site/web.conf', sha256: 'aa', have: null }] },
      expect: 'change',
    },
    {
      title: 'nothing to fetch',
      args: { ...place, state: 'from_pod', local_path: 'web.conf' },
      state: { pod: web, fetched: null },
      expect: 'failed',
    },
    { title: 'no such pod', args: { ...place, content: 'on\n' }, state: { pod: null }, expect: 'absent' },
  ],
  reads: (given) => [readBy({ kind: 'Pod', namespace: given.namespace, name: given.pod })],
  async read(given, io): Promise<State> {
    if (problemOf(given) !== undefined) return { pod: null };
    const pod = (await io.get(podRef(given))) ?? null;
    if (!pod || noSuchContainer(pod, given.container) !== undefined) return { pod };
    const look = lookIn(io, podRef(given), given.container ?? defaultContainer(pod));
    if (given.state === 'from_pod') return { pod, fetched: (await fromPod(given, io.files, look)) ?? null };
    const sent = await toPod(given, io.files, look);
    return 'problem' in sent ? { pod, problem: sent.problem } : { pod, sent };
  },
  decide(given, { pod, problem, sent = [], fetched = [] }): Decision {
    const wrong = problemOf(given) ?? problem;
    if (wrong !== undefined) return failed(wrong, { code: 'args' });
    if (!pod) return absent(objectKey(podRef(given)), `there is no pod ${given.namespace}/${given.pod}`);
    const odd = noSuchContainer(pod, given.container);
    if (odd !== undefined) return failed(odd, { code: 'args' });
    if (fetched === null) return failed(`${given.remote_path} does not exist in ${kubeName(refOf(pod))}`);
    const blocked = sent.find(({ now }) => now !== null && now.kind !== 'file');
    if (blocked) return failed(`${blocked.path} in ${kubeName(refOf(pod))} is no file, and is not replaced by one`);
    const container = given.container ?? defaultContainer(pod);
    const where = { ref: podRef(given), ...(container === undefined ? {} : { container }) };
    const plan = given.state === 'to_pod' ? sending(sent, where) : fetching(fetched, where);
    if (plan) return change(plan);
    const [from, to] =
      given.state === 'to_pod' ? [given.local_path ?? 'content', given.remote_path] : [given.remote_path, given.local_path];
    return ok({ result: `${from} is at ${to}`, files: [...sent.map(({ path }) => path), ...fetched.map((file) => file.to)] });
  },
});

function problemOf({ state, local_path, content }: Args): string | undefined {
  if (state === 'from_pod')
    return local_path === undefined || content !== undefined ? 'from_pod needs local_path, and no content' : undefined;
  return (local_path === undefined) === (content === undefined) ? 'give either local_path or content' : undefined;
}

interface Where {
  readonly ref: KubeRef;
  readonly container?: string;
}

const differs = ({ source: { sha256 }, mode, now }: Sent): boolean =>
  now?.sha256 !== sha256 || (mode !== undefined && now.mode !== undefined && Number.parseInt(mode, 8) !== Number.parseInt(now.mode, 8));

function sending(all: readonly Sent[], where: Where): Change | undefined {
  const [first, ...others] = all.filter(differs);
  if (!first) return undefined;
  const step = ({ path, source: what, mode }: Sent): Step => {
    const common = { do: 'kube.put', ...where, path, sha256: what.sha256, ...(mode === undefined ? {} : { mode }) } as const;
    if ('from' in what) return { ...common, from: what.from };
    return 'base64' in what
      ? { ...common, content: what.base64, encoding: 'base64' }
      : { ...common, content: 'text' in what ? what.text : '' };
  };
  const sides = [first, ...others];
  return {
    op: sides.every(({ now }) => now === null) ? 'create' : 'update',
    summary: `copy ${names(sides.map(({ path }) => path))} to ${kubeName(where.ref)}`,
    before: Object.fromEntries(sides.map(({ path, now }) => [path, now && { sha256: now.sha256 ?? null, mode: now.mode ?? null }])),
    after: Object.fromEntries(
      sides.map(({ path, source: what, mode }) => [path, { sha256: what.sha256, ...(mode === undefined ? {} : { mode }) }]),
    ),
    steps: [step(first), ...others.map(step)],
  };
}

function fetching(all: readonly Fetched[], where: Where): Change | undefined {
  const [first, ...others] = all.filter(({ sha256, have }) => sha256 !== have);
  if (!first) return undefined;
  const step = ({ path, to, sha256 }: Fetched): Step => ({ do: 'kube.fetch', ...where, path, to, sha256 });
  const sides = [first, ...others];
  return {
    op: sides.every(({ have }) => have === null) ? 'create' : 'update',
    summary: `fetch ${names(sides.map(({ path }) => path))} of ${kubeName(where.ref)} to the controller`,
    before: Object.fromEntries(sides.map(({ to, have }) => [to, have && { sha256: have }])),
    after: Object.fromEntries(sides.map(({ to, sha256 }) => [to, { sha256 }])),
    steps: [step(first), ...others.map(step)],
  };
}

const names = (paths: readonly string[]): string =>
  paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
