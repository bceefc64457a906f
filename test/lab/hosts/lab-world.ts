/** A lab host for the transports' suites: reached through transports, and past them as a test sees it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { Become, Endpoint } from '../../../src/core/inventory.ts';
import type { HostConnection } from '../../../src/core/module.ts';
import type { HostName } from '../../../src/core/value.ts';
import { defaultWorker, type World as HostWorld, type LabHost, type LabHosts, startHosts } from '../../../src/lab/hosts/index.ts';
import { createTransports } from '../../../src/transports/index.ts';
import type { Far } from '../../transports/conformance/far.ts';
import type { World } from '../../transports/conformance/given.ts';

export interface LabWorld extends World {
  readonly lab: LabHosts;
  readonly host: LabHost;
  readonly far: LabFar;
  endpoint(more?: Partial<Extract<Endpoint, { via: 'ssh' }>>): Extract<Endpoint, { via: 'ssh' }>;
  connectAs(user: string, become?: Become): Promise<HostConnection>;
}

/** One lab host on a port of its own; lab time passes `speed` times as fast. */
export async function labWorld(world: HostWorld = defaultWorker('worker01'), speed = 1): Promise<LabWorld> {
  const home = mkdtempSync(join(tmpdir(), 'pb-lab-'));
  const control = new AbortController();
  const lab = await startHosts({ hosts: [{ name: 'worker01', world }], speed, keyDir: join(home, 'keys'), signal: control.signal });
  const host = lab.hosts.get('worker01');
  if (!host) throw new Error('the host did not start');
  const known = join(home, 'known_hosts');
  writeFileSync(known, lab.knownHosts);
  const far = sshFar(host, lab.userKey.file);
  const dir = (await far.sh('mktemp -d /tmp/pb-XXXXXX')).stdout.toString().trim();
  const transports = createTransports({ home, sshConfigFile: '', env: {}, signal: control.signal });
  const endpoint: LabWorld['endpoint'] = (more = {}) => ({
    ...({ via: 'ssh', address: host.address, port: host.port, user: 'core', keyFile: lab.userKey.file } as const),
    ...{ jump: [], hostKeys: 'strict', knownHosts: [known], connectTimeoutMs: 20_000 },
    ...more,
  });
  const connectAs: LabWorld['connectAs'] = (user, become) =>
    transports.connect('worker01' as HostName, endpoint({ user }), become, control.signal);
  return {
    ...{ dir, home, far, transports, lab, host, endpoint, connectAs },
    connect: (become) => connectAs('core', become),
    async close() {
      await transports.close();
      far.close();
      await lab.close();
      rmSync(home, { recursive: true });
    },
  };
}

export interface Said {
  readonly code: number;
  /** One character per byte. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line says, run by the login shell of `core`. */
export const output = (world: LabWorld, command: string): Promise<Said> => world.far.say(command);

export interface LabFar extends Far {
  say(command: string, input?: Uint8Array): Promise<Said>;
  close(): void;
}

/** Past pb: commands on one connection of the test's own. */
export function sshFar(host: LabHost, keyFile: string, user = 'core'): LabFar {
  const client = new ssh2.Client();
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
  });
  client.connect({ host: host.address, port: host.port, username: user, privateKey: readFileSync(keyFile) });
  const say: LabFar['say'] = async (command, input = Buffer.alloc(0)) => {
    await ready;
    return new Promise((resolve, reject) => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        const [out, err]: [Buffer[], Buffer[]] = [[], []];
        let code = -1;
        channel.on('data', (chunk: Buffer) => out.push(chunk));
        channel.stderr.on('data', (chunk: Buffer) => err.push(chunk));
        channel.once('exit', (given: number | null) => {
          code = given ?? 128;
        });
        channel.once('close', () =>
          resolve({ code, stdout: Buffer.concat(out).toString('latin1'), stderr: Buffer.concat(err).toString('latin1') }),
        );
        channel.on('error', () => undefined);
        channel.end(Buffer.from(input));
      });
    });
  };
  return {
    say,
    sh: async (script, input) => {
      const { code, stdout } = await say(script, input);
      return { code, stdout: Buffer.from(stdout, 'latin1') };
    },
    close: () => client.end(),
  };
}
