/** The hosts that transport tests speak to: this machine, directly or through an ssh server of our own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Become, Endpoint } from '../../src/core/inventory.ts';
import type { HostName } from '../../src/core/value.ts';
import { createTransports, type TransportOptions, type Transports } from '../../src/transports/index.ts';
import { here } from './conformance/far.ts';
import type { SudoWorld } from './conformance/given.ts';
import { type FakeSudo, fakeSudo } from './fake-sudo.ts';
import { type KeyPair, newKey, type ServerOptions, startServer, type TestServer } from './ssh-server.ts';

export const HOST = 'worker01' as HostName;

type SshEndpoint = Extract<Endpoint, { via: 'ssh' }>;

/** `shell`: a program that serves as `sh`. */
export async function localWorld(shell?: string): Promise<SudoWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'pb-local-'));
  const sudo = fakeSudo(dir);
  if (shell) symlinkSync(shell, join(sudo.bin, 'sh'));
  const env = hostEnv(sudo);
  const control = new AbortController();
  const transports = createTransports({ home: dir, env, signal: control.signal });
  return {
    dir,
    home: dir,
    far: here,
    sudo,
    transports,
    connect: (become) => transports.connect('localhost' as HostName, { via: 'local' }, become, control.signal),
    async close() {
      await transports.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export interface SshWorld extends SudoWorld {
  readonly server: TestServer;
  readonly hostKey: KeyPair;
  readonly control: AbortController;
  readonly notices: string[];
  /** How the server is reached, with the key that is let in. */
  endpoint(more?: Partial<SshEndpoint>): SshEndpoint;
  connectTo(endpoint: SshEndpoint, become?: Become): ReturnType<Transports['connect']>;
  /** Starts another server that lets the same key in. */
  another(options?: Partial<ServerOptions>): Promise<TestServer>;
  /** A second controller with the same home directory. */
  controller(options?: Partial<TransportOptions>): Transports;
}

export async function sshWorld(options: Partial<ServerOptions> = {}): Promise<SshWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'pb-ssh-'));
  const sudo = fakeSudo(dir);
  const home = join(dir, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  const [hostKey, userKey] = [newKey(), newKey()];
  writeFileSync(join(home, '.ssh', 'id_ed25519'), userKey.private, { mode: 0o600 });
  const env = hostEnv(sudo);
  const servers: TestServer[] = [];
  const another = async (more: Partial<ServerOptions> = {}) => {
    const server = await startServer({ hostKeys: [hostKey.private], authorized: [userKey.public], env, ...more });
    servers.push(server);
    return server;
  };
  const server = await another(options);
  const control = new AbortController();
  const notices: string[] = [];
  const opened: Transports[] = [];
  const controller = (more: Partial<TransportOptions> = {}) => {
    const made = createTransports({ home, env: {}, signal: control.signal, onNotice: ({ text }) => notices.push(text), ...more });
    opened.push(made);
    return made;
  };
  const transports = controller();
  const endpoint = (more: Partial<SshEndpoint> = {}): SshEndpoint => ({
    via: 'ssh',
    address: '127.0.0.1',
    port: server.port,
    user: 'core',
    jump: [],
    hostKeys: 'accept-new',
    knownHosts: [],
    connectTimeoutMs: 120_000,
    ...more,
  });
  const connectTo = (to: SshEndpoint, become?: Become) => transports.connect(HOST, to, become, control.signal);
  return {
    dir,
    far: here,
    sudo,
    home,
    server,
    hostKey,
    control,
    notices,
    transports,
    endpoint,
    connectTo,
    another,
    controller,
    connect: (become) => connectTo(endpoint(), become),
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await Promise.all(servers.map((one) => one.close()));
      rmSync(dir, { recursive: true });
    },
  };
}

const hostEnv = (sudo: FakeSudo): NodeJS.ProcessEnv => {
  const { LC_ALL: _, ...env } = process.env;
  return { ...env, PATH: `${sudo.bin}${delimiter}${env['PATH']}` };
};

/** Shells of other families that happen to be here. */
export const otherShells = ['/bin/bash', '/bin/busybox'].filter(existsSync);
