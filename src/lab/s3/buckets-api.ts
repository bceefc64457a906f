/** Buckets and objects of the lab's store, as MinIO answers. */
import { createHash, randomUUID } from 'node:crypto';
import { type Call, escaped, type Refusal, type Reply, refuse } from './answer.ts';
import type { Action } from './rights.ts';
import { type Bucket, newBucket, type StoreWorld } from './world.ts';

/** What each setting is, where none was put. */
const UNSET: { readonly [name: string]: string | Refusal } = {
  versioning: '<VersioningConfiguration></VersioningConfiguration>',
  tagging: refuse('NoSuchTagSet'),
  policy: refuse('NoSuchBucketPolicy'),
  lifecycle: refuse('NoSuchLifecycleConfiguration'),
};
const SETTINGS = Object.keys(UNSET);
const UNKNOWN = ['publicAccessBlock', 'ownershipControls'];

const split = (path: string): { readonly bucket: string; readonly key: string } => {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
};

/** The right it takes. */
export function actionOf({ method, path, query }: Call): Action {
  const { bucket, key } = split(path);
  if (bucket === '') return { action: 's3:ListAllMyBuckets' };
  if (key !== '') {
    const verb = { GET: 'GetObject', HEAD: 'GetObject', DELETE: query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject' }[method];
    return { action: `s3:${verb ?? 'PutObject'}`, on: `${bucket}/${key}` };
  }
  const setting = SETTINGS.find((name) => query.has(name));
  if (setting) return { action: `s3:${method === 'GET' ? 'Get' : 'Put'}Bucket${setting}`, on: bucket };
  if (query.has('uploads')) return { action: 's3:ListBucketMultipartUploads', on: bucket };
  return { action: `s3:${{ PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method] ?? 'ListBucket'}`, on: bucket };
}

export function bucketsApi(call: Call, { buckets }: StoreWorld): Reply | Refusal {
  const { bucket: name, key } = split(call.path);
  if (name === '')
    return xml(
      'ListAllMyBucketsResult',
      `<Buckets>${[...buckets.keys()].map((one) => `<Bucket><Name>${one}</Name></Bucket>`).join('')}</Buckets>`,
    );
  if (UNKNOWN.some((one) => call.query.has(one))) return refuse('NotImplemented');
  const bucket = buckets.get(name);
  const plain = SETTINGS.every((one) => !call.query.has(one));
  if (key === '' && call.method === 'PUT' && plain) {
    if (bucket) return refuse('BucketAlreadyOwnedByYou');
    buckets.set(name, newBucket());
    return { status: 200 };
  }
  if (!bucket) return refuse('NoSuchBucket');
  if (key !== '') return objectApi(call, bucket, key);
  const setting = SETTINGS.find((one) => call.query.has(one));
  if (setting) return settingApi(call, bucket, setting);
  if (call.method === 'HEAD') return { status: 200 };
  if (call.method === 'DELETE') {
    if (bucket.objects.size > 0) return refuse('BucketNotEmpty');
    buckets.delete(name);
    return { status: 204 };
  }
  return listing(call, bucket);
}

function settingApi({ method, body }: Call, bucket: Bucket, setting: string): Reply | Refusal {
  if (method === 'PUT') bucket.settings.set(setting, body.toString());
  else if (method === 'DELETE') bucket.settings.delete(setting);
  else {
    const found = bucket.settings.get(setting) ?? UNSET[setting] ?? '';
    return typeof found === 'string' ? { status: 200, body: found } : found;
  }
  return { status: method === 'PUT' ? 200 : 204 };
}

function listing({ query }: Call, { objects, uploads }: Bucket): Reply {
  const most = Number(query.get('max-keys') ?? 1000);
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? ''))
    .sort()
    .slice(0, most);
  const of = (tag: string): string => keys.map((key) => `<${tag}><Key>${escaped(key)}</Key></${tag}>`).join('');
  if (query.has('versions')) return xml('ListVersionsResult', of('Version'));
  if (!query.has('uploads')) return xml('ListBucketResult', of('Contents'));
  const open = [...uploads].map(([id, { key }]) => `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></Upload>`);
  return xml('ListMultipartUploadsResult', open.join(''));
}

function objectApi({ method, query, body }: Call, { objects, uploads }: Bucket, key: string): Reply | Refusal {
  if (method === 'POST' && query.has('uploads')) {
    const id = randomUUID();
    uploads.set(id, { key, parts: new Map() });
    return xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`);
  }
  const id = query.get('uploadId');
  const upload = id === null ? undefined : uploads.get(id);
  if (id !== null && upload?.key !== key) return refuse('NoSuchUpload');
  const found = objects.get(key);
  switch (method) {
    case 'PUT':
      if (upload) upload.parts.set(Number(query.get('partNumber')), body);
      else objects.set(key, body);
      return { status: 200, headers: { etag: etag(body) } };
    case 'POST': {
      const parts = [...(upload?.parts ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
      objects.set(key, Buffer.concat(parts));
      uploads.delete(id ?? '');
      return xml('CompleteMultipartUploadResult', `<Key>${escaped(key)}</Key>`);
    }
    case 'DELETE':
      if (upload) uploads.delete(id ?? '');
      else objects.delete(key);
      return { status: 204 };
    default:
      return found ? { status: 200, headers: { etag: etag(found) }, body: found } : refuse('NoSuchKey');
  }
}

const etag = (content: Buffer): string => `"${createHash('md5').update(content).digest('hex')}"`;
const xml = (tag: string, inner: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<${tag}>${inner}</${tag}>`,
});
