import { afterAll, beforeAll, expect, it } from 'vitest';
import { partOrSkip } from '../parts/require.ts';
import type { DiskSpec } from '../parts/vm.ts';
import { dataDisk, type Hosts, SIZE_GIB, WORKERS, type Worker } from './hosts.ts';
import { failuresOf, type Ran, resultsOf, told } from './pb.ts';
import { quietRevision, type Site, startSite } from './site.ts';

await partOrSkip('vm');
const suite = await partOrSkip('kube');

const sizeMiB = SIZE_GIB * 1024 + 64;
/** Beside the data disks, and taken off the bus where a test does not want them. */
const MORE: { readonly [worker: string]: readonly DiskSpec[] } = {
  // As a "100 GB" disk is to a claim of 100 GiB.
  worker02: [{ kind: 'scsi', sizeMiB: Math.floor((SIZE_GIB * 1e9) / 2 ** 20), wwn: '0x5000c500000000b2', serial: 'SHORT02' }],
  worker03: [
    // A clone of worker01's.
    { kind: 'scsi', sizeMiB, wwn: '0x5000c50000000001', serial: 'CLONE03' },
    { kind: 'scsi', sizeMiB, wwn: '0x5000c500000000c3', serial: 'LOCKED03', readOnly: true },
  ],
};

