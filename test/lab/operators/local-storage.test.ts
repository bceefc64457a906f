import { describe, expect, it } from 'vitest';
import type { LocalVolume } from '../../../src/lab/kube/operators/kinds.ts';
import { localStorageCrds } from '../../../src/lab/kube/operators/local-storage/crds.ts';
import { bestById, matchPaths } from '../../../src/lab/kube/operators/local-storage/match.ts';
import { diskmakerDaemonSet, provisionerConfig } from '../../../src/lab/kube/operators/local-storage/resources.ts';
import { capacityOf, volumeFor, volumeName } from '../../../src/lab/kube/operators/local-storage/volume.ts';
import { disk, wwn } from './memory-disks.ts';

const local: LocalVolume = {
  metadata: { name: 'local-disks', namespace: 'openshift-local-storage' },
  spec: { storageClassDevices: [{ storageClassName: 'local-sc', fsType: 'xfs' }] },
};

describe('volumes of diskmaker', () => {
  it.each([
    ['wwn-0x6000c123412341234123412342314321', 'worker01', 'local-sc', 'local-pv-7dbf3bcc'],
    ['sdb', 'worker02', 'local-sc', 'local-pv-760cc338'],
  ])('names %s on %s %s', (base, node, storageClass, name) => {
    expect(volumeName(base, node, storageClass)).toBe(name);
  });

  it.each([
    [100 * 2 ** 30, '100Gi'],
    [100e9, '93Gi'],
    [100 * 2 ** 30 - 1, '99Gi'],
    [10 * 2 ** 30, '10Gi'],
    [10 * 2 ** 30 - 1, '10239Mi'],
    [300e6, '286Mi'],
    [5e6, '5000000'],
  ])('makes of %d bytes %s', (bytes, capacity) => {
    expect(capacityOf(bytes)).toBe(capacity);
  });

  it('goes by the hostname label, not by the node name', () => {
    const node = { metadata: { name: 'worker01.lab.example.com', labels: { 'kubernetes.io/hostname': 'worker01' } } };
    const byId = wwn('5000c500a1b2c3d4');
    const found = { is: 'found' as const, path: byId, device: disk('sdb', { byId: [byId] }), byId, base: 'wwn-0x5000c500a1b2c3d4' };
    expect(volumeFor(local, { storageClassName: 'local-sc', fsType: 'xfs' }, { node, found })).toMatchObject({
      metadata: {
        labels: {
          'kubernetes.io/hostname': 'worker01',
          'storage.openshift.com/owner-kind': 'LocalVolume',
          'storage.openshift.com/owner-name': 'local-disks',
          'storage.openshift.com/owner-namespace': 'openshift-local-storage',
        },
        annotations: {
          'storage.openshift.com/device-name': 'sdb',
          'storage.openshift.com/device-id': 'wwn-0x5000c500a1b2c3d4',
          'pv.kubernetes.io/provisioned-by': 'local-volume-provisioner-worker01.lab.example.com',
        },
        finalizers: ['kubernetes.io/pv-protection', 'storage.openshift.com/lso-symlink-deleter'],
      },
      spec: {
        persistentVolumeReclaimPolicy: 'Delete',
        volumeMode: 'Filesystem',
        local: { path: '/mnt/local-storage/local-sc/wwn-0x5000c500a1b2c3d4', fsType: 'xfs' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker01'] }] }],
          },
        },
      },
    });
  });
});

describe('what a path means on a node', () => {
  const byId = wwn('1');
  const one = (given: Parameters<typeof disk>[1], path = byId) => matchPaths([path], [disk('sdb', { byId: [byId], ...given })])[0];

  it('takes a disk with a filesystem, and a read-only one: neither is looked at', () => {
    expect(one({ signature: 'xfs', ro: true })).toMatchObject({ is: 'found', base: 'wwn-0x1', byId });
  });
  it('refuses what is mounted or partitioned in other words than what is absent', () => {
    const skipped = { is: 'refused', reason: 'ErrorFindingMatchingDisk', message: `unable to find matching disk ${byId}` };
    expect(one({ mounted: true })).toMatchObject(skipped);
    expect(one({ hasPartitions: true })).toMatchObject(skipped);
    expect(one({}, wwn('2'))).toMatchObject({
      reason: 'ErrorFindingMatchingDisk',
      message: `unable to add disk-id ${wwn('2')} to local disk pool: unable to find device at path ${wwn('2')}: lstat ${wwn('2')}: no such file or directory`,
    });
  });
  it('cannot lock what device mapper holds', () => {
    expect(one({ holders: ['dm-0'] })).toMatchObject({
      reason: 'ErrorCreatingSymLink',
      message: 'not symlinking, locking failed: device or resource busy',
    });
  });
  it('looks for the best link of a plain device name', () => {
    const links = ['scsi-0QEMU_disk', 'scsi-36000', 'nvme-x', 'wwn-0x9'].map((name) => `/dev/disk/by-id/${name}`);
    expect(one({ byId: links }, '/dev/sdb')).toMatchObject({ base: 'wwn-0x9' });
    expect(bestById(links.slice(0, 3))).toBe('/dev/disk/by-id/scsi-36000');
    expect(bestById(links.slice(2, 3))).toBe('/dev/disk/by-id/nvme-x');
    const bare = one({ byId: [] }, '/dev/sdb');
    expect(bare).toMatchObject({ is: 'found', base: 'sdb' });
    expect(bare).not.toHaveProperty('byId');
  });
});

describe('what the operator creates', () => {
  it('says where each class has its links', () => {
    expect(provisionerConfig('ns', [local]).data?.['storageClassMap']).toBe(
      'local-sc:\n  blockCleanerCommand:\n  - /scripts/quick_reset.sh\n  fsType: xfs\n' +
        '  hostDir: /mnt/local-storage/local-sc\n  mountDir: /mnt/local-storage/local-sc\n  volumeMode: Filesystem\n',
    );
  });
  it('runs diskmaker where any selector matches, everywhere when one has none', () => {
    const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker01'] }] }];
    const selective = { ...local, spec: { ...local.spec, nodeSelector: { nodeSelectorTerms: terms } } };
    const affinity = (owners: LocalVolume[]) =>
      diskmakerDaemonSet('ns', owners, 'image').spec.template.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    expect(affinity([selective])?.nodeSelectorTerms).toEqual(terms);
    expect(affinity([selective, local])).toBeUndefined();
  });
  it('brings four kinds', () => {
    expect(localStorageCrds.map((crd) => crd.metadata.name)).toEqual(
      ['localvolumes', 'localvolumesets', 'localvolumediscoveries', 'localvolumediscoveryresults'].map(
        (name) => `${name}.local.storage.openshift.io`,
      ),
    );
  });
});
