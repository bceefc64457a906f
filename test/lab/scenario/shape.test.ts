import { expect, it } from 'vitest';
import { busy, deviceByName, mountPoints } from '../../../src/lab/hosts/world/devices.ts';
import { signaturesOf } from '../../../src/lab/hosts/world/signatures.ts';
import { type InventoryHost, roleOf, shapeAll } from '../../../src/lab/scenario/shape.ts';
import type { Scenario } from '../../../src/lab/scenario/types.ts';
import { bytesOf, msOf } from '../../../src/lab/scenario/units.ts';
import { worldOf } from '../../../src/lab/scenario/world.ts';

const hosts: readonly InventoryHost[] = [
  { name: 'm1', groups: ['masters'] },
  { name: 'w1', groups: ['workers'], disk: { sizeGib: 200, serial: 'MINE' } },
  { name: 'w2', groups: ['workers', 'rack_2'], nodeName: 'w2.example.com', user: 'admin', becomePassword: 'secret' },
  { name: 'i1', groups: ['infra', 'workers'] },
  { name: 'bastion', groups: ['jump'] },
];
const matching = (pattern: string): readonly string[] =>
  hosts.filter(({ name, groups }) => pattern === name || groups.includes(pattern)).map(({ name }) => name);
const shaped = (scenario: Partial<Scenario> = {}) =>
  new Map(shapeAll(hosts, { name: 'x', ...scenario }, matching).map((host) => [host.name, host]));

it('groups make roles; a host of no such group is no node', () => {
  expect(hosts.map(({ groups }) => roleOf(groups))).toEqual(['master', 'worker', 'worker', 'infra', undefined]);
  const fleet = shaped();
  expect(fleet.get('m1')?.node).toEqual({ name: 'm1', roles: ['master'] });
  expect(fleet.get('i1')?.node).toEqual({ name: 'i1', roles: ['infra', 'worker'] });
  expect(fleet.get('w2')).toMatchObject({ node: { name: 'w2.example.com' }, user: 'admin', sudo: 'password', password: 'secret' });
  expect(fleet.get('bastion')?.node).toBeUndefined();
  expect(fleet.get('bastion')?.user).toBe('core');
});

it('workers have a data disk as their variables tell, others have none', () => {
  const fleet = shaped();
  expect(fleet.get('m1')?.disks.map(({ kname }) => kname)).toEqual(['sda']);
  expect(fleet.get('w1')?.disks[1]).toEqual({ kname: 'sdb', size: '200GiB', serial: 'MINE' });
  expect(fleet.get('w2')?.disks[1]).toEqual({ kname: 'sdb', size: '100GiB' });
});

it('a scenario changes what its patterns name, the later over the earlier', () => {
  const fleet = shaped({
    hosts: {
      workers: { disks: { sdb: { size: '20GiB' }, sdc: { size: '100GB', system: true } } },
      w2: { disks: { sdb: { absent: true } }, node: { absent: true }, sudo: 'none' },
    },
  });
  expect(fleet.get('w1')?.disks.map(({ kname, size }) => `${kname} ${size}`)).toEqual(['sdc 100GB', 'sda 120GiB', 'sdb 20GiB']);
  expect(fleet.get('w1')?.disks[2]?.serial).toBe('MINE');
  expect(fleet.get('w2')?.disks.map(({ kname }) => kname)).toEqual(['sdc', 'sda']);
  expect(fleet.get('w2')).toMatchObject({ sudo: 'none' });
  expect(fleet.get('w2')?.node).toBeUndefined();
});

it('sizes and spans', () => {
  expect(bytesOf('100GiB')).toBe(107_374_182_400);
  expect(bytesOf('1.5GB')).toBe(1_499_999_744);
  expect(bytesOf('1048576B')).toBe(1_048_576);
  expect([msOf('1.5m'), msOf('250ms')]).toEqual([90_000, 250]);
  expect(() => bytesOf('large')).toThrow(/no size/);
  expect(() => msOf('soon')).toThrow(/no span/);
});

const worldWith = (disk: object) => {
  const [host] = shapeAll([{ name: 'w1', groups: ['workers'] }], { name: 'x', hosts: { w1: { disks: { sdb: disk } } } }, () => ['w1']);
  if (!host) throw new Error('no host');
  return worldOf(host, { address: '192.0.2.1', now: 1_700_000_000 });
};
const sdb = (world: ReturnType<typeof worldWith>, kname = 'sdb') => {
  const device = deviceByName(world, kname);
  if (!device) throw new Error(`no ${kname}`);
  return device;
};

it('a blank disk holds nothing and is free', () => {
  const world = worldWith({});
  expect(signaturesOf(world, sdb(world))).toEqual([]);
  expect(busy(world, sdb(world))).toBe(false);
});

it('what a disk holds, what lies over it, where it is mounted, what it refuses', () => {
  const full = worldWith({ holds: 'xfs' });
  expect(signaturesOf(full, sdb(full)).map(({ type }) => type)).toEqual(['xfs']);
  const used = worldWith({ partitions: 2, mounted: '/srv/data' });
  expect(mountPoints(used, sdb(used, 'sdb1'))).toEqual(['/srv/data']);
  expect(sdb(used, 'sdb2').size).toBeGreaterThan(40 * 2 ** 30);
  expect(busy(used, sdb(used))).toBe(true);
  const held = worldWith({ held_by: 'lvm' });
  expect(signaturesOf(held, sdb(held)).map(({ type }) => type)).toEqual(['LVM2_member']);
  expect(busy(held, sdb(held))).toBe(true);
  expect(sdb(worldWith({ read_only: true })).readOnly).toBe(true);
});

it('the label of what a disk holds', () => {
  const world = worldWith({ holds: 'ext4', label: 'registry' });
  expect(signaturesOf(world, sdb(world))).toMatchObject([{ type: 'ext4', label: 'registry' }]);
});
