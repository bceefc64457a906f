/** Questions about oneself: what may I do, what are my rules, who am I. And tokens for service accounts. */
import type { Api } from '../api.ts';
import { trackUpdate } from '../apply/ownership.ts';
import type { User } from '../auth/users.ts';
import { readObject } from '../http/body.ts';
import { type Answer, type Call, header, type ResourceCall } from '../http/call.ts';
import { invalid, invalidValue } from '../http/status.ts';
import { at, type Dict, dict, number, type Obj, text, texts, timestamp } from '../json.ts';
import { live, readBody } from './objects.ts';
import { tracking } from './write.ts';

export function reviewAnswer(api: Api, call: ResourceCall): Answer {
  const { resource } = call;
  const { object, options } = readBody(call, 'CreateOptions');
  const owned = trackUpdate(
    undefined,
    object,
    tracking(api, { resource, manager: options.manager, dryRun: true, subresource: '' }, 'Update'),
  );
  const status =
    resource.plural === 'selfsubjectrulesreviews'
      ? rulesStatus(api, call, owned)
      : accessStatus(api, { ...call, user: asked(call, owned) }, owned);
  return { status: 201, json: { ...owned, status } };
}

/** Whose permissions are asked about: one's own, or those that the review names. */
function asked({ user, resource }: ResourceCall, review: Obj): User {
  if (resource.plural === 'selfsubjectaccessreviews') return user;
  const { user: name, groups } = dict(review['spec']);
  if (!text(name) && texts(groups).length === 0)
    throw invalid({ kind: '', group: 'authorization.k8s.io' }, '', [
      invalidValue('spec.user', '', 'at least one of user or group must be specified'),
    ]);
  return { name: text(name), groups: texts(groups) };
}

function accessStatus(api: Api, call: Call, review: Obj): Dict {
  const wanted = at(review, 'spec', 'resourceAttributes');
  const path = at(review, 'spec', 'nonResourceAttributes');
  if ((wanted === undefined) === (path === undefined)) {
    const cause = invalidValue(
      'spec.resourceAttributes',
      undefined,
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
    throw invalid({ kind: '', group: 'authorization.k8s.io' }, '', [cause]);
  }
  if (path !== undefined) return { allowed: api.authorizer.allowsPath(call.user, text(dict(path)['verb']), text(dict(path)['path'])) };
  const { verb, group, resource, subresource, namespace, name } = dict(wanted);
  const attributes = {
    verb: text(verb),
    group: text(group),
    resource: text(resource),
    subresource: text(subresource),
    namespace: text(namespace),
    name: text(name),
  };
  return { allowed: api.authorizer.allows(call.user, attributes) };
}

function rulesStatus(api: Api, call: Call, review: Obj): Dict {
  const rules = api.authorizer.rules(call.user, text(at(review, 'spec', 'namespace')) || 'default');
  const only = (rule: Dict, ...names: string[]): Dict =>
    Object.fromEntries(names.filter((name) => rule[name] !== undefined).map((name) => [name, rule[name]]));
  return {
    resourceRules: rules
      .filter((rule) => rule['resources'] !== undefined)
      .map((rule) => only(rule, 'verbs', 'apiGroups', 'resources', 'resourceNames')),
    nonResourceRules: rules
      .filter((rule) => texts(rule['nonResourceURLs']).length > 0)
      .map((rule) => only(rule, 'verbs', 'nonResourceURLs')),
    incomplete: false,
  };
}

export function selfAnswer(call: Call): Answer {
  const userInfo = { username: call.user.name, groups: call.user.groups };
  return { status: 201, json: { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo } } };
}

const SHORTEST_S = 600;

export function tokenAnswer(api: Api, call: ResourceCall): Answer {
  const account = live(api, call);
  const sent = readObject(call.body, { type: header(call, 'content-type'), kind: 'TokenRequest' }).value;
  const { name = '', namespace = '' } = account.metadata;
  const seconds = number(at(sent, 'spec', 'expirationSeconds'), 3600);
  if (seconds < SHORTEST_S)
    throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
      invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'),
    ]);
  const now = api.now();
  const status = { token: api.tokenFor(namespace, name), expirationTimestamp: timestamp(new Date(now.getTime() + seconds * 1000)) };
  const metadata = { name, namespace, creationTimestamp: timestamp(now) };
  return {
    status: 201,
    json: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata,
      spec: { audiences: ['https://kubernetes.default.svc'], ...dict(sent['spec']), expirationSeconds: seconds },
      status,
    },
  };
}
