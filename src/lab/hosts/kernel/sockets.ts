/** TCP as far as a process of a host sees it: ports of its own that answer, and names and addresses that nobody has. */
import { bytesOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import type { World } from '../world/types.ts';
import type { Stream } from './open.ts';

const PORTS: { readonly [unit: string]: readonly number[] } = { 'sshd.service': [22], 'kubelet.service': [10248, 10250] };
/** What a server says before it is asked anything. */
const BANNERS: { readonly [port: number]: string } = { 22: 'SSH-2.0-OpenSSH_8.7\r\n' };

export const listening = (world: World): readonly number[] =>
  world.units.flatMap(({ name, active }) => (active === 'active' ? (PORTS[name] ?? []) : []));

/** Throws Errno: ECONNREFUSED, EHOSTUNREACH for another machine's address, EAI_NONAME for a name that nobody has. */
export function connectTcp(world: World, host: string, port: number): Stream {
  const own = ['localhost', '127.0.0.1', '::1', world.hostname, ...world.addresses].includes(host);
  if (!own) throw new Errno(/^[\d.]+$|:/.test(host) ? 'EHOSTUNREACH' : 'EAI_NONAME');
  if (!listening(world).includes(port)) throw new Errno('ECONNREFUSED');
  let said: Uint8Array | undefined = bytesOf(BANNERS[port] ?? '');
  return {
    path: 'socket:[2]',
    async read() {
      const chunk = said;
      said = undefined;
      return chunk?.length ? chunk : undefined;
    },
    unread(bytes) {
      said = said ? Buffer.concat([bytes, said]) : bytes;
    },
    write: async () => undefined,
  };
}
