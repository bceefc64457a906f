/** Answers of the lab's store, refusals with the codes of the real ones. */

export interface Call {
  readonly method: string;
  /** Decoded, without the query: "/bucket/a key". */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const REFUSALS = {
  AccessDenied: [403, 'Access Denied.'],
  InvalidAccessKeyId: [403, 'The Access Key Id you provided does not exist in our records.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchUpload: [404, 'The specified multipart upload does not exist.'],
  NoSuchBucketPolicy: [404, 'The bucket policy does not exist'],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchLifecycleConfiguration: [404, 'The lifecycle configuration does not exist'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  BucketAlreadyOwnedByYou: [409, 'Your previous request to create the named bucket succeeded and you already own it.'],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented'],
  XMinioAdminNoSuchUser: [404, 'The specified user does not exist.'],
  XMinioAdminNoSuchPolicy: [404, 'The canned policy does not exist.'],
  NoSuchEntity: [404, 'The user, policy or key cannot be found.'],
  EntityAlreadyExists: [409, 'A user or policy of that name already exists.'],
  DeleteConflict: [409, 'Cannot delete entity, must detach or delete what belongs to it first.'],
  LimitExceeded: [409, 'Cannot exceed the quota of the account.'],
  MalformedPolicyDocument: [400, 'Syntax errors in policy.'],
  InvalidAction: [400, 'Could not find operation for this version.'],
  XMinioAdminInvalidArgument: [400, 'Invalid arguments specified.'],
} as const;

export function refuse(code: keyof typeof REFUSALS): Refusal {
  const [status, message] = REFUSALS[code];
  return { status, code, message };
}

export const isRefusal = (reply: Reply | Refusal): reply is Refusal => 'code' in reply;

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An error as S3 tells it, as MinIO's admin API does, or IAM. */
export function told({ status, code, message }: Refusal, api: 's3' | 'admin' | 'iam'): Reply {
  if (api === 'iam') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`;
    return { status, headers: { 'content-type': 'text/xml' }, body };
  }
  const headers = { 'x-minio-error-code': code, 'x-minio-error-desc': `"${message}"` };
  if (api === 'admin')
    return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ Code: code, Message: message }) };
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return { status, headers: { ...headers, 'content-type': 'application/xml' }, body };
}
