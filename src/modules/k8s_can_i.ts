/** Whether the cluster lets one do what is going to be done. */
import type { Decision, KubeReader } from '../core/module.ts';
import { args, defineModule, failed, flag, json, listOf, ok, optional, text } from './define.ts';
import { type Access, type Answer, accessName, answerJson, ask, remedy, whoAmI } from './kube/access.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { KIND_REMEDY, readBy } from './kube/keys.ts';

interface Wanted {
  readonly api_version?: string;
  readonly kind?: string;
  readonly resource?: string;
  readonly verbs: readonly string[];
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}
interface Args {
  readonly access: readonly Wanted[];
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly required: boolean;
}
interface State {
  readonly answers: readonly Answer[];
  /** Kinds the cluster does not serve: "local.storage.openshift.io/v1 LocalVolume". */
  readonly unserved: readonly string[];
  /** Who was asked about: a name of a user, or of a group. */
  readonly who: string;
}

const string = { type: 'string', minLength: 1 };
const yes: Answer = { verb: 'patch', group: 'config.openshift.io', resource: 'oauths', name: 'cluster', allowed: true, why: '' };
const no: Answer = { verb: 'create', group: '', resource: 'secrets', namespace: 'openshift-config', allowed: false, why: '' };
const oauth = { api_version: 'config.openshift.io/v1', kind: 'OAuth', name: 'cluster', verbs: ['patch'] };
const secret = { kind: 'Secret', namespace: 'openshift-config', verbs: ['create'] };

export const k8sCanI = defineModule({
  name: 'k8s_can_i',
  target: 'cluster',
  effect: 'converge',
  access: () => [],
  summary: 'Ask the cluster whether one may do what is going to be done',
  notes: [
    'It asks and changes nothing. Without user and groups it asks about oneself.',
    'pb doctor asks for everything that a playbook needs.',
    'With required: false what is missing is no failure: allowed says it.',
  ],
  args: args({
    ...clusterArgs,
    access: listOf(
      json<Wanted>('What is going to be done', {
        type: 'object',
        required: ['verbs'],
        additionalProperties: false,
        properties: {
          api_version: string,
          kind: string,
          resource: string,
          verbs: { type: 'array', minItems: 1, items: string },
          subresource: string,
          namespace: string,
          name: string,
        },
      }),
      'What is going to be done: verbs, and the objects as api_version and kind (or resource: deployments.apps), namespace, name, subresource',
      { minItems: 1 },
    ),
    user: optional(text('Ask about this user instead of oneself')),
    groups: optional(listOf(text('Group'), 'Ask about members of these groups')),
    required: flag('Fail where something is not allowed', true),
  }),
  argAliases: clusterArgAliases,
  examples: [
    { title: 'all of it is allowed', args: { access: [oauth] }, state: { answers: [yes], unserved: [], who: 'admin' }, expect: 'ok' },
    {
      title: 'something is not',
      args: { access: [oauth, secret] },
      state: { answers: [yes, no], unserved: [], who: 'ops' },
      expect: 'failed',
    },
    {
      title: 'only asked',
      args: { access: [secret], user: 'user1', required: false },
      state: { answers: [no], unserved: [], who: 'user1' },
      expect: 'ok',
    },
    {
      title: 'neither kind nor resource',
      args: { access: [{ verbs: ['get'] }] },
      state: { answers: [], unserved: [], who: 'ops' },
      expect: 'failed',
    },
  ],
  // Roles that an earlier task would give count already.
  reads: () =>
    ['ClusterRoleBinding', 'RoleBinding', 'ClusterRole', 'Role'].map((kind) =>
      readBy({ api_version: 'rbac.authorization.k8s.io/v1', kind }),
    ),
  async read(given, io): Promise<State> {
    const subject = subjectOf(given);
    const who = given.user ?? given.groups?.[0];
    if (problemOf(given) !== undefined) return { answers: [], unserved: [], who: who ?? '' };
    const found = await Promise.all(given.access.map((wanted) => accessOf(wanted, io)));
    const asked = found.flatMap((access) => (typeof access === 'string' ? [] : access));
    const answers = await Promise.all(asked.map((access) => ask(access, io, subject)));
    return { answers, unserved: found.filter((access) => typeof access === 'string'), who: who ?? (await whoAmI(io)) };
  },
  decide(given, { answers, unserved, who }): Decision {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    if (unserved.length > 0 && given.required) return failed(`the cluster does not serve ${unserved.join(', ')}`, { hint: KIND_REMEDY });
    const missing = answers.filter(({ allowed }) => !allowed);
    const output = { allowed: missing.length === 0 && unserved.length === 0, who, answers: answers.map(answerJson), unserved };
    if (missing.length === 0 || !given.required) return ok(output);
    const kind = given.user === undefined && given.groups !== undefined ? 'group' : 'user';
    return failed(`${kind} ${who} may not ${missing.map(accessName).join('; ')}`, {
      hint: `an administrator can allow it: ${remedy(missing, { kind, name: who }).join(' && ')}`,
      output,
    });
  },
});

const subjectOf = ({ user, groups }: Args) =>
  user === undefined && groups === undefined
    ? undefined
    : { ...(user === undefined ? {} : { user }), ...(groups === undefined ? {} : { groups }) };

function problemOf({ access }: Args): string | undefined {
  const at = access.findIndex(({ kind, resource }) => (kind === undefined) === (resource === undefined));
  return at < 0 ? undefined : `item ${at + 1} of access: say which objects by kind (with api_version) or by resource`;
}

/** One question for each verb; the kind itself where it is not served. */
async function accessOf(wanted: Wanted, io: Pick<KubeReader, 'served'>): Promise<readonly Access[] | string> {
  const { api_version = 'v1', kind, verbs, subresource, namespace, name } = wanted;
  const place = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
  const below = subresource === undefined ? '' : `/${subresource}`;
  if (kind === undefined) {
    const [plural = '', ...group] = (wanted.resource ?? '').split('.');
    return verbs.map((verb) => ({ verb, group: group.join('.'), resource: `${plural}${below}`, ...place }));
  }
  const served = await io.served(api_version, kind);
  if (!served) return `${api_version} ${kind}`;
  const [group = '', version] = api_version.split('/');
  return verbs.map((verb) => ({ verb, group: version === undefined ? '' : group, resource: `${served.plural}${below}`, ...place }));
}
