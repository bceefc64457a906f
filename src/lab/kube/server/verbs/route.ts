/** From a request to who answers it. */
import type { Api } from '../api.ts';
import { refusal } from '../auth/authorizer.ts';
import { impersonated } from '../auth/impersonate.ts';
import { pathAnswer } from '../discovery/paths.ts';
import { attachRequest, execRequest, portForwardRequest } from '../exec/open.ts';
import type { Answer, Call, ResourceCall, Target } from '../http/call.ts';
import { badRequest, forbidden, forbiddenPath, methodNotAllowed, NoSuchPath, noResource, notFound } from '../http/status.ts';
import { hasSubresource, type Resource } from '../kinds/resource.ts';
import { evict } from './evict.ts';
import { finalize } from './finalize.ts';
import { logAnswer } from './logs.ts';
import { objectAnswer } from './objects.ts';
import { bind } from './pod-parts.ts';
import { reviewAnswer, selfAnswer, tokenAnswer } from './reviews.ts';
import { scaleAnswer } from './scale.ts';

export function route(api: Api, asked: Call): Answer | Promise<Answer> {
  const call = impersonated(api, asked);
  authorize(api, call);
  return call.target ? resourceAnswer(api, call, call.target) : pathAnswer(api.registry, call);
}

/** Throws 403 in the authorizer's words. */
export function authorize(api: Api, { user, verb, path, target }: Call): void {
  if (!target) {
    if (!api.authorizer.allowsPath(user, verb, path)) throw forbiddenPath(`User "${user.name}" cannot ${verb} path "${path}"`);
    return;
  }
  const { group, plural, subresource, name } = target;
  // Asking about a namespace counts as asking in it.
  const namespace = group === '' && plural === 'namespaces' ? name : target.namespace;
  const wanted = { verb, group, resource: plural, subresource, namespace, name };
  if (!api.authorizer.allows(user, wanted)) throw forbidden({ group, plural }, name, refusal(user, wanted));
}

/** The resource that a request is for; throws what the real server answers where there is none. */
export function resourceOf(api: Api, target: Target): Resource {
  const resource = api.registry.find(target.group, target.version, target.plural);
  const isCustom = resource?.custom ?? !api.registry.all.some((one) => one.group === target.group && !one.custom);
  if (!resource || (resource.custom && target.namespace !== '' && !resource.namespaced)) {
    if (isCustom) throw new NoSuchPath();
    throw noResource();
  }
  const { subresource } = target;
  if (subresource && !hasSubresource(resource, subresource)) throw resource.custom ? notFound(resource, target.name) : noResource();
  return resource;
}

function resourceAnswer(api: Api, call: Call, target: Target): Answer {
  if (target.group === 'authentication.k8s.io' && target.plural === 'selfsubjectreviews' && call.verb === 'create') return selfAnswer(call);
  const resource = resourceOf(api, target);
  if (resource.deprecation) call.warnings.push(resource.deprecation);
  const known: ResourceCall = { ...call, target, resource };
  if (resource.namespaced && !target.namespace && call.verb !== 'list' && call.verb !== 'watch') {
    throw resource.custom ? new NoSuchPath() : methodNotAllowed();
  }
  if (target.subresource) return subresourceAnswer(api, known);
  if (!resource.verbs.includes(call.verb) || (call.verb === 'create' && target.name) || (call.verb === 'update' && !target.name))
    throw methodNotAllowed();
  if (resource.group === 'authorization.k8s.io') return reviewAnswer(api, known);
  return objectAnswer(api, known);
}

function subresourceAnswer(api: Api, call: ResourceCall): Answer {
  const { resource, target, verb } = call;
  const declared = resource.subresources.find((one) => one.name === target.subresource);
  if (!declared?.verbs.includes(verb)) throw methodNotAllowed();
  switch (target.subresource) {
    case 'status':
      return objectAnswer(api, call);
    // The part of a status that approvers write.
    case 'approval':
      return objectAnswer(api, { ...call, target: { ...call.target, subresource: 'status' } });
    case 'scale':
      return scaleAnswer(api, call);
    case 'log':
      return logAnswer(api, call);
    case 'eviction':
      return evict(api, call);
    case 'exec':
    case 'attach':
    case 'portforward':
      throw upgradeRequired(api, call);
    case 'binding':
      return bind(api, call);
    case 'token':
      return tokenAnswer(api, call);
    case 'finalize':
      return finalize(api, call);
    default:
      throw noResource();
  }
}

/** A connection into a pod asked for without an upgrade: first what is wrong with the request, then that. */
function upgradeRequired(api: Api, call: ResourceCall): Error {
  const checks: { readonly [subresource: string]: (api: Api, call: ResourceCall) => unknown } = {
    ...{ exec: execRequest, attach: attachRequest, portforward: portForwardRequest },
  };
  checks[call.target.subresource]?.(api, call);
  return badRequest('Upgrade request required');
}
