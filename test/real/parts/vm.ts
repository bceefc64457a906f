import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure } from './cache.ts';
import { type DiskSpec, diskImage } from './vm/disks.ts';
import { type Machine, startMachine } from './vm/machine.ts';
import { forwardedPort, type HostFiles, makeHostKey, qemuArgs } from './vm/qemu.ts';
import { runSsh, type SshOptions, type SshResult } from './vm/ssh.ts';

export type { DiskSpec, SshOptions, SshResult };

export type HostOptions = {
  name: string;
  /** A loopback address of the host's own, such as 127.0.0.11. */
  address: string;
  /** sshd's port on that address; without it a free one is taken. */
  port?: number;
  disks?: readonly DiskSpec[];
  memoryMiB?: number;
  bootTimeoutMs?: number;
};

/** A real Linux host. Users: core (sudo without a password), ops (sudo and ssh with the password `ops-pw`), plain (no sudo). */
export type Vm = {
  name: string;
  address: string;
  port: number;
  user: 'core';
  /** The private key that all three users accept. */
  keyFile: string;
  /** The host's line for a strict known_hosts file. */
  knownHosts: string;
  knownHostsFile: string;
  /** In the order of the given disks; readable after kill(), gone after close(). */
  diskImages: string[];
  ssh(command: string, options?: SshOptions): Promise<SshResult>;
  /** Pulls the network cable: packets vanish, connections hang. */
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  /** Ends every ssh session on the host at once: their clients see the connection closed. New ones are accepted. */
  dropConnections(): Promise<void>;
  /** Presses the reset button and waits for the host to be back. What was on the disks stays, the system disk included. */
  reset(): Promise<void>;
  /** Waits till the host has come up that often in its life (2: after its first reboot, however it was caused). */
  waitUp(boots: number): Promise<void>;
  /** Cuts the power. */
  kill(): Promise<void>;
  close(): Promise<void>;
};

/** Boots a fresh host; ready in about 10 s on an idle machine. It ends with close(), or when this process ends, however that happens. */
export async function startHost(options: HostOptions): Promise<Vm> {
  const image = await ensure('vm');
  const folder = await mkdtemp(join(tmpdir(), `pb-vm-${options.name}-`));
  try {
    const hostKey = await makeHostKey(folder);
    const diskImages = await Promise.all((options.disks ?? []).map((disk, index) => diskImage(disk, index, folder)));
    const machine = await startMachine(folder, qemuArgs(options, { image, folder, diskImages }));
    try {
      return await connect(options, machine, { image, folder, diskImages, hostKey });
    } catch (error) {
      await machine.close();
      throw error;
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function connect(options: HostOptions, machine: Machine, files: HostFiles & { hostKey: string }): Promise<Vm> {
  const { name, address, bootTimeoutMs = 180_000 } = options;
  const port = await forwardedPort(machine.qmp);
  const keyFile = join(files.image, 'id_ed25519');
  const knownHosts = `${port === 22 ? address : `[${address}]:${port}`} ${files.hostKey}`;
  const knownHostsFile = join(files.folder, 'known_hosts');
  await writeFile(knownHostsFile, `${knownHosts}\n`);
  await machine.up(1, bootTimeoutMs);
  const ssh: Vm['ssh'] = (command, sshOptions) => runSsh({ address, port, keyFile, knownHostsFile }, command, sshOptions);
  const { kill, close } = machine;
  return {
    ...{ name, address, port, user: 'core', keyFile, knownHosts, knownHostsFile, diskImages: files.diskImages, ssh, kill, close },
    cutLink: async () => void (await machine.qmp.run('set_link', { name: 'nic', up: false })),
    restoreLink: async () => void (await machine.qmp.run('set_link', { name: 'nic', up: true })),
    dropConnections: async () => void (await ssh(`sudo pkill -KILL -f '^sshd: [^/]'`)),
    reset: async () => {
      const boots = await machine.boots();
      await machine.qmp.run('system_reset');
      await machine.up(boots + 1, bootTimeoutMs);
    },
    waitUp: (boots) => machine.up(boots, bootTimeoutMs),
  };
}
