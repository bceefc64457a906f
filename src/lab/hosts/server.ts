/** sshd of one pretend host: key and password logins, commands, forwarding to other hosts. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';
import type { Machine } from './kernel/machine.ts';
import { OpenFile } from './kernel/open.ts';
import { BrokenPipe, Pipe, ROOM } from './kernel/pipe.ts';
import { credentialsOf, loginEnv } from './programs/sudo.ts';
import { maybeFind } from './world/files.ts';
import type { User } from './world/types.ts';

export interface ServerOptions {
  readonly machine: Machine;
  readonly hostKey: string;
  /** Public keys that every user's login accepts. */
  readonly authorized: readonly string[];
  readonly address: string;
  readonly port: number;
}

export interface SshServer {
  readonly port: number;
  /** Cuts every connection, as a pulled cable would; what runs goes on. */
  drop(): void;
  /** Stops or lets on whatever travels on open connections. */
  hold(held: boolean): void;
  close(): Promise<void>;
}

const socketOf = (client: Connection): Socket => (client as unknown as { _sock: Socket })._sock;

export async function startServer(options: ServerOptions): Promise<SshServer> {
  const { machine } = options;
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'OpenSSH_8.7', keepaliveInterval: 0 }, (client) => {
    clients.add(client);
    const socket = socketOf(client);
    socket.setNoDelay(true);
    if (machine.faults.link === 'down') socket.destroy();
    if (machine.faults.link === 'silent') socket.pause();
    client.on('close', () => clients.delete(client));
    client.on('error', () => undefined);
    let user: User | undefined;
    client.on('authentication', (context) => {
      // accept() calls 'ready' before it returns.
      authenticate(context, options, (who) => {
        user = who;
      });
    });
    client.on('ready', () => {
      if (!user) return client.end();
      const who = user;
      client.on('session', (accept) => serve(accept(), machine, who));
      client.on('tcpip', (accept, reject, info) => {
        const onward = connect(info.destPort, info.destIP);
        onward.once('error', () => reject?.());
        onward.once('connect', () => {
          const channel = accept();
          onward.on('error', () => channel.close());
          channel.on('error', () => onward.destroy());
          onward.pipe(channel).pipe(onward);
        });
      });
    });
  });
  server.listen(options.port, options.address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    drop() {
      for (const client of clients) socketOf(client).destroy();
    },
    hold(held) {
      for (const client of clients) {
        if (held) socketOf(client).pause();
        else socketOf(client).resume();
      }
    },
    close() {
      for (const client of clients) socketOf(client).destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** sshd tells nobody that there is no such user. */
function authenticate(context: AuthContext, { machine, authorized }: ServerOptions, letIn: (user: User) => void): void {
  const user = machine.world.users.find(({ name, shell }) => name === context.username && !shell.endsWith('nologin'));
  const refuse = (): void => context.reject(['publickey', 'password']);
  if (!user || machine.faults.refuseLogin) return refuse();
  if (context.method === 'password') {
    if (user.password === undefined || context.password !== user.password) return refuse();
  } else if (context.method === 'publickey') {
    const offered = context.key.data;
    const key = authorized
      .map((text) => ssh2.utils.parseKey(text))
      .find((one) => !(one instanceof Error) && one.getPublicSSH().equals(offered));
    if (!key || key instanceof Error) return refuse();
    if (context.signature && context.blob && key.verify(context.blob, context.signature, context.hashAlgo) !== true) return refuse();
  } else return refuse();
  letIn(user);
  context.accept();
}

function serve(session: Session, machine: Machine, user: User): void {
  const given = new Map<string, string>();
  session.on('env', (accept, _reject, info) => {
    if (/^(?:LANG|LC_.*)$/.test(info.key)) given.set(info.key, info.val);
    accept?.();
  });
  session.on('exec', (accept, _reject, info) =>
    start(accept(), machine, { user, given, command: Buffer.from(info.command, 'utf8').toString('latin1') }),
  );
  // Without a terminal a shell reads its commands from the input.
  session.on('shell', (accept) => start(accept(), machine, { user, given, command: undefined }));
  session.on('signal', (accept) => accept?.());
}

/** As sshd: every command in a session of its own, which goes on when the connection is cut. */
function start(
  channel: ServerChannel,
  machine: Machine,
  as: { readonly user: User; readonly given: ReadonlyMap<string, string>; readonly command: string | undefined },
): void {
  const { user, command } = as;
  const input = new Pipe();
  const stdin = new OpenFile(input.writer);
  const argv = command === undefined ? ['-bash'] : ['bash', '-c', command];
  const [stdout, stderr] = [output(channel, channel), output(channel, channel.stderr)];
  // Exit code and both streams: what still runs in the background may hold the streams open after the command has ended.
  let open = 3;
  const closed = async (): Promise<void> => {
    await flushed();
    if (--open === 0) channel.end();
  };
  const flushed = () => Promise.all([stdout.flushed(), stderr.flushed()]);
  const process = machine.login(credentialsOf(machine.world, user), {
    cwd: home(machine, user),
    env: new Map([...loginEnv(user), ...as.given, ['SSH_CONNECTION', '127.0.0.1 0 127.0.0.1 22']]),
    argv,
    fds: new Map([
      [0, new OpenFile(input.reader)],
      [1, new OpenFile({ ...stdout, close: closed })],
      [2, new OpenFile({ ...stderr, close: closed })],
    ]),
  });
  // The process has its own hold of each by now.
  for (const file of process.fds.values()) file.release();
  let feeding = Promise.resolve();
  channel.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => {
    channel.pause();
    feeding = feeding
      .then(() => stdin.write(chunk))
      .catch((error: Error) => {
        if (!(error instanceof BrokenPipe)) throw error;
      })
      .finally(() => channel.resume());
  });
  channel.once('end', () => void feeding.finally(() => stdin.release()));
  const found = machine.search(process, argv[0]?.replace(/^-/, '') ?? '');
  const image = found && found !== 'denied' ? machine.load(machine, found, argv) : undefined;
  const running = image ? machine.run(process, image) : Promise.resolve({ code: 127 });
  void running.then(async (exit) => {
    process.finish(exit);
    await flushed();
    if ('signal' in exit && exit.signal) channel.exit(exit.signal, false, '');
    else channel.exit(exit.code);
    void closed();
  });
}

const home = (machine: Machine, user: User): string => {
  const sight = {
    world: machine.world,
    kernel: { processes: () => [], pid: 1, now: machine.now() },
    who: { uid: 0, gid: 0, groups: [0] },
    cwd: '/',
  };
  return maybeFind(sight, user.home)?.node.kind === 'dir' ? user.home : '/';
};

interface Output {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Fulfilled when all that was written is on its way. */
  flushed(): Promise<void>;
}

/** What is written in one go leaves in one piece. Writing waits while the client is slow, and goes nowhere once it is gone. */
function output(channel: ServerChannel, to: NodeJS.WritableStream): Output {
  let gone = false;
  let goOn = (): void => undefined;
  channel.once('close', () => {
    gone = true;
    goOn();
  });
  let waiting: Uint8Array[] = [];
  let held = 0;
  let leaving: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (held > 0 && !gone) {
      const all = Buffer.concat(waiting);
      waiting = [];
      held = 0;
      await new Promise<void>((resolve) => {
        goOn = resolve;
        to.write(all, () => resolve());
      });
    }
    leaving = undefined;
  };
  return {
    path: 'socket:[1]',
    async write(bytes) {
      if (gone) throw new BrokenPipe();
      waiting.push(bytes);
      held += bytes.length;
      leaving ??= leave();
      if (held >= ROOM) await leaving;
    },
    flushed: async () => leaving,
  };
}
