import { expect, it } from 'vitest';
import { newWorld } from '../../../src/lab/hosts/index.ts';
import { nodeDisks } from '../../../src/lab/hosts/node-disks.ts';
import { readFile } from '../../../src/lab/hosts/world/files.ts';

it('shows the very same disks as long as nothing happens on the host', async () => {
  let world = newWorld({ hostname: 'worker01', users: [], addresses: ['192.168.126.10'], now: 1, disks: [] });
  const holder = { world: () => world, set: (next: typeof world) => void (world = next), now: () => 1, uuid: () => '' };
  const disks = nodeDisks(new Map([['worker01', holder]]));
  const [first, second] = [await disks.look('worker01'), await disks.look('worker01')];
  expect(second.devices).toBe(first.devices);
  await disks.write?.('worker01', '/etc/x', 'x');
  expect((await disks.look('worker01')).devices).not.toBe(first.devices);
});

it('writes a file of a host, folders included, and writes it anew', async () => {
  let world = newWorld({ hostname: 'worker01', users: [], addresses: ['192.168.126.10'], now: 1, disks: [] });
  const holder = { world: () => world, set: (next: typeof world) => void (world = next), now: () => 1, uuid: () => '' };
  const disks = nodeDisks(new Map([['worker01', holder]]));
  const read = (path: string): string => {
    const who = { uid: 0, gid: 0, groups: [0] };
    return new TextDecoder().decode(readFile({ world, kernel: { processes: () => [], pid: 1, now: 1 }, who, cwd: '/' }, path));
  };
  const path = '/etc/containers/registries.conf.d/new/one.conf';
  for (const text of ['one\n', 'another\n']) {
    await disks.write?.('worker01', path, text);
    expect(read(path)).toBe(text);
  }
  await disks.write?.('nobody', path, 'x');
  expect(read(path)).toBe('another\n');
});
