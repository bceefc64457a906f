/** Requests as somebody else (`kubectl --as`): who may do that, and who the request is from then on. */
import type { Api } from '../api.ts';
import { type Call, header } from '../http/call.ts';
import { badRequest, forbidden, forbiddenPath } from '../http/status.ts';
import { refusal } from './authorizer.ts';
import type { User } from './users.ts';

/** The call as the user that its headers name; throws 403 for who may not be another. */
export function impersonated(api: Api, call: Call): Call {
  const name = header(call, 'impersonate-user');
  const groups = header(call, 'impersonate-group').split(/,\s*/).filter(Boolean);
  if (!name && groups.length === 0) return call;
  if (!name) {
    const list = `[]string{${groups.map((one) => JSON.stringify(one)).join(', ')}}`;
    const shown = `&user.DefaultInfo{Name:"", UID:"", Groups:${list}, Extra:map[string][]string(nil)}`;
    throw badRequest(`requested ${shown} without impersonating a user name`);
  }
  const isAllowed = (resource: string, one: string): boolean =>
    api.authorizer.allows(call.user, { verb: 'impersonate', group: '', resource, subresource: '', namespace: '', name: one });
  if (!isAllowed('users', name) || !groups.every((one) => isAllowed('groups', one))) throw refused(call);
  return { ...call, user: { name, groups: groupsOf(name, groups) } satisfies User };
}

/** The real server first asks whether this user may do just this as another. */
function refused({ user, verb, target, path }: Call): Error {
  const asked = `impersonate-on:user-info:${verb}`;
  if (!target) return forbiddenPath(`User "${user.name}" cannot ${asked} path "${path}"`);
  const { group, plural, subresource, namespace, name } = target;
  return forbidden(target, name, refusal(user, { verb: asked, group, resource: plural, subresource, namespace, name }));
}

function groupsOf(name: string, given: readonly string[]): readonly string[] {
  const [, , namespace] = name.startsWith('system:serviceaccount:') ? name.split(':') : [];
  const account = namespace === undefined || given.length > 0 ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return [...new Set([...given, ...account, name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'])];
}
