/** Why a connection could not be made, in words, with what to do about it. */
import { PbError } from '../../core/diagnostic.ts';
import type { Target } from './target.ts';

const CAUSES: { readonly [code: string]: readonly [string, string] } = {
  ECONNREFUSED: ['nothing listens there (connection refused)', 'see whether sshd runs on the host, and check ansible_port'],
  ENOTFOUND: ['the name does not resolve', 'check ansible_host, or the name server'],
  EAI_AGAIN: ['the name server did not answer', 'check the name server in /etc/resolv.conf'],
  EHOSTUNREACH: ['no route to the host', 'see whether the host is up and on this network'],
  ENETUNREACH: ['no route to the network', 'check the route to the host, or use a jump host'],
  ETIMEDOUT: ['no answer', 'see whether the host is up and no firewall drops the packets'],
  ECONNRESET: ['the host closed the connection', 'see what sshd logs: MaxStartups, fail2ban, AllowUsers'],
  EACCES: ['the connection is not permitted from here', 'check the firewall of this machine'],
};

/** `ms`: how long was waited, where time ran out. */
export function unreachable(target: Target, error: Error & { code?: unknown; level?: string }, ms?: number): PbError {
  const [cause, hint] = causeOf(error, ms);
  return new PbError('unreachable', `${target.name}: cannot reach ${target.address} port ${target.port}: ${cause}`, {
    hint,
    retryable: true,
    cause: error,
    details: { cause: error.message },
  });
}

function causeOf(error: Error & { code?: unknown }, ms: number | undefined): readonly [string, string] {
  if (ms !== undefined || /Timed out while waiting for handshake/.test(error.message)) {
    const within = ms === undefined ? '' : ` within ${ms / 1000} s`;
    return [`no answer${within}`, 'see whether the host is up and no firewall drops the packets; ansible_ssh_timeout waits longer'];
  }
  // Several addresses were tried: the first tells as much as any.
  const inner = error instanceof AggregateError ? (error.errors[0] as Error & { code?: unknown }) : error;
  const known = CAUSES[String(inner.code)];
  if (known) return known;
  if (/before handshake/.test(error.message)) return ['it closed the connection before saying anything', CAUSES['ECONNRESET']?.[1] ?? ''];
  if (/no matching/i.test(error.message)) {
    return [
      `no algorithm in common (${error.message})`,
      'the sshd is too old or too strict: see its KexAlgorithms, Ciphers and HostKeyAlgorithms',
    ];
  }
  return [error.message, 'see what sshd logs on the host'];
}
