/** RFC 6902, with the leniency of the API server's library: `replace` of what is not there adds it. */
import jsonpatch, { type Operation } from 'fast-json-patch';
import { ApiError, badRequest } from '../http/status.ts';
import { copy, type Dict, isDict } from '../json.ts';

const rejected = (): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', { details: {} });

export function jsonPatch(target: Dict, patch: unknown): Dict {
  if (!Array.isArray(patch)) {
    const type = isDict(patch) ? 'object' : typeof patch;
    throw badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go value of type []handlers.jsonPatchOp`);
  }
  let document: unknown = copy(target);
  for (const operation of patch as Operation[]) {
    try {
      const lenient =
        operation.op === 'replace' && parentIsMap(document, operation.path) ? { ...operation, op: 'add' as const } : operation;
      document = jsonpatch.applyOperation(document, lenient, true).newDocument;
    } catch {
      throw rejected();
    }
  }
  if (!isDict(document)) throw rejected();
  return document;
}

function parentIsMap(document: unknown, pointer: string): boolean {
  const parent = jsonpatch.getValueByPointer(document as object, pointer.slice(0, pointer.lastIndexOf('/')));
  return isDict(parent);
}
