import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { TaskResult } from '../../src/core/event.ts';
import { diskProbe } from '../../src/modules/disk_probe.ts';
import { mkfs } from '../../src/modules/mkfs.ts';
import { wwnCollect } from '../../src/modules/wwn_collect.ts';
import { type Bench, startBench } from './disks/bench.ts';
import { ALLOWED, DONE, isOdd, ODD, PLAIN, REFUSED, type Situation } from './disks/situations.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('vm');

suite.each([
  { name: 'plain disks', disks: PLAIN, address: '127.0.0.31', fits: (situation: Situation) => !isOdd(situation) },
  { name: 'odd disks', disks: ODD, address: '127.0.0.32', fits: isOdd },
])('mkfs on $name', ({ disks, address, fits }) => {
  let bench: Bench;
  let undo: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    bench = await startBench(address, disks);
  });
  afterAll(() => bench?.close());
  afterEach(async () => {
    for (const step of undo.reverse()) await step();
    undo = [];
  });

  /** Brings the situation about; it is undone after the test, whatever becomes of it. */
  async function given({ before, after, disk }: Situation): Promise<void> {
    if (!before) return;
    if (disk !== 'removable') undo.push(() => bench.blank(disk));
    if (after) undo.push(async () => bench.sh(`D=${await bench.device(disk)}\n${after}`));
    await bench.sh(`set -e\n${disk === 'removable' ? '' : `D=${await bench.device(disk)}`}\n${before}\nsync; udevadm settle`);
  }

  it.each(REFUSED.filter(fits))('rule $row $code: $title: refuses, and leaves every byte', async (situation) => {
    await given(situation);
    const before = await bench.bytes(situation.disk);
    const result = await bench.run(mkfs, situation.args);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'refused' }, output: { row: situation.row, code: situation.code } });
    expect(await bench.bytes(situation.disk)).toBe(before);
  });

  it.each(DONE.filter(fits))('rule $row: $title: nothing to do, and every byte left', async (situation) => {
    await given(situation);
    const before = await bench.bytes(situation.disk);
    expect(await bench.run(mkfs, situation.args)).toMatchObject({ status: 'ok', output: { filesystem: { type: 'ext4' } } });
    expect(await bench.bytes(situation.disk)).toBe(before);
  });

  it.each(ALLOWED.filter(fits))('rule $row $code: $title: formats, once', async (situation) => {
    undo.push(() => bench.blank(situation.disk));
    await given(situation);
    const before = await bench.bytes(situation.disk);
    const head = await bench.sh(`head -c 1048576 ${await bench.device(situation.disk)} | sha256sum`);
    expect(await bench.run(mkfs, situation.args, { check: true })).toMatchObject({ status: 'would-change' });
    expect(await bench.bytes(situation.disk)).toBe(before);

    // The engine has read again: `changed` says that a second run would find nothing to do.
    const result = await bench.run(mkfs, situation.args);
    expect(result).toMatchObject({ status: 'changed', output: { filesystem: { type: situation.wants } } });
    const backup = backupOf(result);
    if (situation.row === 22) expect(backup).toBe('-');
    else expect(await bench.sh(`sha256sum < ${backup}/head.img`)).toBe(head);
  });

  const stuff: Omit<Situation, 'title' | 'before'> = { row: 0, code: '', disk: 'data', args: {}, answer: 'refused' };
  const meanwhile = [
    { title: 'is mounted', before: 'mkfs.xfs -q -f $D', then: 'mkdir -p /mnt/r; mount -o ro,norecovery $D /mnt/r', undo: 'umount /mnt/r' },
    {
      title: 'is mounted where nobody sees it',
      before: 'mkfs.xfs -q -f $D',
      then: hidden(),
      undo: 'kill $(cat /run/hidden); rm /run/up; sleep 1',
    },
    { title: 'becomes swap space', before: 'mkswap -q $D', then: 'swapon $D', undo: 'swapoff $D' },
    { title: 'is given a file system', before: ':', then: 'mkfs.ext4 -q $D; sync', undo: ':' },
    { title: 'is written to, without a signature', before: ':', then: 'echo data | dd of=$D conv=notrunc; sync', undo: ':' },
    { title: 'is partitioned', before: ':', then: 'sgdisk -n 1:0:+20M $D; sync; udevadm settle', undo: ':' },
    { title: 'becomes a loop device', before: ':', then: 'modprobe loop; losetup -r /dev/loop6 $D', undo: 'losetup -d /dev/loop6' },
    {
      title: 'is taken by the Local Storage Operator',
      before: ':',
      then: 'mkdir -p /mnt/local-storage/sc; ln -s $D /mnt/local-storage/sc/x',
      undo: 'rm -r /mnt/local-storage',
    },
    { title: 'loses its link to another disk', before: ':', then: relink('/dev/vda'), undo: relink('$D') },
    { title: 'becomes read-only', before: ':', then: 'blockdev --setro $D', undo: 'blockdev --setrw $D' },
  ];
  it.each(disks === PLAIN ? meanwhile : [])(
    'stops before writing when the disk $title between decision and act',
    async ({ before, then, undo: after }) => {
      await given({ ...stuff, title: '', before, after });
      const D = `D=${await bench.device('data')}`;
      let bytes = '';
      const consent = { allow_signatures: ['xfs', 'swap', 'ext4', 'gpt'], confirm_destructive: true, allow_unsigned_data: true };
      const args = { by_id: 'wwn-0x5000c500a1b2c301', size_bytes: 384 * 2 ** 20, fstype: 'ext4', ...consent };
      const result = await bench.run(mkfs, args, {
        meanwhile: async () => {
          await bench.sh(`set -e\n${D}\n${then}`);
          bytes = await bench.bytes('data');
        },
      });
      expect(result).toMatchObject({ status: 'failed', error: { code: 'exec', output: { code: 3 } } });
      expect(bytes).not.toBe('');
      expect(await bench.bytes('data')).toBe(bytes);
    },
  );

  it.runIf(disks === PLAIN)('finds the candidate, and its lasting name', async () => {
    const probed = await bench.run(diskProbe, { serial: 'DATA1', fstype: 'ext4', expect: 1 });
    expect(probed).toMatchObject({
      status: 'ok',
      output: { candidates: [{ kname: expect.any(String), state: 'blank', serial: 'DATA1' }] },
    });
    expect(await bench.run(wwnCollect, { serial: 'DATA1' })).toMatchObject({
      status: 'ok',
      output: { device_paths: ['/dev/disk/by-id/wwn-0x5000c500a1b2c301'] },
    });
    expect(await bench.run(wwnCollect, { device: 'vda' })).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('virtio') },
    });
  });

  it.skipIf(disks === PLAIN)('says of each disk why it is no candidate', async () => {
    const message = expect.stringMatching(/0 disks .* 1 expected.*read-only.*same WWN.*paths to one disk/s);
    expect(await bench.run(diskProbe, { fstype: 'ext4', expect: 1 })).toMatchObject({ status: 'failed', error: { message } });
    const twin = await bench.run(wwnCollect, { serial: 'TWIN1' });
    expect(twin).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('same WWN') } });
  });

  it.runIf(disks === PLAIN)('takes no kernel name for an identity', async () => {
    const result = await bench.run(mkfs, { device: '/dev/sda', fstype: 'ext4' });
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'refused', message: expect.stringContaining('/dev/sda may be another disk') },
    });
  });
});

function backupOf(result: TaskResult): string {
  const step = result.status === 'changed' ? result.change?.steps[0] : undefined;
  return step?.do === 'exec' ? String(step.argv[6]) : 'none';
}

function hidden(): string {
  return 'mkdir -p /mnt/r; unshare -m sh -c "mount -o ro,norecovery $D /mnt/r && : >/run/up && exec sleep 100000" >/dev/null 2>&1 & echo $! >/run/hidden; while [ ! -e /run/up ]; do sleep 0.1; done';
}

function relink(to: string): string {
  return `ln -sfn ${to} /dev/disk/by-id/wwn-0x5000c500a1b2c301`;
}
