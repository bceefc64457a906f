/** The way to a store from a host: its curl, with everything that is secret on its input, never among its arguments. */
import { PbError } from '../../core/diagnostic.ts';
import type { Raw, Sender, Sent, Trust } from './send.ts';
import { unreached } from './trouble.ts';

/** Runs shell text on the host, with the input on its stdin. */
export type Script = (
  script: string,
  input: Buffer,
  signal: AbortSignal,
) => Promise<{ readonly code: number; readonly stdout: Buffer; readonly stderr: Buffer }>;

/** Exit code for a host without curl; curl's own end at 101. */
const NO_CURL = 240;
const SECONDS = 300;
const CONNECT_SECONDS = 30;

export function curlSender(run: Script, { ca, strict }: Trust): Sender {
  let ahead: number | undefined;
  return {
    name: 'the host',
    async now(signal) {
      // Asked once: the clock of the host is what its programs sign with.
      ahead ??= (await hostTime(run, signal)) - Date.now();
      return Date.now() + ahead;
    },
    async send(sent, signal) {
      const answer = await run(scriptOf(sent, { ca, strict }), sent.body, signal);
      if (answer.code === NO_CURL) {
        throw new PbError('failed', `the host has no curl to ask ${sent.url.origin}`, {
          hint: 'install curl, or run the task on a host that has it (delegate_to: localhost)',
        });
      }
      if (answer.code !== 0) {
        const said = /curl: \(\d+\) (.*)/.exec(answer.stderr.toString())?.[1] ?? answer.stderr.toString().trim();
        throw unreached(`curl ${answer.code}`, { message: said || `curl ended with exit code ${answer.code}` }, sent.url);
      }
      return rawOf(answer.stdout, sent.url);
    },
  };
}

async function hostTime(run: Script, signal: AbortSignal): Promise<number> {
  const { stdout } = await run('date +%s', Buffer.alloc(0), signal);
  const seconds = Number(stdout.toString().trim() || Number.NaN);
  if (Number.isNaN(seconds)) throw new PbError('exec', 'the host does not tell its time (date +%s)');
  return seconds * 1000;
}

/** The words for curl come in a file of its own on descriptor 3, the authorities on 4, the body on stdin. */
function scriptOf(sent: Sent, { ca, strict }: Trust): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const words = [
    'silent',
    'show-error',
    'include',
    'globoff',
    'path-as-is',
    'suppress-connect-headers',
    `max-time = ${SECONDS}`,
    `connect-timeout = ${CONNECT_SECONDS}`,
    ...(sent.method === 'HEAD' ? ['head'] : [`request = ${sent.method}`]),
    ...(sent.body.length > 0 ? ['data-binary = "@-"'] : []),
    ...(strict ? [] : ['insecure']),
    ...(ca === undefined ? [] : ['cacert = "/dev/fd/4"']),
    // Neither a form nor to be waited for.
    ...(sent.headers['content-type'] === undefined ? ['header = "Content-Type:"'] : []),
    'header = "Expect:"',
    ...Object.entries(sent.headers).map(([name, value]) => `header = ${quoted(`${name}: ${value}`)}`),
    `url = ${quoted(sent.url.href)}`,
  ];
  const authorities = ca === undefined ? '' : ` 4<<'PB-END-OF-CA'`;
  return [
    `command -v curl >/dev/null || exit ${NO_CURL}`,
    `LC_ALL=C curl -q -K /dev/fd/3 3<<'PB-END-OF-WORDS'${authorities}`,
    ...words,
    'PB-END-OF-WORDS',
    ...(ca === undefined ? [] : [ca.trimEnd(), 'PB-END-OF-CA']),
  ].join('\n');
}

function rawOf(bytes: Buffer, url: URL): Raw {
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.toString('latin1', 0, Math.max(end, 0)).split('\r\n');
    const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(first)?.[1]);
    if (end < 0 || Number.isNaN(status)) throw unreached('HPE_', { message: 'what came back is no HTTP answer' }, url);
    rest = rest.subarray(end + 4);
    if (status < 200) continue;
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    return { status, headers, body: rest };
  }
}
