/** What a registry does with its bucket, done once with objects of its own: put, read, upload in two parts, delete. */
import { randomBytes } from 'node:crypto';
import { PbError } from '../../core/diagnostic.ts';
import { isObject, type Json } from '../../core/value.ts';
import type { Answered, Client, ObjectRequest } from './client.ts';

/** What went through, in order. */
export interface Probed {
  readonly done: readonly string[];
}

/** The least that S3 takes for any part but the last. */
const PART = 5 * 1024 * 1024;

export async function probeBucket(
  client: Client,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  signal: AbortSignal,
): Promise<Probed> {
  const name = `${prefix}pb-probe-${randomBytes(6).toString('hex')}`;
  const done: string[] = [];
  const left = new Set<string>();
  const act = async (what: string, request: Omit<ObjectRequest, 'bucket'>) => {
    const answer = await client.object({ bucket, ...request }, signal);
    // A store may begin with 200 and tell of the failure in the body.
    if (answer.status >= 300 || (isObject(answer.body) && 'Error' in answer.body)) throw answer.refusal(what);
    done.push(what);
    return answer;
  };
  try {
    const content = randomBytes(1024);
    left.add(name);
    await act(`put ${bucket}/${name}`, { method: 'PUT', key: name, body: content });
    const read = await act(`get ${bucket}/${name}`, { method: 'GET', key: name });
    if (!read.bytes.equals(content)) throw changedContent(`${bucket}/${name}`);
    await upload({ name: `${name}-parts`, left, act, bucket });
    for (const key of left) {
      await act(`delete ${bucket}/${key}`, { method: 'DELETE', key });
      left.delete(key);
    }
    return { done };
  } finally {
    // What stopped it is told already: clearing up is tried once more and no more is said of it.
    for (const key of left) await client.object({ bucket, key, method: 'DELETE' }, signal).catch(() => undefined);
  }
}

interface Upload {
  readonly name: string;
  readonly bucket: string;
  readonly left: Set<string>;
  act(what: string, request: Omit<ObjectRequest, 'bucket'>): Promise<Answered & { readonly bytes: Buffer }>;
}

async function upload({ name: key, bucket, left, act }: Upload): Promise<void> {
  const where = `${bucket}/${key}`;
  const begun = await act(`begin an upload in parts to ${where}`, { method: 'POST', key, query: { uploads: '' } });
  const uploadId = textAt(begun.body, 'InitiateMultipartUploadResult', 'UploadId');
  if (uploadId === undefined) throw new PbError('failed', `begin an upload in parts to ${where}: the answer names no upload`);
  try {
    const bodies = [Buffer.alloc(PART, 1), Buffer.from('the end')];
    const tags: string[] = [];
    for (const [index, body] of bodies.entries()) {
      const query = { partNumber: String(index + 1), uploadId };
      const part = await act(`put part ${index + 1} of ${where}`, { method: 'PUT', key, query, body });
      tags.push(part.headers['etag'] ?? '');
    }
    const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`).join('');
    left.add(key);
    const body = Buffer.from(`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`);
    await act(`complete the upload to ${where}`, { method: 'POST', key, query: { uploadId }, body });
  } catch (error) {
    await act(`abort the upload to ${where}`, { method: 'DELETE', key, query: { uploadId } }).catch(() => undefined);
    throw error;
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const changedContent = (where: string): PbError =>
  new PbError('failed', `get ${where}: what came back is not what was put`, {
    hint: 'something between here and the store changes bodies: a proxy, or a gateway that compresses',
  });

function textAt(body: Json, ...path: readonly string[]): string | undefined {
  let at: Json | undefined = body;
  for (const name of path) at = isObject(at) ? (at as { [name: string]: Json })[name] : undefined;
  return typeof at === 'string' && at !== '' ? at : undefined;
}
