/** Arguments of a request, named as in Ansible, and the request they mean. */
import type { Request } from '../../probes/request.ts';
import { flag, integer, json, listOf, oneOf, optional, text } from '../define.ts';

/** Headers that curl sends to the first host only. */
export const UNREDIRECTED = ['Authorization', 'authorization', 'Cookie', 'cookie'] as const;

export const requestArgs = {
  url: text('Where to: http or https', { pattern: '^(https?|ftp|file)://' }),
  method: text('The method', { default: 'GET', pattern: '^[A-Za-z]+$' }),
  headers: json<{ readonly [name: string]: string | number | boolean }>('Headers of the request', { type: 'object', default: {} }),
  timeout: integer('Seconds for the whole request', { default: 30, minimum: 1 }),
  follow_redirects: oneOf(
    ['all', 'no', 'none', 'safe', 'urllib2', 'yes'],
    'Whether redirects are followed: safe (and urllib2) for GET and HEAD only, all and yes always, none and no never',
    { default: 'safe' },
  ),
  validate_certs: flag('Whether the certificate has to be valid', true),
  ca_path: optional(text('File of the host with the CA certificates to trust')),
  client_cert: optional(text('File of the host with the certificate to show')),
  client_key: optional(text('File of the host with its key')),
  ciphers: optional(listOf(text('Cipher'), 'Ciphers to use, in OpenSSL’s words')),
  url_username: optional(text('User for authentication')),
  url_password: optional(text('Password for authentication')),
  force_basic_auth: flag('Send user and password with the first request already', false),
  http_agent: text('How the client calls itself', { default: 'ansible-httpget' }),
  use_proxy: flag('Whether the proxy of the host’s environment is used', true),
  use_netrc: flag('Take credentials from ~/.netrc of the host', true),
  unix_socket: optional(text('Socket of the host to connect to')),
  decompress: flag('Unpack a compressed answer', true),
  force: flag('Do not take the answer from a cache on the way', false),
  unredirected_headers: listOf(oneOf(UNREDIRECTED, 'Header'), 'Accepted: curl does not send these to another host', { default: [] }),
  use_gssapi: json<false>('Only false: pb does not speak GSSAPI; use command with curl --negotiate', {
    type: 'boolean',
    enum: [false],
    default: false,
  }),
};

export interface RequestArgs {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string | number | boolean };
  readonly timeout: number;
  readonly follow_redirects: 'all' | 'no' | 'none' | 'safe' | 'urllib2' | 'yes';
  readonly validate_certs: boolean;
  readonly ca_path?: string;
  readonly client_cert?: string;
  readonly client_key?: string;
  readonly ciphers?: readonly string[];
  readonly url_username?: string;
  readonly url_password?: string;
  readonly force_basic_auth: boolean;
  readonly http_agent: string;
  readonly use_proxy: boolean;
  readonly use_netrc: boolean;
  readonly unix_socket?: string;
  readonly decompress: boolean;
  readonly force: boolean;
}

/** `body`: curl's "@-" or "@/path", null for none; `type`: its Content-Type, unless the headers name one. */
export function requestOf(given: RequestArgs, body: { readonly body: string | null; readonly type: string | undefined }): Request {
  const named = Object.keys(given.headers).some((name) => name.toLowerCase() === 'content-type');
  // A body of no type is called a form, by curl and by Ansible.
  const type = named || body.type === undefined ? [] : [`Content-Type: ${body.type}`];
  const always = given.follow_redirects === 'all' || given.follow_redirects === 'yes';
  const safe = given.follow_redirects === 'safe' || given.follow_redirects === 'urllib2';
  const method = given.method.toUpperCase();
  const option = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [name, value]);
  return {
    url: given.url,
    method,
    headers: [
      ...Object.entries(given.headers).map(([name, value]) => `${name}: ${value}`),
      ...type,
      ...(given.force ? ['Cache-Control: no-cache'] : []),
    ],
    timeout: given.timeout,
    strict: given.validate_certs,
    follow: always || (safe && (method === 'GET' || method === 'HEAD')),
    ...(body.body === null ? {} : { body: body.body }),
    options: [
      ...['-A', given.http_agent],
      ...option('--cacert', given.ca_path),
      ...option('--cert', given.client_cert),
      ...option('--key', given.client_key),
      ...option('--ciphers', given.ciphers?.join(':')),
      ...option('--unix-socket', given.unix_socket),
      ...(given.url_username === undefined ? [] : ['-u', `${given.url_username}:${given.url_password ?? ''}`]),
      ...(given.url_username === undefined || given.force_basic_auth ? [] : ['--anyauth']),
      ...(given.use_proxy ? [] : ['--noproxy', '*']),
      ...(given.use_netrc && given.url_username === undefined ? ['--netrc-optional'] : []),
      ...(given.decompress ? ['--compressed'] : []),
    ],
  };
}
