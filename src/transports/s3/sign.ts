/** Requests with their signature (AWS Signature Version 4), as every S3 server wants them, and IAM. */
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { Sent } from './send.ts';

export interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

export interface Signature {
  readonly access: string;
  readonly secret: string;
  readonly region: string;
  readonly service: 's3' | 'iam';
  /** ms since the epoch; the store compares it with its own clock. */
  readonly at: number;
}

export async function signed(request: Unsigned, { access, secret, region, service, at }: Signature): Promise<Sent> {
  const sum = createHash('sha256').update(request.body).digest('hex');
  const signer = new AwsV4Signer({
    method: request.method,
    url: request.url.href,
    headers: { ...request.headers, 'x-amz-content-sha256': sum },
    accessKeyId: access,
    secretAccessKey: secret,
    service,
    region,
    datetime: new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const { method, url, headers } = await signer.sign();
  return { method, url, headers: Object.fromEntries(headers), body: request.body };
}
