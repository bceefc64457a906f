/** Which store, as whom: arguments over what the environment says for AWS's own tools. */
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { PbError } from '../../core/diagnostic.ts';
import type { StoreTarget } from '../../core/engine.ts';

export interface Store {
  /** Without a path. */
  readonly endpoint: URL;
  /** Where users and policies are: the same, but for AWS itself, whose IAM has one address and one region for all. */
  readonly iam: { readonly endpoint: URL; readonly region: string };
  readonly region: string;
  readonly access: string;
  readonly secret: string;
  /** PEM of the only authorities trusted; undefined: those of Node, or of the host that asks. */
  readonly ca: string | undefined;
  readonly strict: boolean;
  readonly virtualHosted: boolean;
}

const IAM_OF_AWS = 'https://iam.amazonaws.com';

/** What every server of one's own takes; AWS's default, and the one of its IAM, too. */
const REGION = 'us-east-1';

export async function storeOf(target: StoreTarget, env: NodeJS.ProcessEnv): Promise<Store> {
  const access = target.access_key ?? env['AWS_ACCESS_KEY_ID'] ?? '';
  const secret = target.secret_key ?? env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const missing = [...(access === '' ? ['access_key'] : []), ...(secret === '' ? ['secret_key'] : [])];
  if (missing.length > 0) {
    throw new PbError('args', `the object store wants keys, and ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not given`, {
      hint: 'give access_key and secret_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
    });
  }
  const region = target.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? REGION;
  const given = target.endpoint_url ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const bundle = target.ca_bundle ?? env['AWS_CA_BUNDLE'];
  const iam = target.endpoint_url ?? env['AWS_ENDPOINT_URL_IAM'] ?? env['AWS_ENDPOINT_URL'] ?? IAM_OF_AWS;
  const endpoint = endpointOf(given ?? `https://s3.${region}.amazonaws.com`);
  if (target.virtual_hosted && isIP(endpoint.hostname.replace(/^\[|\]$/g, '')) > 0) {
    throw new PbError('args', `virtual_hosted puts the bucket before the name of the store, and ${endpoint.hostname} is an address`, {
      hint: 'set virtual_hosted: false, or give a name as endpoint_url',
    });
  }
  return {
    endpoint,
    iam: { endpoint: endpointOf(iam), region: iam === IAM_OF_AWS ? REGION : region },
    region,
    access,
    secret,
    ca: bundle ? await bundleOf(bundle) : undefined,
    strict: target.validate_certs ?? true,
    virtualHosted: target.virtual_hosted ?? given === undefined,
  };
}

function endpointOf(text: string): URL {
  const url = URL.parse(text);
  const plain = url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '';
  if (plain) return url;
  throw new PbError('args', `endpoint_url ${text} is no address of an object store`, {
    hint: 'write scheme, name and, where it is not the usual one, the port, without a path: https://s3.example.com:9000',
  });
}

async function bundleOf(given: string): Promise<string> {
  const text = given.includes('-----BEGIN') ? given : await fileOf(given);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new PbError('args', `ca_bundle ${given.includes('\n') ? 'is text that' : given} holds no certificate in PEM form`, {
    hint: 'it must hold the certificates of the authorities to trust, each between BEGIN CERTIFICATE and END CERTIFICATE',
  });
}

async function fileOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new PbError('args', `ca_bundle ${path} cannot be read: ${(error as Error).message}`, {
      hint: 'give the path of a file on this machine, or the certificates themselves',
      cause: error,
    });
  }
}
