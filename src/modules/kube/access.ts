/** What somebody may do in a cluster: questions for access reviews, and what to do about a no. */
import type { KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

/** One verb on one kind of object, named as rules of roles name it. */
export interface Access {
  readonly verb: string;
  /** '' for the core group. */
  readonly group: string;
  /** The plural, with its subresource: "pods/exec". */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Somebody else than oneself. */
export interface Subject {
  readonly user?: string;
  readonly groups?: readonly string[];
}

export type Answer = Access & { readonly allowed: boolean; readonly why: string };

const AUTHORIZATION = 'authorization.k8s.io/v1';

export async function ask(access: Access, io: Pick<KubeReader, 'review'>, subject?: Subject): Promise<Answer> {
  const { resource: full, ...rest } = access;
  const [resource = '', subresource] = full.split('/');
  const resourceAttributes = { ...rest, resource, ...(subresource === undefined ? {} : { subresource }) };
  const { user, groups } = subject ?? {};
  const spec = {
    resourceAttributes,
    ...(user === undefined ? {} : { user }),
    ...(groups === undefined ? {} : { groups: [...groups] }),
  };
  const status = await io.review(AUTHORIZATION, subject ? 'SubjectAccessReview' : 'SelfSubjectAccessReview', spec);
  const said = [status['reason'], status['evaluationError']].filter((text) => typeof text === 'string' && text !== '');
  return { ...access, allowed: status['allowed'] === true, why: said.join('; ') };
}

/** The name the cluster knows one by. */
export async function whoAmI(io: Pick<KubeReader, 'review'>): Promise<string> {
  const { userInfo } = await io.review('authentication.k8s.io/v1', 'SelfSubjectReview', {});
  const name = isObject(userInfo) ? (userInfo as JsonObject)['username'] : undefined;
  return typeof name === 'string' ? name : 'unknown';
}

/** "pods/exec", "localvolumes.local.storage.openshift.io": as kubectl and oc name it. */
export const resourceName = ({ group, resource }: Access): string => {
  const [plural, sub] = resource.split('/');
  return `${plural}${group === '' ? '' : `.${group}`}${sub === undefined ? '' : `/${sub}`}`;
};

/** "create pods/exec in web", "patch oauths.config.openshift.io cluster" */
export const accessName = (access: Access): string => {
  const place = access.namespace === undefined ? '' : ` in ${access.namespace}`;
  return `${access.verb} ${resourceName(access)}${access.name === undefined ? '' : ` ${access.name}`}${place}`;
};

/** Commands by which an administrator gives what is missing, a role for each place; `to` is "user alice" or "group ops". */
export function remedy(missing: readonly Access[], to: { readonly kind: 'user' | 'group'; readonly name: string }): readonly string[] {
  const places = [...new Set(missing.map(({ namespace }) => namespace))];
  return places.flatMap((namespace) => {
    const here = missing.filter((access) => access.namespace === namespace);
    const verbs = [...new Set(here.map(({ verb }) => verb))].join(',');
    const resources = [...new Set(here.map(resourceName))].join(',');
    const role = 'pb-operator';
    const [what, where] = namespace === undefined ? ['clusterrole', ''] : ['role', ` -n ${namespace}`];
    return [
      `oc create ${what} ${role}${where} --verb=${verbs} --resource=${resources}`,
      namespace === undefined
        ? `oc adm policy add-cluster-role-to-${to.kind} ${role} ${to.name}`
        : `oc adm policy add-role-to-${to.kind} ${role} ${to.name}${where} --role-namespace=${namespace}`,
    ];
  });
}

export const answerJson = ({ verb, group, resource, namespace, name, allowed, why }: Answer): Json => ({
  ...{ verb, group, resource, allowed },
  ...(namespace === undefined ? {} : { namespace }),
  ...(name === undefined ? {} : { name }),
  ...(why === '' ? {} : { reason: why }),
});
