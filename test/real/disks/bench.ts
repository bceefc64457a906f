/** One emulated host with the disks of the situations, and mkfs run on it by the engine through ssh, as a playbook would. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TaskResult } from '../../../src/core/event.ts';
import type { AnyModule, Controller, HostConnection } from '../../../src/core/module.ts';
import type { HostName, JsonObject, TaskId } from '../../../src/core/value.ts';
import { Overlay } from '../../../src/engine/overlay.ts';
import { runCall } from '../../../src/engine/task.ts';
import { createTransports } from '../../../src/transports/index.ts';
import { argsOf } from '../../modules/args.ts';
import { type DiskSpec, startHost, type Vm } from '../parts/vm.ts';
import { diskSpecs, SIZE_MIB, type Situation } from './situations.ts';

export const HOST = 'worker01';

export interface Bench {
  readonly vm: Vm;
  /** As root; throws unless it ends with 0. */
  sh(script: string): Promise<string>;
  /** The device of a situation's disk: "/dev/sda". */
  device(disk: Situation['disk']): Promise<string>;
  /** SHA-256 of everything on it. */
  bytes(disk: Situation['disk']): Promise<string>;
  blank(disk: Situation['disk']): Promise<void>;
  /** `meanwhile` happens between the decision and the act. */
  run(module: AnyModule, args: JsonObject, how?: { check?: boolean; meanwhile?: () => Promise<unknown> }): Promise<TaskResult>;
  close(): Promise<void>;
}

export async function startBench(address: string, disks: { readonly [name: string]: DiskSpec }): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'pb-medium-'));
  const medium = join(folder, 'medium.img');
  const file = await open(medium, 'wx');
  await file.truncate(SIZE_MIB * 2 ** 20);
  await file.close();
  const vm = await startHost({ name: HOST, address, memoryMiB: 512, disks: diskSpecs(disks, medium) });
  const control = new AbortController();
  const transports = createTransports({ home: folder, sshConfigFile: '', env: {}, signal: control.signal });
  const host = HOST as HostName;
  const sh: Bench['sh'] = async (script) => {
    const result = await vm.ssh('sudo sh -s', { stdin: `exec 2>&1\n${script}\n`, timeoutMs: 180_000 });
    if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode} of: ${script}\n${result.stdout}${result.stderr}`);
    return result.stdout.trim();
  };
  const device: Bench['device'] = async (disk) => {
    if (disk === 'system') return '/dev/nvme0n1';
    if (disk === 'virtio') return '/dev/vda';
    if (disk === 'removable') return `/dev/${await sh('lsblk -dn -o NAME,MODEL | sed -n "s/ .*scsi_debug.*//p"')}`;
    return `/dev/${await sh(`lsblk -dn -o NAME,SERIAL | awk '$2 == "${disks[disk]?.serial}" { print $1; exit }'`)}`;
  };
  try {
    const connection = await transports.connect(
      host,
      {
        via: 'ssh',
        address: vm.address,
        port: vm.port,
        user: vm.user,
        keyFile: vm.keyFile,
        jump: [],
        hostKeys: 'strict',
        knownHosts: [vm.knownHostsFile],
        connectTimeoutMs: 60_000,
      },
      { method: 'sudo', user: 'root' },
      control.signal,
    );
    return {
      ...{ vm, sh, device },
      async bytes(disk) {
        await sh('sync');
        if (disk === 'system') return 'in use';
        const image = vm.diskImages[Object.keys(disks).indexOf(disk)];
        return image ? sha256(image) : sh(`sha256sum < ${await device(disk)}`);
      },
      async blank(disk) {
        const path = await device(disk);
        // udev may have put an array together again since it was stopped.
        await sh(`mdadm -q --stop --scan || :; for part in ${path}[0-9]*; do [ ! -b "$part" ] || wipefs -q -a -f "$part"; done; wipefs -q -a -f ${path}
          blkdiscard -f ${path}; blockdev --flushbufs ${path}; blockdev --rereadpt ${path}; udevadm settle; wipefs ${path}; ! dmsetup ls | grep .:`);
      },
      async run(module, args, { check = false, meanwhile } = {}) {
        const call = {
          id: 'test/1:mkfs' as TaskId,
          module,
          args: argsOf(module, args),
          line: { to: 'host', connection, target: HOST } as const,
          controller: { host, now: Date.now, elapsed: () => 0 } as Controller,
          timeoutMs: 300_000,
          environment: {},
        };
        const hostWriter = (on: HostConnection) => {
          const writer = transports.hostWriter(on);
          const late: typeof writer = {
            async run(step, signal) {
              await meanwhile?.();
              return writer.run(step, signal);
            },
          };
          return late;
        };
        const never = new AbortController().signal;
        const quiet = { secret: nothing, pending: nothing, change: nothing, stepStart: nothing, stepEnd: nothing };
        const mode = check
          ? ({ is: 'check' } as const)
          : ({ is: 'apply', hostWriter, kubeWriter: refuse, registryWriter: refuse, storeWriter: refuse } as const);
        const clock = { now: Date.now, sleep: async () => undefined };
        const { result } = await runCall(call, { mode, overlay: new Overlay(), clock, stop: never, kill: never, events: quiet });
        return result;
      },
      async close() {
        await transports.close();
        await vm.close();
        await rm(folder, { recursive: true });
      },
    };
  } catch (error) {
    await vm.close();
    throw error;
  }
}

const nothing = (): void => undefined;
const refuse = (): never => {
  throw new Error('no cluster here');
};

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 22 }), hash);
  return hash.digest('hex');
}
