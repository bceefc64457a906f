/** A line that takes time: TCP proxies on loopback that hand every byte on later. */
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { output } from './command.ts';
import type { Fleet } from './sshd.ts';

/** `fleet` as it would be `roundTripMs` away. */
export async function farAway(fleet: Fleet, roundTripMs: number): Promise<Fleet> {
  const servers: Server[] = [];
  let port = 0;
  for (const address of fleet.addresses) {
    const server = createServer((near) => {
      const far = connect({ host: address, port: fleet.port, noDelay: true });
      near.setNoDelay(true);
      later(near, far, roundTripMs / 2);
      later(far, near, roundTripMs / 2);
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
    const at = server.address();
    if (at && typeof at === 'object') port = at.port;
    servers.push(server);
  }
  const knownHostsFile = `${fleet.knownHostsFile}.${port}`;
  const known = await output('sed', ['-n', `s/]:${fleet.port} /]:${port} /p`, fleet.knownHostsFile]);
  await writeFile(knownHostsFile, known);
  const close = async (): Promise<void> => {
    for (const server of servers) server.close();
  };
  return { ...fleet, port, knownHostsFile, close };
}

/** Timers of one length fire in the order in which they were set: so do the bytes arrive. */
function later(from: Socket, to: Socket, ms: number): void {
  from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), ms));
  from.on('end', () => setTimeout(() => to.end(), ms));
  from.on('close', () => setTimeout(() => to.destroy(), ms));
  from.on('error', () => from.destroy());
}
