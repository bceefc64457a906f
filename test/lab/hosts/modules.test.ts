/** pb's disk modules against a lab host, by way of engine and transports: what a playbook does, without a playbook. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TaskResult } from '../../../src/core/event.ts';
import type { AnyModule, Controller, HostConnection } from '../../../src/core/module.ts';
import type { HostName, JsonObject, TaskId } from '../../../src/core/value.ts';
import { Overlay } from '../../../src/engine/overlay.ts';
import { runCall } from '../../../src/engine/task.ts';
import { defaultWorker, GIB, newWorld, nodeDisks } from '../../../src/lab/hosts/index.ts';
import { copy } from '../../../src/modules/copy.ts';
import { diskProbe } from '../../../src/modules/disk_probe.ts';
import { file } from '../../../src/modules/file.ts';
import { mkfs } from '../../../src/modules/mkfs.ts';
import { stat } from '../../../src/modules/stat.ts';
import { wwnCollect } from '../../../src/modules/wwn_collect.ts';
import { argsOf } from '../../modules/args.ts';
import { type LabWorld, labWorld } from './lab-world.ts';

const nothing = (): void => undefined;
const none = (): never => {
  throw new Error('no cluster here');
};

interface Site {
  readonly world: LabWorld;
  run(module: AnyModule, args: JsonObject, how?: { readonly check?: boolean }): Promise<TaskResult>;
}

async function site(world = defaultWorker('worker01')): Promise<Site> {
  // Formatting takes lab time; nobody waits for it here.
  const lab = await labWorld(world, 600);
  const connection: HostConnection = await lab.connect({ method: 'sudo', user: 'root' });
  return {
    world: lab,
    async run(module, args, { check = false } = {}) {
      const host = 'worker01' as HostName;
      const call = {
        id: 'test/1' as TaskId,
        module,
        args: argsOf(module, args),
        line: { to: 'host', connection, target: host } as const,
        controller: { host, now: Date.now, elapsed: () => 0, files: {} } as unknown as Controller,
        timeoutMs: 300_000,
        environment: {},
      };
      const never = new AbortController().signal;
      const writer = {
        is: 'apply',
        hostWriter: lab.transports.hostWriter,
        kubeWriter: none,
        registryWriter: none,
        storeWriter: none,
      } as const;
      const { result } = await runCall(call, {
        mode: check ? { is: 'check' } : writer,
        overlay: new Overlay(),
        clock: { now: Date.now, sleep: async () => undefined },
        stop: never,
        kill: never,
        events: { secret: nothing, pending: nothing, change: nothing, stepStart: nothing, stepEnd: nothing },
      });
      return result;
    },
  };
}

/** The data disk by its identity. */
const named = ({ world }: Site): JsonObject => ({
  wwn: world.host.world().disks.find(({ kname }) => kname === 'sdb')?.wwn ?? '',
  size_bytes: 100 * GIB,
});

