/** Whether a TCP port answers, seen from the host, with whatever the host has: bash, nc or curl. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';

export interface TcpQuestion {
  readonly host: string;
  readonly port: number;
  /** Seconds for the connection, and again for `read`. */
  readonly limit: number;
  /** Read what the server says first, up to 64 KiB. */
  readonly read: boolean;
}

/** `why` is the system's own word for a port that does not answer: "Connection refused". */
export type TcpAnswer = { readonly open: boolean; readonly why: string; readonly data: string };

// "open" is printed only once the connection stands; all that follows is what the server said.
const SCRIPT = `LC_ALL=C; export LC_ALL
if command -v bash >/dev/null && command -v timeout >/dev/null; then
  timeout "$3" bash -c 'exec 3<>"/dev/tcp/$0/$1" || exit 1; printf "open\\n"; [ "$2" = 0 ] || head -c 65536 <&3' "$1" "$2" "$4"
elif command -v nc >/dev/null; then
  nc -z -w "$3" "$1" "$2" || exit 1
  printf 'open\\n'; [ "$4" = 0 ] || nc -w "$3" "$1" "$2" </dev/null
elif [ "$4" = 0 ] && command -v curl >/dev/null; then
  connected=$(curl -s -o /dev/null -w '%{time_connect}' -m "$3" "telnet://$1:$2" </dev/null)
  case $connected in 0|0.000*) exit 1;; *) printf 'open\\n';; esac
else exit 9
fi`;

export const tcp = defineProbe<TcpQuestion, TcpAnswer>({
  name: 'tcp',
  argv: ({ host, port, limit, read }) => ['sh', '-c', SCRIPT, 'sh', host, String(port), String(limit), read ? '1' : '0'],
  parse(out, asked) {
    if (out.stdout.startsWith('open\n')) return { open: true, why: '', data: out.stdout.slice(5) };
    return { open: false, why: closed(out, asked), data: '' };
  },
});

/** Silence is not "closed": the tool has to say why. */
function closed(out: Output, { host, port, read }: TcpQuestion): string {
  if (out.code === 9) {
    throw new PbError(
      'exec',
      `this host has no tool to test port ${port}: ${read ? 'bash with timeout, or nc' : 'bash with timeout, nc or curl'}`,
      {
        hint: 'install one of them, or delegate the task to a host that has one',
      },
    );
  }
  if (out.code === 124) return 'no answer in time';
  const said =
    /(Connection refused|No route to host|Network is unreachable|Host is unreachable|timed out|reset by peer|[Nn]ame or service not known|[Tt]emporary failure in name resolution|[Nn]o address associated|bad address|not known)/;
  const reason = said.exec(out.stderr)?.[0];
  if (reason !== undefined) return reason;
  if (out.code === 1 && out.stderr.trim() === '') return 'no connection';
  throw new PbError('exec', `testing ${host}:${port}: exit code ${out.code}: ${out.stderr.trim() || 'no output'}`, {
    details: { stderr: out.stderr },
  });
}
