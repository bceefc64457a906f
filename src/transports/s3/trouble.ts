/** What goes wrong on the way to an object store, and what its refusals mean: cause and remedy. Pure. */
import { PbError } from '../../core/diagnostic.ts';

/** Kinds of trouble before any answer, by the codes of Node and the exit codes of curl. */
const KINDS: { readonly [kind: string]: { readonly codes: RegExp; readonly what: string; readonly hint: string } } = {
  dns: {
    codes: /^(ENOTFOUND|EAI_AGAIN|curl 6)$/,
    what: 'the name is not known',
    hint: 'check endpoint_url and the resolver; where only the name with the bucket before it is unknown, set virtual_hosted: false',
  },
  proxy: {
    codes: /^(curl 5|curl 97)$/,
    what: 'the proxy is not reached',
    hint: 'the host has a proxy in its environment: put the endpoint into no_proxy there',
  },
  refused: {
    codes: /^(ECONNREFUSED|curl 7)$/,
    what: 'the connection is refused',
    hint: 'check the port, and whether the store is running',
  },
  route: {
    codes: /^(EHOSTUNREACH|ENETUNREACH)$/,
    what: 'there is no route to it',
    hint: 'check the network between here and the store',
  },
  silence: {
    codes: /^(ETIMEDOUT|ESOCKETTIMEDOUT|curl 28)$/,
    what: 'no answer came in time',
    hint: 'a firewall may drop what is sent, or the store can be reached through a proxy only',
  },
  untrusted: {
    codes: /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^curl (60|77)$/,
    what: 'its certificate is not trusted (x509)',
    hint: 'give the authority that signed it as ca_bundle; tls_check shows the chain and what to put in',
  },
  tls: {
    codes: /^(EPROTO|curl 35|curl 58)$|^ERR_SSL/,
    what: 'it does not speak TLS as expected',
    hint: 'check whether the port takes https, or http only',
  },
  cut: {
    codes: /^(ECONNRESET|EPIPE|curl 52|curl 55|curl 56)$|^HPE_/,
    what: 'the connection was closed in mid-answer',
    hint: 'a proxy or load balancer in between may not let this request through',
  },
};

const NAMES = /ALTNAME|HOSTNAME_MISMATCH|does not match|no alternative certificate subject name/;
const BAD_SIGNATURE = /asn1 encoding routines|certificate signature failure/;
const EXPIRED = /EXPIRED|expired/;

/** `code`: Node's, or "curl 60". */
export function unreached(code: string, error: { readonly message: string }, url: URL): PbError {
  const said = error.message.split('\n')[0] ?? '';
  // curl calls a signature that does not fit, of an authority with the right name and another key, a failed handshake.
  const found = BAD_SIGNATURE.test(said) ? KINDS['untrusted'] : Object.values(KINDS).find(({ codes }) => codes.test(code));
  const hint = NAMES.test(code + said)
    ? `the certificate is for other names: use one of them as endpoint_url, or have ${url.hostname} put into it`
    : EXPIRED.test(code + said)
      ? 'the certificate has to be renewed at the store; tls_check shows its dates'
      : found?.hint;
  return new PbError('failed', `${url.origin}: ${found ? `${found.what}: ` : ''}${said}`, {
    hint,
    retryable: true,
    details: { trouble: code, kind: Object.keys(KINDS).find((kind) => KINDS[kind] === found) },
    cause: error,
  });
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string };
  /** Of the error: Endpoint, Region. */
  readonly fields: { readonly [name: string]: string };
  /** The beginning of a body that is neither XML nor JSON; else ''. */
  readonly text: string;
}

export interface Asked {
  readonly url: URL;
  readonly region: string;
  readonly access: string;
  /** Of the machine that asked. */
  readonly clockMs: number;
  readonly by: string;
}

const PROXIES = /squid|haproxy|nginx|envoy|bluecoat|zscaler|varnish|apache|cloudflare/i;

/** An answer that no module has a meaning for. `what` was being done. */
export function refusalOf(refusal: Refusal, asked: Asked, what: string): PbError {
  const { status, code, message } = refusal;
  const said = [code, message].filter((part) => part !== '').join(': ') || `HTTP status ${status}`;
  const { text, hint } = meaning(refusal, asked);
  return new PbError('failed', `${what}: ${text ?? said} (${status}${text && code ? ` ${code}` : ''})`, {
    hint,
    retryable: [429, 500, 502, 503, 504].includes(status),
    details: { status, code, said: message },
  });
}