describe('disks of a worker', () => {
  let here: Site;
  beforeAll(async () => {
    here = await site();
  });
  afterAll(() => here?.world.close());
  const output = (result: TaskResult): JsonObject => ('output' in result ? (result.output as JsonObject) : {});
  const candidate = async (): Promise<JsonObject> =>
    (output(await here.run(diskProbe, { min_size_gib: 100, fstype: 'ext4', expect: 1 }))['candidates'] as JsonObject[])[0] ?? {};

  test('disk_probe finds the blank one, and knows the system disk', async () => {
    const result = await here.run(diskProbe, { min_size_gib: 100, expect: 1 });
    expect(result).toMatchObject({
      status: 'ok',
      output: {
        candidates: [{ kname: 'sdb', state: 'blank', size_gib: 100, by_id: expect.stringMatching(/^\/dev\/disk\/by-id\/wwn-0x5000c500/) }],
      },
    });
    const system = (output(result)['disks'] as JsonObject[]).find(({ kname }) => kname === 'sda');
    expect(system).toMatchObject({ candidate: false, why: expect.stringMatching(/sda/) });
  });

  test('wwn_collect names it as the operator would', async () => {
    const [link] = here.world.host.world().disks.flatMap(({ kname, wwn }) => (kname === 'sdb' ? [`/dev/disk/by-id/wwn-${wwn}`] : []));
    expect(await here.run(wwnCollect, { device: 'sdb' })).toMatchObject({ status: 'ok', output: { device_paths: [link] } });
  });

  test('check changes nothing; a run formats; a second run has nothing to do', async () => {
    const before = here.world.host.world();
    const args = { disk: await candidate(), fstype: 'ext4', label: 'registry' };
    expect(await here.run(mkfs, args, { check: true })).toMatchObject({ status: 'would-change' });
    expect(here.world.host.world().disks).toBe(before.disks);
    expect(await here.run(mkfs, args)).toMatchObject({ status: 'changed', output: { filesystem: { type: 'ext4', label: 'registry' } } });
    expect(await here.run(mkfs, args)).toMatchObject({ status: 'ok' });
    expect(await candidate()).toMatchObject({ kname: 'sdb' });
    const devices = await nodeDisks(here.world.lab.hosts).look('worker01');
    expect(devices.devices.find(({ kname }) => kname === 'sdb')).toMatchObject({ signature: 'ext4', mounted: false, hasPartitions: false });
  });

  test('what the operators do on the node is what pb sees', async () => {
    const act = nodeDisks(here.world.lab.hosts).act;
    const target = '/mnt/local-storage/local-sc/x';
    await act?.('worker01', { do: 'link', kname: 'sdb', path: target, target: '/dev/sdb' });
    expect(await here.run(diskProbe, { device: 'sdb' })).toMatchObject({
      output: { disks: expect.arrayContaining([expect.objectContaining({ kname: 'sdb' })]) },
    });
    expect(await here.run(stat, { path: target })).toMatchObject({ status: 'ok' });
    await act?.('worker01', { do: 'unlink', kname: 'sdb', path: target });
    await act?.('worker01', { do: 'mount', kname: 'sdb', path: '/var/lib/kubelet/pods/x/volumes/v', fsType: 'ext4' });
    const result = await here.run(mkfs, { ...named(here), fstype: 'xfs' });
    expect(result).toMatchObject({ status: 'failed', error: { code: 'refused' }, output: { code: 'mounted' } });
    await act?.('worker01', { do: 'unmount', kname: 'sdb', path: '/var/lib/kubelet/pods/x/volumes/v' });
  });

  test('files: made, put in place, and the same the second time', async () => {
    const dir = { path: '/etc/pb/deep', state: 'directory', mode: '0750' };
    const content = { dest: '/etc/pb/deep/a.conf', content: 'ünïcode\n', mode: '0640', owner: 'core', group: 'core' };
    expect([(await here.run(file, dir)).status, (await here.run(file, dir)).status]).toEqual(['changed', 'ok']);
    expect([(await here.run(copy, content)).status, (await here.run(copy, content)).status]).toEqual(['changed', 'ok']);
    expect(await here.run(stat, { path: '/etc/pb/deep/a.conf' })).toMatchObject({
      output: { stat: { mode: '0640', pw_name: 'core', size: 10 } },
    });
  });
});

describe('disks that must not be touched', () => {
  const held = (type: string) => ({ kname: 'sdb', sizeBytes: 100 * GIB, holds: [{ type }] });
  test.each([
    ['ext4 where xfs is wanted', { ...held('ext4') }, 'has-fs'],
    ['an LVM member', held('LVM2_member'), 'member'],
    ['an OSD of Ceph', held('ceph_bluestore'), 'member'],
    ['two file systems', { kname: 'sdb', sizeBytes: 100 * GIB, holds: [{ type: 'xfs' }, { type: 'ext4' }] }, 'ambivalent'],
    ['old swap space', held('swap'), 'has-signature'],
    ['a read-only disk', { kname: 'sdb', sizeBytes: 100 * GIB, readOnly: true }, 'read-only'],
  ])('%s is refused, and stays as it is', async (_, disk, code) => {
    const here = await site(newWorld({ hostname: 'worker01', disks: [{ kname: 'sda', sizeBytes: 120 * GIB }, disk] }));
    try {
      const { disks } = here.world.host.world();
      const result = await here.run(mkfs, { ...named(here), fstype: 'xfs' });
      expect(result).toMatchObject({ status: 'failed', error: { code: 'refused' }, output: { code } });
      expect(here.world.host.world().disks).toBe(disks);
    } finally {
      await here.world.close();
    }
  });
});

test('what is given up is backed up, byte for byte', async () => {
  const disks = [
    { kname: 'sda', sizeBytes: 120 * GIB },
    { kname: 'sdb', sizeBytes: 100 * GIB, holds: [{ type: 'LVM2_member' }] },
  ];
  const here = await site(newWorld({ hostname: 'worker01', disks }));
  try {
    const before = await here.world.far.sh('sudo head -c 1048576 /dev/sdb | sha256sum');
    const consent = { allow_signatures: ['LVM2_member'], confirm_destructive: true, backup_dir: '/var/lib/pb' };
    const result = await here.run(mkfs, { ...named(here), fstype: 'xfs', ...consent });
    expect(result).toMatchObject({ status: 'changed', output: { filesystem: { type: 'xfs' } } });
    expect((await here.world.far.sh('sudo sh -c "cat /var/lib/pb/*/head.img" | sha256sum')).stdout).toEqual(before.stdout);
    expect((await here.world.far.sh('sudo sh -c "ls /var/lib/pb/*"')).stdout.toString()).toBe(
      'facts.txt\nhead.img\ntail.img\nwipefs-sdb-0x00000218.bak\n',
    );
  } finally {
    await here.world.close();
  }
});
