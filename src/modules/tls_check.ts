/** The certificate a server shows, and whether those will trust it who are given a bundle of authorities. */
import { isIP } from 'node:net';
import type { Decision } from '../core/module.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { type TlsAnswer, tls } from '../probes/tls.ts';
import { args, defineModule, failed, integer, ok, optional, text } from './define.ts';
import { certificatesIn, daysLeft, follow, isSelfSigned, named, namesOf } from './tls/chain.ts';
import { exampleChain } from './tls/example.ts';
import { problemsOf } from './tls/problems.ts';

type State = {
  readonly answer: TlsAnswer;
  /** PEM of the bundle; null for the host's own authorities. */
  readonly bundle: string | null;
  /** ms since the epoch. */
  readonly now: number;
};

const seen: State = {
  answer: { certificates: [exampleChain.server], why: '', verdict: { code: 20, text: 'unable to get local issuer certificate' } },
  bundle: exampleChain.authority,
  now: exampleChain.now,
};

export const tlsCheck = defineModule({
  name: 'tls_check',
  target: 'host',
  effect: 'converge',
  summary: 'Check a server’s certificate: chain, names, expiry, and the bundle that shall vouch for it',
  notes: [
    'The task’s host looks, with openssl: run it on a node to see what a node sees, and with delegate_to: localhost what the controller sees.',
    'It changes nothing. Every problem is told at once, each with what to do; the result has the chain, and as ca what to put into a bundle.',
    'Trust is judged as Go’s programs do it (the registry, its operators): names of the certificate count, its common name does not.',
  ],
  args: args({
    host: text('Name or address of the server', { pattern: '^[^\\s/]+$' }),
    port: integer('Port', { default: 443, minimum: 1, maximum: 65535 }),
    server_name: optional(text('The name clients use, where it is not host: a route’s, behind a load balancer’s address')),
    ca: optional(text('The bundle that shall vouch for it: PEM text, or a file of the controller; else the host’s own authorities')),
    min_days: integer('How many days it has to be valid still', { default: 7, minimum: 0 }),
    timeout: integer('Seconds', { default: 15, minimum: 1 }),
  }),
  argAliases: { ca_bundle: 'ca', name: 'server_name' },
  examples: [
    { title: 'the bundle is right', args: { host: 's3.lab', port: 9000, ca: '/etc/pki/lab.crt' }, state: seen, expect: 'ok' },
    {
      title: 'the bundle is another’s',
      args: { host: 's3.lab', port: 9000, ca: '/etc/pki/other.crt' },
      state: { ...seen, bundle: exampleChain.other },
      expect: 'failed',
    },
    { title: 'for another name', args: { host: 'minio.lab', port: 9000, ca: '/etc/pki/lab.crt' }, state: seen, expect: 'failed' },
    {
      title: 'nobody answers',
      args: { host: 's3.lab' },
      state: { ...seen, answer: { certificates: [], why: 'Connection refused', verdict: { code: -1, text: '' } } },
      expect: 'failed',
    },
  ],
  timeoutMs: ({ timeout }) => timeout * 1000 + 60_000,
  async read(given, io): Promise<State> {
    const { host, port, timeout: limit } = given;
    const name = nameOf(given);
    const file = given.ca === undefined || given.ca.includes('-----BEGIN') ? undefined : await io.files.find('files', given.ca);
    const bundle = file === undefined ? (given.ca ?? null) : Buffer.from(await io.files.read(file)).toString();
    return { answer: await io.ask(tls, { host, port, name: isIP(name) ? '' : name, limit }), bundle, now: io.now() };
  },
  decide(given, { answer, bundle, now }): Decision<JsonObject> {
    const where = `${given.host}:${given.port}`;
    const sent = certificatesIn(answer.certificates.join('\n'));
    if (sent.length === 0) return failed(`${where} shows no certificate: ${answer.why}`, { hint: hintFor(answer.why) });
    const trusted = certificatesIn(bundle ?? '');
    const chain = follow(sent, trusted);
    const trust = bundle === null ? answer.verdict : { bundle: trusted.map(({ subject }) => named(subject)) };
    const problems = problemsOf(chain, { name: nameOf(given), minDays: given.min_days, now, trust });
    const top = chain.anchor ?? chain.links.at(-1) ?? chain.leaf;
    const output: JsonObject = {
      subject: named(chain.leaf.subject),
      issuer: named(chain.leaf.issuer),
      names: namesOf(chain.leaf),
      not_before: new Date(chain.leaf.validFrom).toISOString(),
      not_after: new Date(chain.leaf.validTo).toISOString(),
      days_left: daysLeft(chain.leaf, now),
      self_signed: isSelfSigned(chain.leaf),
      chain: chain.links.map((one): Json => ({ subject: named(one.subject), issuer: named(one.issuer), days_left: daysLeft(one, now) })),
      trusted: bundle === null ? answer.verdict.code === 0 : chain.anchor !== undefined,
      ca: isSelfSigned(top) || chain.anchor ? top.toString() : null,
      problems: problems.map(({ why }) => why),
    };
    if (problems.length === 0) return ok(output);
    const why = `${where}: ${problems.map((one) => one.why).join('; ')}`;
    return failed(why, { hint: [...new Set(problems.map(({ hint }) => hint))].join('; '), output });
  },
});

const nameOf = ({ host, server_name }: { readonly host: string; readonly server_name?: string }): string => server_name ?? host;

function hintFor(why: string): string {
  if (/version number|packet length|unexpected eof/.test(why)) return 'this port does not speak TLS: check it, or use http';
  if (/not known|resolution|nodename/i.test(why)) return 'check the name, and the resolver of this host';
  if (/refused/.test(why)) return 'check the port, and whether the server is running';
  if (/unrecognized name|alert/.test(why)) return 'the server knows no such name: check server_name';
  return 'check the network between this host and the server: a firewall may drop what is sent';
}