suite('disks that are not as the job needs them: no worker is touched', () => {
  let site: Site & { readonly hosts: Hosts };
  /** What the run finds, and must leave. */
  let before: Readonly<Record<string, string>>;
  let revision: number;
  beforeAll(async () => {
    site = await startSite({ net: 32, disks: (worker, index) => [dataDisk(index), ...(MORE[worker] ?? [])] });
    revision = await quietRevision(site.cluster);
  });
  afterAll(() => site?.close());

  /** Only these disks are on the worker's bus, by serial number; its data disk is blank. */
  const plug = async (worker: Worker, ...serials: readonly string[]): Promise<void> => {
    const all = [dataDisk(WORKERS.indexOf(worker)), ...(MORE[worker] ?? [])].map((disk) => disk.serial);
    const left = await site.hosts.sh(
      worker,
      `for host in /sys/class/scsi_host/*; do echo '- - -' > $host/scan; done; udevadm settle
       for serial in ${all.filter((serial) => serial && !serials.includes(serial)).join(' ')}; do
         disk=$(lsblk -dn -o NAME,SERIAL | awk -v serial=$serial '$2 == serial { print $1 }')
         [ -z "$disk" ] || echo 1 > /sys/block/$disk/device/delete
       done
       disk=$(lsblk -dnp -o NAME,SERIAL | awk '$2 == "${all[0]}" { print $1 }')
       if [ -n "$disk" ]; then
         ! mountpoint -q /srv/data || umount /srv/data
         ! [ -e /dev/vg ] || vgchange -q -an vg
         [ "$(wipefs -n $disk)" = "" ] || { wipefs -q -a -f $disk; blkdiscard -f $disk; blockdev --rereadpt $disk; }
       fi; udevadm settle; lsblk -dn -o SERIAL`,
    );
    expect(
      left
        .split('\n')
        .map((line) => line.trim())
        .filter((serial) => all.includes(serial))
        .sort(),
    ).toEqual([...serials].sort());
  };
  const good = async (...workers: readonly Worker[]): Promise<void> => {
    await Promise.all(workers.map((worker) => plug(worker, `DATA0${WORKERS.indexOf(worker) + 1}`)));
  };

  const untouched = async (ran: Ran): Promise<void> => {
    expect(await site.cluster.kube.etcdRevision()).toBe(revision);
    expect(await site.hosts.lastWrites()).toEqual(before);
    expect(resultsOf(ran, 'Make the filesystem')).toEqual({});
  };
  const run = (...more: readonly string[]): Promise<Ran> => site.pb(['run', ...site.job, '--output', 'json', ...more]);
  const failedOn = (ran: Ran, worker: Worker): string => told(failuresOf(ran)[`Choose the data disk on ${worker}`]);

  it('a disk in use, one held by LVM, and one with another filesystem', async () => {
    await good(...WORKERS);
    const disk = (worker: Worker): string => `/dev/disk/by-id/wwn-0x5000c5000000000${WORKERS.indexOf(worker) + 1}`;
    await Promise.all([
      site.hosts.sh('worker01', `mkfs.ext4 -q ${disk('worker01')}; mkdir -p /srv/data; mount -o ro,noload ${disk('worker01')} /srv/data`),
      site.hosts.sh('worker02', `pvcreate -q -y ${disk('worker02')}; vgcreate -q vg ${disk('worker02')}; lvcreate -q -y -n lv -L 100M vg`),
      site.hosts.sh('worker03', `mkfs.xfs -q ${disk('worker03')}`),
    ]);
    before = await site.hosts.lastWrites();
    const ran = await run();
    expect(ran.exitCode).toBe(2);
    expect(failedOn(ran, 'worker01')).toMatch(
      /0 disks of worker01 can be taken, 1 expected: .*sd\w \(1 GiB, QEMU HARDDISK, serial DATA01\) is mounted at \/srv\/data; choose another disk/,
    );
    expect(failedOn(ran, 'worker02')).toMatch(/serial DATA02\) is held by .*; choose another disk, or take apart what is built on it/);
    expect(failedOn(ran, 'worker03')).toMatch(
      /serial DATA03\) holds a file system: xfs; choose another disk, or give up what is on this one: allow_signatures: \[xfs\]/,
    );
    await untouched(ran);

    // Left to kubelet the xfs would make the registry's pod fail to mount it as ext4.
    const none = await run('-e', 'registry_filesystem=none', '--limit', 'localhost,worker03');
    expect(none.exitCode).toBe(2);
    expect(failedOn(none, 'worker03')).toMatch(/serial DATA03\) .*xfs/);
    await untouched(none);
  });

  it('a partitioned disk, a missing one beside one that is short of the size, two candidates', async () => {
    await Promise.all([good('worker01'), plug('worker02', 'SHORT02'), plug('worker03', 'DATA03', 'CLONE03')]);
    await site.hosts.sh('worker01', 'sgdisk -n 1:0:+100M /dev/disk/by-id/wwn-0x5000c50000000001 >/dev/null; udevadm settle');
    before = await site.hosts.lastWrites();
    const ran = await run();
    expect(ran.exitCode).toBe(2);
    expect(failedOn(ran, 'worker01')).toMatch(/serial DATA01\) .*partition/);
    expect(failedOn(ran, 'worker02')).toMatch(
      /0 disks of worker02 can be taken, 1 expected: .*serial SHORT02\): it gives a volume of 0 GiB, less than the 1 GiB wanted help: attach a disk that fits, .*or ask for less/,
    );
    expect(failedOn(ran, 'worker03')).toMatch(
      /2 disks of worker03 can be taken, 1 expected: .*taken: sd\w .*serial DATA03\).* taken: sd\w .*serial CLONE03\).* help: name the disk that is meant by serial or wwn/,
    );
    await untouched(ran);
  });

  it('F13: the same WWN on two workers, each of which has but this one', async () => {
    await Promise.all([good('worker01', 'worker02'), plug('worker03', 'CLONE03')]);
    before = await site.hosts.lastWrites();
    const ran = await run();
    expect(ran.exitCode).toBe(2);
    const failure = Object.values(failuresOf(ran))[0];
    expect(told(failure)).toMatch(
      /Two workers have a disk of the same name: worker01 \S+wwn-0x5000c50000000001, worker02 \S+wwn-0x5000c50000000002, worker03 \S+wwn-0x5000c50000000001\. .*hypervisor/,
    );
    await untouched(ran);
  });

  it('F15: a read-only disk', async () => {
    await Promise.all([good('worker01', 'worker02'), plug('worker03', 'LOCKED03')]);
    before = await site.hosts.lastWrites();
    const ran = await run();
    expect(ran.exitCode).toBe(2);
    expect(failedOn(ran, 'worker03')).toMatch(/0 disks of worker03 can be taken.*serial LOCKED03\) is read-only; see its write protection/);
    expect(Object.keys(failuresOf(ran))).toEqual(['Choose the data disk on worker03']);
    await untouched(ran);
  });

  it('a worker that does not answer: the others are not formatted', async () => {
    await good(...WORKERS);
    before = await site.hosts.lastWrites();
    await site.hosts.vms.get('worker02')?.cutLink();
    const ran = await run('--timeout', '5');
    await site.hosts.vms.get('worker02')?.restoreLink();
    expect(ran.exitCode).toBe(4);
    expect(Object.keys(failuresOf(ran))).toEqual(['Choose the data disk on worker02']);
    expect(resultsOf(ran, 'Choose the data disk')).toMatchObject({
      worker01: { status: 'ok' },
      worker02: { status: 'unreachable' },
      worker03: { status: 'ok' },
    });
    expect(failedOn(ran, 'worker02')).toMatch(/127\.0\.32\.2/);
    await untouched(ran);
  });
});
