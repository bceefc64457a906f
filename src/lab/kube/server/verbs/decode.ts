/** From what a client sent to an object of the kind: types, unknown fields, defaults. */
import type { Body } from '../http/body.ts';
import { shortened } from '../http/body.ts';
import { type ApiError, badRequest, invalid, invalidValue } from '../http/status.ts';
import { type Dict, dict, type Obj, text } from '../json.ts';
import { groupVersion, type Resource, splitGroupVersion } from '../kinds/resource.ts';
import { strategyOf } from '../kinds/strategies.ts';
import { DecodeError, decodeBuiltin } from '../schema/decode.ts';
import { applyDefaults, prune } from '../schema/structural.ts';

export interface Decoding {
  readonly validation: 'Strict' | 'Warn' | 'Ignore';
  readonly warnings: string[];
  /** How a mistake is worded: for a body, or for what a patch led to. */
  readonly refuse: (why: string) => ApiError;
}

/** For a body: "ConfigMap in version "v1" cannot be handled as a ConfigMap: …". */
export const bodyRefusal =
  (resource: Resource, given: Dict) =>
  (why: string): ApiError => {
    const kind = text(given['kind']) || resource.kind;
    const version = splitGroupVersion(text(given['apiVersion']) || groupVersion(resource)).version;
    return badRequest(`${kind} in version "${version}" cannot be handled as a ${resource.kind}: ${why}`);
  };

/** For a patch: the whole object is quoted. */
export const patchRefusal =
  (shown: string) =>
  (why: string): ApiError =>
    invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, why)]);

export function decode(resource: Resource, { value, complaints }: Body, decoding: Decoding): Obj {
  const read = resource.custom ? readCustom(resource, value, decoding) : readBuiltin(resource, value, decoding);
  const all = [...complaints, ...read.unknown.map((field) => `unknown field "${field}"`)];
  if (all.length > 0) {
    if (decoding.validation === 'Strict') throw decoding.refuse(`strict decoding error: ${all.join(', ')}`);
    if (decoding.validation === 'Warn') decoding.warnings.push(...all);
  }
  const { apiVersion: _a, kind: _k, metadata, ...rest } = read.value;
  const object: Obj = { apiVersion: groupVersion(resource), kind: resource.kind, metadata: dict(metadata), ...rest };
  if (resource.custom) applyDefaults(resource.schema, object);
  else strategyOf(resource).defaults?.(object);
  return object;
}

/** The object's apiVersion and kind must be the path's; built-in kinds may leave them out. */
export function checkKind(resource: Resource, given: Dict, { sent }: { readonly sent: string }): void {
  const [apiVersion, kind] = [text(given['apiVersion']), text(given['kind'])];
  const wanted = groupVersion(resource);
  const refuse = bodyRefusal(resource, given);
  if (resource.custom) {
    const missing = kind ? (apiVersion ? '' : 'apiVersion') : 'Kind';
    if (missing) {
      throw badRequest(
        `the object provided is unrecognized (must be of type ${resource.kind}): Object '${missing}' is missing in '${sent}' (${shortened(sent)})`,
      );
    }
    if (apiVersion !== wanted)
      throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
    if (kind !== resource.kind) {
      throw invalid({ group: resource.group, kind }, text(dict(given['metadata'])['name']), [
        invalidValue('kind', kind, `must be ${resource.kind}`),
      ]);
    }
    return;
  }
  if ((apiVersion || wanted) === wanted && kind && kind !== resource.kind) {
    throw refuse(
      `converting (${splitGroupVersion(wanted).version}.${kind}) to (${resource.group || 'core'}.${resource.kind}): unknown conversion`,
    );
  }
  if (apiVersion && apiVersion !== wanted) {
    throw refuse(`no kind "${kind || resource.kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`);
  }
}

function readBuiltin(resource: Resource, value: Dict, { refuse }: Decoding): { value: Dict; unknown: readonly string[] } {
  return decoded(() => decodeBuiltin(resource.schema, value), refuse);
}

function readCustom(resource: Resource, value: Dict, { refuse }: Decoding): { value: Dict; unknown: readonly string[] } {
  return decoded(() => prune(resource.schema, value), refuse);
}

function decoded<T>(read: () => T, refuse: Decoding['refuse']): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}
