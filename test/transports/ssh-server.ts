/** An ssh server for tests: real ssh2 protocol on a loopback port, commands run by the local /bin/sh as sshd would run them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';
import { type KeyPair, newKey as newLabKey } from '../../src/lab/hosts/keys.ts';

export type { KeyPair };

export interface ServerOptions {
  /** Private keys in OpenSSH form. */
  readonly hostKeys: readonly string[];
  /** Public keys that are let in, as `ssh-ed25519 AAAA…`. */
  readonly authorized?: readonly string[];
  readonly password?: string;
  /** How the password may be given; both when left out. */
  readonly passwordBy?: 'password' | 'keyboard-interactive';
  readonly env?: NodeJS.ProcessEnv;
}

export interface TestServer {
  readonly port: number;
  /** Command lines in the order in which they came. */
  readonly commands: readonly string[];
  /** Who logged in, in that order. */
  readonly logins: readonly string[];
  /** Ways to log in that were tried, in that order. */
  readonly attempts: readonly string[];
  /** The most connections at one time that had not logged in yet. */
  readonly handshakesAtOnce: number;
  /** How many connections were forwarded to another host. */
  readonly forwarded: number;
  /** Cuts every connection, as a pulled cable would. */
  drop(): void;
  /** Reads nothing more on any connection and answers nothing, as a host whose cable was pulled. */
  hush(): void;
  close(): Promise<void>;
}

export const newKey = (passphrase?: string): KeyPair =>
  newLabKey(passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 });

export const newEcdsaKey = (): KeyPair => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });

export async function startServer(options: ServerOptions): Promise<TestServer> {
  const clients = new Set<Connection>();
  const commands: string[] = [];
  const pids: number[] = [];
  const logins: string[] = [];
  const attempts: string[] = [];
  let handshakes = 0;
  let handshakesAtOnce = 0;
  let forwarded = 0;
  const server = new ssh2.Server({ hostKeys: [...options.hostKeys] }, (client) => {
    clients.add(client);
    socketOf(client).setNoDelay(true);
    client.on('close', () => clients.delete(client));
    client.on('error', () => undefined);
    handshakesAtOnce = Math.max(handshakesAtOnce, ++handshakes);
    let user = '';
    client.on('authentication', (context) => {
      user = context.username;
      attempts.push(context.method);
      authenticate(context, options);
    });
    client.on('ready', () => {
      logins.push(user);
      handshakes--;
      client.on('session', (accept) => serve(accept(), { commands, pids, env: options.env ?? process.env }));
      client.on('tcpip', (accept, reject, info) => {
        forwarded++;
        const socket = connect(info.destPort, info.destIP);
        socket.once('error', () => reject?.());
        socket.once('connect', () => {
          const channel = accept();
          socket.on('error', () => channel.close());
          socket.pipe(channel).pipe(socket);
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    logins,
    attempts,
    get handshakesAtOnce() {
      return handshakesAtOnce;
    },
    get forwarded() {
      return forwarded;
    },
    drop() {
      for (const client of clients) socketOf(client).destroy();
    },
    hush() {
      for (const client of clients) socketOf(client).pause();
    },
    close() {
      for (const client of clients) socketOf(client).resume();
      for (const client of clients) client.end();
      for (const pid of pids) killGroup(pid);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const socketOf = (client: Connection): Socket => (client as unknown as { _sock: Socket })._sock;

function authenticate(context: AuthContext, { authorized = [], password, passwordBy }: ServerOptions): void {
  const methods: ('publickey' | 'password' | 'keyboard-interactive')[] = authorized.length > 0 ? ['publickey'] : [];
  if (password !== undefined) methods.push(...(passwordBy ? [passwordBy] : (['password', 'keyboard-interactive'] as const)));
  if (!methods.includes(context.method as never)) return context.reject(methods);
  if (context.method === 'password') return context.password === password ? context.accept() : context.reject(methods);
  if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
      answers[0] === password ? context.accept() : context.reject(methods),
    );
    return;
  }
  if (context.method !== 'publickey') return context.reject(methods);
  const offered = context.key.data;
  const known = authorized
    .map((text) => ssh2.utils.parseKey(text))
    .find((key) => !(key instanceof Error) && key.getPublicSSH().equals(offered));
  if (!known || known instanceof Error) return context.reject(methods);
  if (context.signature && context.blob && known.verify(context.blob, context.signature, context.hashAlgo) !== true)
    return context.reject(methods);
  context.accept();
}

/** What was left running when a test cut its connection. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** As sshd: every command in a session of its own, which goes on when the connection is cut. */
function serve(session: Session, { commands, pids, env }: { commands: string[]; pids: number[]; env: NodeJS.ProcessEnv }): void {
  session.on('exec', (accept, _reject, info) => {
    commands.push(info.command);
    const channel: ServerChannel = accept();
    const child = spawn('/bin/sh', ['-c', info.command], { env, detached: true });
    if (child.pid !== undefined) pids.push(child.pid);
    channel.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.once('exit', (code, signal) => (signal ? channel.exit(signal.replace(/^SIG/, ''), false, '') : channel.exit(code ?? 0)));
    child.once('close', () => channel.end());
    channel.once('close', () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    });
  });
}
