/** The certificates a TLS server shows, seen from the host, with its openssl. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export interface TlsQuestion {
  readonly host: string;
  readonly port: number;
  /** The name to ask for (SNI); '' for none, as with addresses. */
  readonly name: string;
  /** Seconds. */
  readonly limit: number;
}

export type TlsAnswer = {
  /** PEM, the server's own first; empty where there was no handshake, and `why` says what happened instead. */
  readonly certificates: readonly string[];
  readonly why: string;
  /** OpenSSL's verdict by the authorities of the host: 0 is trusted, and its words: "unable to get local issuer certificate". */
  readonly verdict: { readonly code: number; readonly text: string };
};

const NO_OPENSSL = 240;
/** Of timeout(1). */
const TIME_IS_UP = 124;

const SCRIPT = `command -v openssl >/dev/null || exit ${NO_OPENSSL}
LC_ALL=C; export LC_ALL
limit=; command -v timeout >/dev/null && limit="timeout $4"
exec $limit openssl s_client -connect "$1:$2" \${3:+-servername "$3"} -showcerts </dev/null`;

const WHY =
  /(Connection refused|No route to host|Network is unreachable|timed out|reset by peer|[Nn]ame or service not known|[Tt]emporary failure in name resolution|[Nn]odename nor servname|wrong version number|packet length too long|handshake failure|unrecognized name|alert [a-z ]+|unexpected eof|errno=\d+)/;

export const tls = defineProbe<TlsQuestion, TlsAnswer>({
  name: 'tls',
  argv: ({ host, port, name, limit }) => [
    'sh',
    '-c',
    SCRIPT,
    'sh',
    host.includes(':') ? `[${host}]` : host,
    String(port),
    name,
    String(limit),
  ],
  parse(out, { host, port }) {
    if (out.code === NO_OPENSSL) {
      throw new PbError('exec', `this host has no openssl to look at the certificate of ${host}:${port}`, {
        hint: 'install openssl, or run the task on a host that has it (delegate_to: localhost)',
      });
    }
    const certificates = out.stdout.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    const [, code = '', text = ''] = /Verify return code: (\d+) \((.*)\)/.exec(out.stdout) ?? [];
    if (certificates.length > 0 && code !== '') return { certificates, why: '', verdict: { code: Number(code), text } };
    const why = out.code === TIME_IS_UP ? 'no answer in time' : WHY.exec(out.stderr)?.[0];
    if (why === undefined) {
      throw new PbError('exec', `looking at ${host}:${port}: unrecognised answer of openssl (exit code ${out.code})`, {
        details: { stderr: out.stderr },
      });
    }
    return { certificates: [], why, verdict: { code: -1, text: '' } };
  },
});
