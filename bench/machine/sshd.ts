/** Hosts to work on: one loopback address each, behind sshd processes of the user's own that end with this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { output } from './command.ts';

export interface Fleet {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  close(): Promise<void>;
}

/** sshd's own limit for ListenAddress lines: more addresses need more processes. Listening to all addresses would let the network in. */
const ADDRESSES_PER_SSHD = 16;

/** 127.0.1.1, 127.0.1.2, … */
export const addressOf = (index: number): string => `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;

/** `folder` holds keys and configuration; `count` addresses answer when it returns. Throws where sshd is missing or does not start. */
export async function startFleet(folder: string, count: number): Promise<Fleet> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [keyFile, hostKeyFile] = await Promise.all([newKey(join(folder, 'id_ed25519')), newKey(join(folder, 'host_ed25519'))]);
  const publicKey = await readFile(`${keyFile}.pub`, 'utf8');
  const hostKey = (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(join(folder, 'authorized_keys'), publicKey, { mode: 0o600 });
  // Root's sshd wants the folder it drops its privileges in.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const port = await freePort();
  const addresses = Array.from({ length: count }, (_, index) => addressOf(index));
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map(ended));
  };
  try {
    for (let from = 0; from < count; from += ADDRESSES_PER_SSHD) {
      const mine = addresses.slice(from, from + ADDRESSES_PER_SSHD);
      const config = join(folder, `sshd_config.${from}`);
      await writeFile(config, configuration({ folder, hostKeyFile, port, addresses: mine }));
      children.push(start(config, join(folder, 'sshd.log')));
    }
    // Each listens to its addresses in the order given.
    const last = addresses.filter((_, index) => (index + 1) % ADDRESSES_PER_SSHD === 0 || index === count - 1);
    await Promise.all(last.map((address) => answers(address, port)));
  } catch (error) {
    await close();
    throw error;
  }
  const knownHostsFile = join(folder, 'known_hosts');
  await writeFile(knownHostsFile, addresses.map((address) => `[${address}]:${port} ${hostKey}\n`).join(''));
  return { addresses, port, user: userInfo().username, keyFile, knownHostsFile, close };
}

function configuration(of: { folder: string; hostKeyFile: string; port: number; addresses: readonly string[] }): string {
  return [
    `Port ${of.port}`,
    ...of.addresses.map((address) => `ListenAddress ${address}`),
    `HostKey ${of.hostKeyFile}`,
    `AuthorizedKeysFile ${join(of.folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    // Every runner opens as many connections as it likes: the limit is not what is measured.
    'MaxStartups 10000',
    'MaxSessions 100',
    'LoginGraceTime 600',
    // bash reads ~/.bashrc for sshd unless it is below another shell: what the calling user wrote there is not what is measured.
    'SetEnv SHLVL=1',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    'Subsystem sftp internal-sftp',
    'LogLevel ERROR',
    '',
  ].join('\n');
}

/** sshd must be called by its absolute path. The kernel ends it when this process goes, however that happens. */
function start(config: string, log: string): ChildProcess {
  const script = 'exec setpriv --pdeathsig TERM "$(command -v sshd)" -D -f "$1" -E "$2"';
  const env = { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
  return spawn('sh', ['-c', script, 'sh', config, log], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await exit;
}

async function answers(address: string, port: number): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: address, port })
        .once('connect', () => resolve(true))
        .once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (up) return;
    if (Date.now() > until) throw new Error(`no sshd answers on ${address} port ${port}`);
    await sleep(50);
  }
}

async function newKey(file: string): Promise<string> {
  await output('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'pb-bench', '-f', file]);
  await chmod(file, 0o600);
  return file;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port is free'))));
    });
  });
}
