/** Takes everything out of a bucket: each version of each object, marks of deletion, uploads that were never completed. */
import type { PbError } from '../../core/diagnostic.ts';
import { isObject, type Json } from '../../core/value.ts';
import type { Answered, Client } from './client.ts';

type Entry = { readonly [name: string]: Json };

/** How many things were deleted. */
export async function emptyBucket(client: Client, bucket: string, signal: AbortSignal): Promise<number> {
  const what = `empty the bucket ${bucket}`;
  let count = 0;
  // Deleted things are not listed again, so that the first page is always the next.
  for (;;) {
    const listed = good(await client.ask({ api: 's3', method: 'GET', bucket, query: { versions: '' } }, signal), what);
    const page = [...entriesOf(listed, 'Version'), ...entriesOf(listed, 'DeleteMarker')];
    for (const entry of page) {
      const version = String(entry['VersionId'] ?? '');
      const query = version === '' ? {} : { query: { versionId: version } };
      good(await client.ask({ api: 's3', method: 'DELETE', bucket, key: String(entry['Key']), ...query }, signal), what);
      count++;
    }
    if (page.length === 0) break;
  }
  for (;;) {
    const listed = good(await client.ask({ api: 's3', method: 'GET', bucket, query: { uploads: '' } }, signal), what);
    const page = entriesOf(listed, 'Upload');
    for (const entry of page) {
      const query = { uploadId: String(entry['UploadId']) };
      good(await client.ask({ api: 's3', method: 'DELETE', bucket, key: String(entry['Key']), query }, signal), what);
      count++;
    }
    if (page.length === 0) return count;
  }
}

function good(answer: Answered, what: string): Answered {
  if (answer.status >= 300) throw answer.refusal(what) satisfies PbError;
  return answer;
}

function entriesOf({ body }: Answered, name: string): readonly Entry[] {
  const [result] = Object.values(isObject(body) ? body : {});
  const found = isObject(result) ? (result as Entry)[name] : undefined;
  return [found ?? []].flat() as readonly Entry[];
}