/** What servers say on a TLS port to who does not speak TLS: Go's (MinIO), nginx, Apache. */
const WANTS_TLS =
  /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port/i;

function meaning(refusal: Refusal, asked: Asked): { readonly text?: string; readonly hint?: string } {
  const { status, code, headers, fields } = refusal;
  if (WANTS_TLS.test(refusal.text)) {
    const { host } = asked.url;
    return { text: `${host} speaks TLS, and was asked without it`, hint: `set endpoint_url to https://${host}` };
  }
  if (code === '' && isStranger(refusal)) {
    const who = headers['via'] ?? headers['server'];
    return {
      text: `this answer is not the store's${who ? ` but of "${who}"` : ''}`,
      hint: 'a proxy or router stands in between: put the endpoint into no_proxy, and check that endpoint_url is the S3 port and no console',
    };
  }
  switch (code) {
    case 'InvalidAccessKeyId':
    case 'InvalidClientTokenId':
      return { text: `the store knows no access key ${asked.access}`, hint: 'check access_key; s3_user makes a user with one' };
    case 'SignatureDoesNotMatch':
      return {
        text: `the secret key is not that of ${asked.access}`,
        hint: 'check secret_key (a trailing newline counts), and that nothing in between rewrites Host or path',
      };
    case 'AccessDenied':
    case 'AllAccessDisabled':
      return {
        text: `${asked.access} may not do this`,
        hint: 'attach a policy that allows it (s3_policy, and policies of s3_user); the registry needs to list the bucket and to get, put and delete in it, and to see to its uploads in parts',
      };
    case 'NoSuchBucket':
      return { text: 'there is no such bucket', hint: 's3_bucket makes one; on ODF an ObjectBucketClaim does, under a name it chooses' };
    case 'RequestTimeTooSkewed':
    case 'RequestExpired':
      return skewed(headers['date'], asked);
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return {
        text: `the region ${asked.region} is not the store's`,
        hint: fields['Region'] ? `set region: ${fields['Region']}` : 'set region to the one the store was given; most take us-east-1',
      };
    case 'PermanentRedirect':
    case 'TemporaryRedirect':
      return redirected(fields['Endpoint'] ?? headers['location']);
    case 'SlowDown':
      return { hint: 'the store is busy: try again later' };
    case 'XMinioAdminBucketQuotaExceeded':
    case 'XMinioStorageFull':
      return { hint: 'the store has no room left: give it more, or raise the quota of the bucket' };
  }
  if (status >= 300 && status < 400) return redirected(headers['location']);
  if (status === 403) return { hint: 'the keys are known but may not do this, or the clocks differ; attach a policy that allows it' };
  return {};
}

/** Something that no S3 server says: HTML, or a proxy's own answer. */
const isStranger = ({ status, headers }: Refusal): boolean =>
  status === 407 ||
  (headers['content-type'] ?? '').startsWith('text/html') ||
  (status >= 400 && headers['x-amz-request-id'] === undefined && PROXIES.test(headers['via'] ?? headers['server'] ?? ''));

function redirected(to: string | undefined): { readonly text: string; readonly hint: string } {
  return {
    text: `the store sends elsewhere${to ? `: ${to}` : ''}`,
    hint: `set endpoint_url${to ? ` to ${to}` : ' to the address it names'}; a bucket of another region wants that region, and some stores want virtual_hosted: true`,
  };
}

function skewed(date: string | undefined, asked: Asked): { readonly text: string; readonly hint: string } {
  const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
  const theirs = Date.parse(date ?? '');
  const seen = Number.isNaN(theirs)
    ? ''
    : `: ${asked.by} says ${iso(asked.clockMs)}, the store ${iso(theirs)}, ${apart(asked.clockMs - theirs)} apart`;
  return {
    text: `the clocks differ too much${seen}`,
    hint: 'set the clock that is wrong (chronyc tracking); stores take 15 minutes at most',
  };
}

function apart(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
