/** The form that a client wants an answer in: the object, its metadata alone, or a table. */
import { type Dict, dict, type Obj } from '../json.ts';
import type { Call } from './call.ts';
import { header } from './call.ts';
import { ApiError } from './status.ts';
import type { TableForm } from './table.ts';

export type Form = { readonly kind: 'object' } | { readonly kind: 'metadata' } | ({ readonly kind: 'table' } & TableForm);

const served = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** Throws 406 when nothing of what is accepted is served. The first that is served is taken; bodies are always JSON. */
export function formOf(call: Call): Form {
  const accepted = header(call, 'accept') || '*/*';
  let hasKnownType = false;
  for (const part of accepted.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((one) => one.trim());
    if (type !== 'application/json' && type !== 'application/*' && type !== '*/*') continue;
    hasKnownType = true;
    const as = parameters.find((one) => one.startsWith('as='))?.slice('as='.length);
    if (as === undefined) return { kind: 'object' };
    if (as === 'Table') return { kind: 'table', includeObject: call.query.get('includeObject') || 'Metadata', now: new Date() };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { kind: 'metadata' };
  }
  throw notAcceptable(hasKnownType);
}

function notAcceptable(hasKnownType: boolean): ApiError {
  if (hasKnownType) return new ApiError(406, 'NotAcceptable', `only the following media types are accepted: ${served.join(', ')}`);
  const all = [...served, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
  return new ApiError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${all.join(', ')}`, { details: {} });
}

export const partial = (object: Obj): Dict => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: dict(object.metadata),
});
