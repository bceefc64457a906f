import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type DiskSpec, diskArgs } from './disks.ts';
import type { Qmp } from './qmp.ts';

/** Where a host's files lie: the built image, its own folder, its disks. */
export type HostFiles = { image: string; folder: string; diskImages: string[] };

type HostSpec = { name: string; address: string; port?: number; disks?: readonly DiskSpec[]; memoryMiB?: number };

/** The machine: plain emulation (a /dev/kvm that is there may still fail half-way), a throw-away system disk, no way out of the host. */
export function qemuArgs(host: HostSpec, { image, folder, diskImages }: HostFiles): string[] {
  const kernel = 'console=ttyS0 root=/dev/nvme0n1 rw init=/usr/sbin/host-init quiet mitigations=off';
  return [
    ...['-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', String(host.memoryMiB ?? 384), '-nodefaults', '-display', 'none'],
    ...['-kernel', join(image, 'vmlinuz'), '-append', kernel],
    ...['-fw_cfg', `name=opt/pb/name,string=${host.name}`, '-fw_cfg', `name=opt/pb/host-key,file=${join(folder, 'host-key')}`],
    ...['-drive', `file=${join(image, 'root.ext4')},if=none,id=root,format=raw,snapshot=on`, '-device', 'nvme,drive=root,serial=system'],
    ...['-device', 'virtio-scsi-pci,id=scsi', '-device', 'virtio-rng-pci'],
    ...(host.disks ?? []).flatMap((disk, index) => diskArgs(disk, index, diskImages[index] ?? '')),
    ...[
      '-netdev',
      `user,id=net,restrict=on,hostfwd=tcp:${host.address}:${host.port ?? 0}-:22`,
      '-device',
      'virtio-net-pci,netdev=net,id=nic',
    ],
  ];
}

/** The port qemu listens on: it is qemu that picks a free one, so that nobody can take it in between. */
export async function forwardedPort(qmp: Qmp): Promise<number> {
  const table = String(await qmp.run('human-monitor-command', { 'command-line': 'info usernet' }));
  //  TCP[HOST_FORWARD]  14      127.0.0.11 46695       10.0.2.15    22     0     0
  const port = /HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)/.exec(table)?.[1];
  if (!port) throw new Error(`qemu forwards no port: ${table}`);
  return Number(port);
}

/** Makes the host's own ssh key in the folder; its public half is what a known_hosts line ends with. */
export async function makeHostKey(folder: string): Promise<string> {
  const file = join(folder, 'host-key');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  return (await readFile(`${file}.pub`, 'utf8')).trim();
}
