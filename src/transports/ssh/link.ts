/** A logged-in ssh connection as a Link. */
import type { Client, ClientChannel } from 'ssh2';
import { PbError } from '../../core/diagnostic.ts';
import { drained, type Link, LinkLost, type Wire } from '../link.ts';
import { exitCodeOf } from '../local/link.ts';

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
      client.end();
    },
  };
}

const writable = (client: Client): boolean => (client as unknown as { _sock?: { writable: boolean } })._sock?.writable === true;

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
