/** Lists: selectors, pages, versions of the past. */
import type { Api } from '../api.ts';
import type { ResourceCall } from '../http/call.ts';
import { ApiError, badRequest, type Cause, forbiddenField, gone, invalid } from '../http/status.ts';
import { dict, isDict, type Obj, text } from '../json.ts';
import { groupVersion } from '../kinds/resource.ts';
import { matchesFields, parseFieldSelector } from '../store/fields.ts';
import { parseLabelSelector } from '../store/labels.ts';
import { keyOf } from '../store/store.ts';
import { presentItem } from './present.ts';

export type Chosen = (object: Obj) => boolean;

/** What the query's selectors choose. */
export function selection(call: ResourceCall): Chosen {
  const matches = parseLabelSelector(call.query.get('labelSelector') ?? '');
  const terms = parseFieldSelector(call.query.get('fieldSelector') ?? '', call.resource);
  const { namespace } = call.target;
  return (object) =>
    (!namespace || object.metadata.namespace === namespace) && matches(object.metadata.labels ?? {}) && matchesFields(terms, object);
}

/** The number of a resourceVersion; throws in Go's words for what is none. */
export function parseVersion(text: string): number {
  if (!/^\d+$/.test(text))
    throw new Error(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

interface Page {
  readonly objects: readonly Obj[];
  readonly revision: number;
  readonly more: string;
  readonly remaining: number | undefined;
}

export function listPage(api: Api, call: ResourceCall): Page {
  const { resource, target, query } = call;
  const choose = selection(call);
  const limit = limitOf(query.get('limit'));
  const token = query.get('continue') ?? '';
  const { revision, after } = token ? readToken(token) : { revision: versionOf(api, call), after: '' };
  const all =
    revision === api.store.revision
      ? api.store.list(resource.bucket, target.namespace)
      : api.store.listAt(resource.bucket, target.namespace, revision);
  if (!all) {
    throw token
      ? gone(
          'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
        )
      : gone('The resourceVersion for the provided list is too old.');
  }
  const rest = after ? all.filter((one) => keyOf(one) > after) : all;
  const chosen = rest.filter(choose);
  const objects = limit > 0 ? chosen.slice(0, limit) : chosen;
  const last = objects.at(-1);
  const left = chosen.length - objects.length;
  if (left === 0 || !last) return { objects, revision, more: '', remaining: undefined };
  const counted = !query.get('labelSelector') && !query.get('fieldSelector');
  return { objects, revision, more: makeToken(revision, keyOf(last)), remaining: counted ? left : undefined };
}

export function listBody(api: Api, call: ResourceCall): Obj {
  const { resource } = call;
  const { objects, revision, more, remaining } = listPage(api, call);
  const metadata = {
    resourceVersion: String(revision),
    ...(more || resource.custom ? { continue: more } : {}),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
  return { kind: resource.listKind, apiVersion: groupVersion(resource), metadata, items: objects.map((one) => presentItem(resource, one)) };
}

/** Now, unless the query asks for exactly another moment. */
function versionOf(api: Api, { query }: ResourceCall): number {
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const causes: Cause[] = [];
  if (match && !version)
    causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (query.has('sendInitialEvents')) causes.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match === 'Exact' && version === '0')
    causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  if (!version || version === '0') return api.store.revision;
  let wanted: number;
  try {
    wanted = parseVersion(version);
  } catch (error) {
    throw badRequest(`invalid resource version: ${error instanceof Error ? error.message : ''}`);
  }
  checkReached(api, wanted);
  return match === 'Exact' ? wanted : api.store.revision;
}

export function checkReached(api: Api, wanted: number): void {
  if (wanted <= api.store.revision) return;
  const details = { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 };
  throw new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${api.store.revision}`, { details });
}

function limitOf(value: string | null): number {
  if (!value) return 0;
  if (!/^-?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

const makeToken = (rv: number, start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');

function readToken(token: string): { revision: number; after: string } {
  const decoded = Buffer.from(token, 'base64url').toString('utf8');
  try {
    const value: unknown = JSON.parse(decoded);
    if (isDict(value)) return { revision: Number(value['rv']), after: text(dict(value)['start']) };
  } catch {
    // Below: any other text is no token.
  }
  const first = Buffer.from(token, 'base64url').toString('latin1')[0] ?? '';
  throw badRequest(`invalid continue token: continue key is not valid: invalid character '${first}' looking for beginning of value`);
}
