/** An HTTP request, as the host's curl makes it: its words, and what its answer means. As a probe for methods that only look. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';

export interface Request {
  readonly url: string;
  readonly method: string;
  /** "Name: value" */
  readonly headers: readonly string[];
  /** Seconds for the whole request. */
  readonly timeout: number;
  /** Whether the certificate has to be valid. */
  readonly strict: boolean;
  readonly follow: boolean;
  /** Where the body comes from: curl's "@-" (stdin) or "@/path". */
  readonly body?: string;
  /** curl's own words for the rest: proxies, certificates, who asks. */
  readonly options: readonly string[];
}

export type Answer = {
  /** -1: no HTTP answer at all, and `why` says what happened instead. */
  readonly status: number;
  readonly why: string;
  /** The reason phrase; '' over HTTP/2. */
  readonly reason: string;
  /** After redirects. */
  readonly url: string;
  readonly redirected: boolean;
  /** Whole seconds. */
  readonly elapsed: number;
  /** Names in lower case; several of one name joined with ", ". */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

/** Exit code for a host without curl; curl's own end at 101. */
export const NO_CURL = 240;

// After the body: status, bytes of headers, redirects, seconds, the last URL.
const FORMAT = '\\n%{http_code} %{size_header} %{num_redirects} %{time_total} %{url_effective}\\n';
const TRAILER = /\n(\d{3}) (\d+) (\d+) ([\d.]+) (.*)\n$/;

/** `into`: a file for the body; without it the body follows the headers on stdout. Null: it is thrown away. */
export function curlWords(request: Request, into?: string | null): readonly string[] {
  const { method, body } = request;
  const place = into === undefined ? ['-i'] : ['-D', '-', '-o', into ?? '/dev/null'];
  // With a body curl posts by itself, and turns to GET where a redirect asks for it.
  const verb = method === 'HEAD' ? ['-I'] : method === 'GET' && body === undefined ? [] : method === 'POST' && body ? [] : ['-X', method];
  return [
    ...['-gsS', ...place, '--suppress-connect-headers', '-m', String(request.timeout), '-w', FORMAT],
    ...verb,
    ...(body === undefined ? [] : ['--data-binary', body]),
    ...(request.follow ? ['-L', '--max-redirs', '10'] : []),
    ...(request.strict ? [] : ['-k']),
    ...request.options,
    ...request.headers.flatMap((header) => ['-H', header]),
    ...['--', request.url],
  ];
}

/** `discard`: the body is of no interest. */
export const request = defineProbe<{ readonly request: Request; readonly discard: boolean }, Answer>({
  name: 'request',
  argv: ({ request: asked, discard }) => {
    const script = `command -v curl >/dev/null || exit ${NO_CURL}; LC_ALL=C exec curl "$@"`;
    return ['sh', '-c', script, 'sh', ...curlWords(asked, discard ? null : undefined)];
  },
  parse: (out, { request: asked }) => answerOf(out, asked.url),
});

/** Throws PbError 'exec' where curl is missing or says something nobody expects. */
export function answerOf(out: Output, url: string): Answer {
  if (out.code === NO_CURL) {
    throw new PbError('exec', `this host has no curl to ask ${url}`, {
      hint: 'install curl, or delegate the task to a host that has it (delegate_to: localhost)',
    });
  }
  const trailer = TRAILER.exec(out.stdout);
  if (!trailer) throw new PbError('exec', `asking ${url}: unrecognised answer (exit code ${out.code}): ${out.stderr.trim()}`);
  const [, code = '', size = '', redirects = '', seconds = '', last = ''] = trailer;
  const nobody = code === '000' || (out.code !== 0 && out.code !== 22);
  const bytes = Buffer.from(out.stdout.slice(0, trailer.index));
  const head = bytes.subarray(0, Number(size)).toString('latin1');
  // Every redirect has headers of its own: the last block counts.
  const [first = '', ...lines] = (
    head
      .trim()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? ''
  ).split(/\r?\n/);
  return {
    status: nobody ? -1 : Number(code),
    why: nobody ? (/curl: \(\d+\) (.*)/.exec(out.stderr)?.[1] ?? (out.stderr.trim() || `curl ended with exit code ${out.code}`)) : '',
    reason: /^HTTP\/\S+ \d{3} (.+)$/.exec(first)?.[1] ?? '',
    url: last || url,
    // curl counts a second try with credentials too.
    redirected: redirects !== '0' && last !== url,
    elapsed: Math.floor(Number(seconds)),
    headers: nobody ? {} : headersOf(lines),
    body: nobody ? '' : bytes.subarray(Number(size)).toString(),
  };
}

function headersOf(lines: readonly string[]): { readonly [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const line of lines) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1).trim();
    if (at > 0) found[name] = found[name] === undefined ? value : `${found[name]}, ${value}`;
  }
  return found;
}
