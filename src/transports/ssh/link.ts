/** A logged-in ssh connection as a Link. */
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { PbError } from '../../core/diagnostic.ts';
import { drained, type Link, LinkLost, type Wire } from '../link.ts';
import { exitCodeOf } from '../local/link.ts';

/** How long a connection that was closed here may wait for the other side. */
const LINGER_MS = 2000;

export function sshLink(client: Client, name: string, user: string): Link {
  let why: string | undefined;
  const lost = new Promise<string>((resolve) => {
    client.on('error', (error) => {
      why ??= error.message;
    });
    client.once('close', () => {
      why ??= 'the host closed the connection';
      resolve(why);
    });
  });
  return {
    name,
    user,
    get alive() {
      return why === undefined;
    },
    open(command) {
      return new Promise((resolve, reject) => {
        if (why !== undefined) return reject(new LinkLost(why, false));
        lost.then((why) => reject(new LinkLost(why, false)));
        try {
          client.exec(command, (error, channel) => {
            if (!error) resolve(wire(channel, lost));
            else if (why !== undefined || !writable(client)) reject(new LinkLost(why ?? error.message, false));
            else reject(refused(name, error));
          });
        } catch (error) {
          // ssh2 throws where its socket is no longer writable.
          why ??= (error as Error).message;
          reject(new LinkLost(why, false));
        }
      });
    },
    async close() {
      why ??= 'the connection was closed';
      hangUp(client);
    },
  };
}

/** A host that no longer answers would keep the connection half open until TCP gives up: it is cut then. */
export function hangUp(client: Client): void {
  client.end();
  // ssh2's own destroy() does nothing once end() was called.
  const late = setTimeout(() => socketOf(client)?.destroy(), LINGER_MS);
  client.once('close', () => clearTimeout(late));
  if (socketOf(client)?.destroyed !== false) clearTimeout(late);
}

const socketOf = (client: Client): Duplex | undefined => (client as unknown as { _sock?: Duplex })._sock;
const writable = (client: Client): boolean => socketOf(client)?.writable === true;

const refused = (name: string, error: Error): PbError =>
  new PbError('unreachable', `${name}: the host refused another session on the connection: ${error.message}`, {
    hint: 'see MaxSessions and ForceCommand in its sshd_config',
    cause: error,
  });

function wire(channel: ClientChannel, lost: Promise<string>): Wire {
  const exit = new Promise<number>((resolve, reject) => {
    channel.once('exit', (code: number | null, signal?: string) => resolve(code ?? exitCodeOf(signal)));
    channel.once('close', () => reject(new LinkLost('the host ended the session without an exit code', true)));
    lost.then((why) => reject(new LinkLost(why, true)));
  });
  channel.on('error', () => undefined);
  const ended = drained(exit, [channel, channel.stderr]);
  ended.catch(() => undefined);
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, close: () => channel.close() };
}
