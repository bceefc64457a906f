/** Paths that are no resource's: discovery, schemas, health. */
import { type Answer, type Call, header } from '../http/call.ts';
import { methodNotAllowed, NoSuchPath } from '../http/status.ts';
import type { Registry } from '../kinds/registry.ts';
import { aggregated, coreVersions, groupDocument, groupList, resourceList, rootPaths, versionDocument } from './documents.ts';
import { healthAnswer, isHealthPath } from './health.ts';
import { openapiDocument, openapiIndex } from './openapi.ts';
import { openapiVersion2 } from './openapi-v2.ts';

export function pathAnswer(registry: Registry, call: Call): Answer | Promise<Answer> {
  const path = call.path.replace(/(.)\/$/, '$1');
  const [, root = '', group = '', version = '', ...rest] = path.split('/');
  if (call.method !== 'GET' && call.method !== 'HEAD') {
    if (root === 'api' || root === 'apis') throw methodNotAllowed();
    throw new NoSuchPath();
  }
  const ok = (json: unknown): Answer => {
    if (json === undefined) throw new NoSuchPath();
    return { status: 200, json };
  };
  const wantsAll = /apidiscovery\.k8s\.io;v=v2;/.test(header(call, 'accept'));
  const all = (isCore: boolean): Answer => ({
    ...{ status: 200, json: aggregated(registry, isCore) },
    headers: { 'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
  });
  if (isHealthPath(path)) return healthAnswer(path, call);
  if (path === '/') return ok(rootPaths(registry));
  if (path === '/version') return ok(versionDocument());
  if (path === '/api') return wantsAll ? all(true) : ok(coreVersions(header(call, 'host')));
  if (path === '/apis') return wantsAll ? all(false) : ok(groupList(registry));
  if (root === 'api' && !version) return ok(resourceList(registry, '', group));
  if (root === 'apis' && !version) return ok(groupDocument(registry, group));
  if (root === 'apis' && rest.length === 0) return ok(resourceList(registry, group, version));
  if (path === '/openapi/v2') return openapiVersion2(call);
  if (path === '/openapi/v3') return ok(openapiIndex(registry));
  if (root === 'openapi' && group === 'v3') return schemaAnswer(registry, version, rest);
  throw new NoSuchPath();
}

async function schemaAnswer(registry: Registry, root: string, [group = '', version = '']: readonly string[]): Promise<Answer> {
  const document = await (root === 'api' ? openapiDocument(registry, '', group) : openapiDocument(registry, group, version));
  return document ? { status: 200, json: document } : { status: 404, text: '' };
}
