/** Connections to a local port, from the kernel's own tables. */
import { defineProbe } from '../core/probe.ts';

// The states of include/net/tcp_states.h.
const STATES: { readonly [hex: string]: string } = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
};

export type TcpConnection = { readonly peer: string; readonly state: string };

/** Those in a state in which data may still flow; without listening sockets. */
export const tcpConnections = defineProbe<number, readonly TcpConnection[]>({
  name: 'tcp-connections',
  argv: () => ['sh', '-c', 'cat /proc/net/tcp && { [ ! -e /proc/net/tcp6 ] || cat /proc/net/tcp6; }'],
  parse(out, port) {
    if (out.code !== 0 || !out.stdout.includes('local_address')) throw new Error(`/proc/net/tcp cannot be read: ${out.stderr.trim()}`);
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    // '   0: 0100007F:0016 0100007F:D3F2 01 00000000:00000000 …'
    return out.stdout.split('\n').flatMap((line) => {
      const [, local = '', remote = '', code = ''] = line.trim().split(/\s+/);
      const state = STATES[code];
      return local.endsWith(`:${hex}`) && state !== undefined ? [{ peer: address(remote.split(':')[0] ?? ''), state }] : [];
    });
  },
});

/** "0100007F" → 127.0.0.1; IPv4 inside IPv6 likewise, other IPv6 as its hex digits: bytes of each 32-bit word are swapped. */
function address(hex: string): string {
  const mapped = hex.length === 32 && hex.startsWith('0000000000000000FFFF0000') ? hex.slice(24) : hex;
  const bytes = (mapped.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  return (bytes.join('').match(/.{4}/g) ?? []).join(':').toLowerCase();
}
