/** Refusals, in the words and with the reasons of kube-apiserver 1.36. */
import { type Dict, known } from '../json.ts';

export interface Cause extends Dict {
  reason: string;
  message: string;
  field: string;
}

export class ApiError extends Error {
  readonly code: number;
  readonly body: Dict;
  readonly retryAfter: number | undefined;

  constructor(code: number, reason: string, message: string, extra: { details?: Dict; retryAfter?: number } = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfter = extra.retryAfter;
    this.body = known({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: reason || undefined,
      details: extra.details,
      code,
    });
  }
}

/** A path that no resource answers to: plain text, as Go's mux writes it. */
export class NoSuchPath extends Error {}

/** What names a resource in a message: `deployments.apps`. */
export interface Named {
  readonly group: string;
  readonly plural: string;
}
export interface NamedKind {
  readonly group: string;
  readonly kind: string;
}

const dotted = (name: string, group: string): string => (group ? `${name}.${group}` : name);
const about = (of: Named, name: string): Dict => known({ name: name || undefined, group: of.group || undefined, kind: of.plural });
const quoted = (of: Named, name: string): string => `${dotted(of.plural, of.group)} "${name}"`;

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');
export const notFound = (of: Named, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${quoted(of, name)} not found`, { details: about(of, name) });
export const noResource = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });
export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} });
export const alreadyExists = (of: Named, name: string, leaving: boolean): ApiError =>
  new ApiError(409, 'AlreadyExists', `${leaving ? 'object is being deleted: ' : ''}${quoted(of, name)} already exists`, {
    details: about(of, name),
  });
export const conflict = (of: Named, name: string, why: string): ApiError =>
  new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${quoted(of, name)}: ${why}`, { details: about(of, name) });
export const modified = (of: Named, name: string): ApiError =>
  conflict(of, name, 'the object has been modified; please apply your changes to the latest version and try again');
export const gone = (message: string): ApiError => new ApiError(410, 'Expired', message);
export const unsupportedMedia = (accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
/** The words of a refusal without a reason: kube-apiserver answers 500 where it did not foresee the mistake. */
export const unforeseen = (message: string): ApiError => new ApiError(500, '', message);
export const internal = (message: string): ApiError =>
  new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { details: { causes: [{ message }] } });

export const forbidden = (of: Named, name: string, why: string, causes?: Cause[]): ApiError =>
  new ApiError(403, 'Forbidden', `${name ? quoted(of, name) : dotted(of.plural, of.group)} is forbidden: ${why}`, {
    details: known({ ...about(of, name), causes }),
  });
export const forbiddenPath = (why: string): ApiError => new ApiError(403, 'Forbidden', `forbidden: ${why}`, { details: {} });

/** 422 with a cause for each field; the message holds each sentence once. */
export function invalid(of: NamedKind, name: string, causes: readonly Cause[]): ApiError {
  const sentences = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const message = `${dotted(of.kind, of.group)} "${name}" is invalid: ${sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`}`;
  const details = known({ name: name || undefined, group: of.group || undefined, kind: of.kind || undefined, causes });
  return new ApiError(422, 'Invalid', message, { details });
}

export const required = (field: string, detail = ''): Cause => cause('Required', field, `Required value${detail && `: ${detail}`}`);
export const invalidValue = (field: string, value: unknown, detail: string): Cause =>
  cause('Invalid', field, `Invalid value: ${shown(value)}: ${detail}`);
export const notSupported = (field: string, value: unknown, supported: readonly string[]): Cause =>
  cause('NotSupported', field, `Unsupported value: ${shown(value)}: supported values: ${supported.map((one) => `"${one}"`).join(', ')}`);
export const forbiddenField = (field: string, detail: string): Cause => cause('Forbidden', field, `Forbidden: ${detail}`);
export const duplicate = (field: string, value: unknown): Cause => cause('Duplicate', field, `Duplicate value: ${shown(value)}`);
export const missingField = (field: string, value: unknown): Cause => cause('NotFound', field, `Not found: ${shown(value)}`);
export const tooLong = (field: string, most: number): Cause => cause('TooLong', field, `Too long: may not be more than ${most} bytes`);
export const tooMany = (field: string, count: number, most: number): Cause =>
  cause('TooMany', field, `Too many: ${count}: must have at most ${most} items`);
export const typeInvalid = (field: string, value: string, detail: string): Cause =>
  cause('TypeInvalid', field, `Invalid value: "${value}": ${detail}`);

const cause = (kind: string, field: string, message: string): Cause => ({ reason: `FieldValue${kind}`, message, field });
const shown = (value: unknown): string => (value === undefined ? 'null' : JSON.stringify(value));
