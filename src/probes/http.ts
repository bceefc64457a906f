/** What a URL answers, seen from the host, with curl or wget. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export interface HttpQuestion {
  readonly url: string;
  /** Seconds for the whole request. */
  readonly limit: number;
  /** Whether the certificate has to be valid. */
  readonly strict: boolean;
}

/** `status` null: no HTTP answer at all, and `why` says what happened instead. */
export type HttpAnswer = { readonly status: number | null; readonly why: string; readonly body: string };

// curl ends its output with the status on a line of its own; wget -S tells it on stderr, after the headers of any redirects.
const SCRIPT = `LC_ALL=C; export LC_ALL
if command -v curl >/dev/null; then
  [ "$3" = 1 ] && set -- "$1" "$2" || set -- "$1" "$2" -k
  url=$1 limit=$2; shift 2
  exec curl -gsSL "$@" -m "$limit" -w '\\n%{http_code}' -- "$url"
elif command -v wget >/dev/null; then
  [ "$3" = 1 ] && set -- "$1" "$2" || set -- "$1" "$2" --no-check-certificate
  url=$1 limit=$2; shift 2
  exec wget -q -S -O - -T "$limit" -t 1 --content-on-error "$@" -- "$url"
else exit 9
fi`;

export const http = defineProbe<HttpQuestion, HttpAnswer>({
  name: 'http',
  argv: ({ url, limit, strict }) => ['sh', '-c', SCRIPT, 'sh', url, String(limit), strict ? '1' : '0'],
  parse(out, { url }) {
    if (out.code === 9) {
      throw new PbError('exec', `this host has neither curl nor wget to ask ${url}`, {
        hint: 'install one of them, or delegate the task to a host that has one',
      });
    }
    const why = out.stderr.trim().split('\n').at(-1) ?? '';
    // wget: '  HTTP/1.1 503 Service Unavailable', once per redirect
    const told = [...out.stderr.matchAll(/^ *HTTP\/[\d.]+ (\d{3})/gm)].at(-1)?.[1];
    if (told !== undefined) return { status: Number(told), why: '', body: out.stdout };
    const [, body = '', code] = /^([\s\S]*)\n(\d{3})$/.exec(out.stdout) ?? [];
    if (code !== undefined && code !== '000') return { status: Number(code), why: '', body };
    // Exit codes of curl from 5 (proxy) on and of wget from 4 (network) on: the request was made and nobody answered.
    if (out.code >= 4) return { status: null, why: why || `no answer (exit code ${out.code})`, body: '' };
    throw new PbError('exec', `asking ${url}: unrecognised answer (exit code ${out.code}): ${why}`, { details: { stderr: out.stderr } });
  },
});
