import { afterAll, beforeAll, expect, it } from 'vitest';
import { partOrSkip } from './require.ts';
import { startHost, type Vm } from './vm.ts';

const suite = await partOrSkip('vm');

suite('an emulated host', () => {
  let vm: Vm;
  beforeAll(async () => {
    vm = await startHost({
      name: 'worker-0',
      address: '127.0.0.11',
      disks: [
        { kind: 'scsi', sizeMiB: 512, wwn: '0x5000c500a1b2c3d4', serial: 'SN1', rotational: true },
        { kind: 'scsi', sizeMiB: 64, serial: 'SN2', readOnly: true },
        { kind: 'nvme', sizeMiB: 256, serial: 'NV1' },
        { kind: 'virtio', sizeMiB: 128, serial: 'VB1' },
      ],
    });
  });
  afterAll(() => vm?.close());

  const stdout = async (command: string) => {
    const result = await vm.ssh(command);
    expect(result, command).toMatchObject({ exitCode: 0 });
    return result.stdout.trim();
  };

  it('shows its disks to lsblk as real hardware would', async () => {
    const { blockdevices } = JSON.parse(await stdout('lsblk --json --bytes -o NAME,SIZE,RO,ROTA,WWN,SERIAL,TRAN,MOUNTPOINT'));
    expect(blockdevices).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'sda', size: 512 * 2 ** 20, ro: false, rota: true, wwn: '0x5000c500a1b2c3d4', serial: 'SN1' }),
        expect.objectContaining({ name: 'sdb', ro: true, serial: 'SN2' }),
        expect.objectContaining({ name: 'nvme0n1', mountpoint: '/' }),
        expect.objectContaining({ name: 'nvme1n1', tran: 'nvme', serial: 'NV1', rota: false }),
        expect.objectContaining({ name: 'vda', serial: 'VB1', wwn: null }),
      ]),
    );
  });

  it('links its disks under /dev/disk/by-id', async () => {
    const links = await stdout('cd /dev/disk/by-id; for link in *; do echo "$link $(readlink -f "$link")"; done');
    for (const link of ['wwn-0x5000c500a1b2c3d4 /dev/sda', 'nvme-QEMU_NVMe_Ctrl_NV1 /dev/nvme1n1', 'virtio-VB1 /dev/vda']) {
      expect(links).toContain(link);
    }
  });

  it('has the storage tools, and no Python', async () => {
    const tools = 'wipefs sgdisk parted mkfs.ext4 mkfs.xfs mkfs.vfat mkswap pvcreate mdadm cryptsetup blkid findmnt';
    await stdout(`for tool in ${tools}; do sudo sh -c "command -v $tool" || exit 1; done`);
    expect((await vm.ssh('command -v python3')).exitCode).toBe(1);
    await stdout('sudo sh -ec "mkfs.xfs -q -f /dev/sda; mount /dev/sda /mnt; touch /mnt/it; umount /mnt; modprobe -a raid1 dm_crypt"');
  });

  it('lets core become root, ops with a password, plain never', async () => {
    expect(await stdout('sudo -n id -u')).toBe('0');
    expect(await vm.ssh('sudo -n id -u', { user: 'ops' })).toMatchObject({ exitCode: 1, stderr: 'sudo: a password is required\n' });
    expect(await vm.ssh('sudo -S -p "" id -u', { user: 'ops', stdin: 'ops-pw\n' })).toMatchObject({ exitCode: 0, stdout: '0\n' });
    expect((await vm.ssh('sudo -n id -u', { user: 'plain' })).exitCode).toBe(1);
  });

  it('takes a password from ops', async () => {
    expect(await vm.ssh('id -un', { user: 'ops', password: 'ops-pw' })).toMatchObject({ exitCode: 0, stdout: 'ops\n' });
    expect(await vm.ssh('id -un', { user: 'ops', password: 'wrong' })).toMatchObject({ exitCode: 255 });
  });

  it('hangs when its cable is pulled, and answers again', async () => {
    await vm.cutLink();
    expect((await vm.ssh('true', { timeoutMs: 3000 })).exitCode).toBe(-1);
    await vm.restoreLink();
    await stdout('true');
  });

  it('drops its connections on demand', async () => {
    const sleeping = vm.ssh('echo started; sleep 60');
    await expect.poll(() => vm.ssh('pgrep -x sleep -u core'), { timeout: 20_000 }).toMatchObject({ exitCode: 0 });
    await vm.dropConnections();
    expect((await sleeping).exitCode).toBe(255);
    await stdout('true');
  });

  it('restarts, and keeps what is on its disks', async () => {
    await stdout('echo kept | sudo tee /etc/kept /dev/vda; sync');
    await vm.ssh('sudo reboot');
    await vm.waitUp(2);
    expect(await stdout('cat /etc/kept; sudo head -n 1 /dev/vda')).toBe('kept\nkept');
  });
});

suite('several hosts', () => {
  it('start side by side, each with a key and an address of its own', async () => {
    const started = await Promise.allSettled(['21', '22'].map((n) => startHost({ name: `w-${n}`, address: `127.0.0.${n}` })));
    const hosts = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    try {
      expect(started.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(await Promise.all(hosts.map(async (host) => (await host.ssh('hostname')).stdout))).toEqual(['w-21\n', 'w-22\n']);
      expect(new Set(hosts.map((host) => host.knownHosts.split(' ')[2])).size).toBe(2);
      await hosts[0]?.kill();
      expect((await hosts[0]?.ssh('true'))?.exitCode).toBe(255);
    } finally {
      await Promise.all(hosts.map((host) => host.close()));
    }
  });
});
