/** The hosts' disks as the node-side parts of the operators meet them: the very same worlds. */
import type { Device, DiskAct, NodeDisks } from '../kube/operators/disks.ts';
import { allDevices, busy, deviceByName, discardDevice, holdersOf, mountPoints, ofDisks } from './world/devices.ts';
import { maybe } from './world/errno.ts';
import { find, fresh, place, placeNew, type Sight, slot, writeFile } from './world/files.ts';
import { reformat } from './world/formats.ts';
import { linksTo } from './world/links.ts';
import { signaturesOf, tableOf } from './world/signatures.ts';
import type { Mount, World } from './world/types.ts';

/** What is needed of a host. */
export interface WorldHolder {
  world(): World;
  set(world: World): void;
  /** Seconds since the epoch. */
  now(): number;
  uuid(): string;
}

/** Mounts of kubelet's own are marked: to the operators a disk is "mounted" where somebody else has done it. */
const KUBELET = '/var/lib/kubelet/';

/** Kernel name → what is found on it first: a filesystem, a member of something, a partition table. */
const contents = ofDisks(
  (world): ReadonlyMap<string, string | undefined> =>
    new Map(
      allDevices(world).map((device) => [device.kname, signaturesOf(world, device)[0]?.type ?? tableOf(world, device)?.type] as const),
    ),
);

const seen = new WeakMap<World, readonly Device[]>();

/** The very same list as long as the world is. */
export function devicesOf(world: World): readonly Device[] {
  const devices = seen.get(world) ?? look(world);
  seen.set(world, devices);
  return devices;
}

function look(world: World): readonly Device[] {
  return allDevices(world)
    .filter(({ partition }) => partition === undefined)
    .map((device) => {
      const holds = contents(world).get(device.kname);
      const points = mountPoints(world, device);
      return {
        kname: device.kname,
        byId: linksTo(world, device.kname).filter((link) => link.startsWith('/dev/disk/by-id/')),
        sizeBytes: device.size,
        mounted: points.some((target) => !target.startsWith(KUBELET)) || (points.length === 0 && busy(world, device)),
        hasPartitions: (device.disk?.partitions.length ?? 0) > 0,
        ro: device.readOnly,
        holders: holdersOf(world, device.kname),
        ...(holds === undefined ? {} : { signature: holds }),
      };
    });
}

/** A node without a host has no disks. */
export function nodeDisks(hosts: ReadonlyMap<string, WorldHolder>): NodeDisks {
  return {
    async look(node) {
      const host = hosts.get(node);
      return { devices: host ? devicesOf(host.world()) : [] };
    },
    async act(node, act) {
      const host = hosts.get(node);
      if (host) host.set(acted(host, act));
    },
    async write(node, path, text) {
      const host = hosts.get(node);
      if (!host) return;
      const sight = rootSight(madeDirs(host.world(), path.slice(0, path.lastIndexOf('/')), host.now()), host.now());
      host.set(writeFile(sight, path, { data: new TextEncoder().encode(text), mode: 0o644 }));
    },
  };
}

function acted(host: WorldHolder, act: DiskAct): World {
  const world = host.world();
  const device = deviceByName(world, act.kname);
  if (!device) return world;
  switch (act.do) {
    case 'format':
      return reformat(world, device, { type: act.fsType, uuid: host.uuid() });
    case 'wipe':
      return discardDevice(world, device);
    case 'mount': {
      const there = madeDirs(world, act.path, host.now());
      const mount: Mount = {
        ...{ id: Math.max(40, ...world.mounts.map(({ id }) => id)) + 1, parent: 30, majMin: device.majMin, root: '/', target: act.path },
        ...{ options: 'rw,relatime', fstype: act.fsType, source: `/dev/${act.kname}`, superOptions: 'rw,seclabel' },
      };
      return { ...there, mounts: [...there.mounts, mount] };
    }
    case 'unmount':
      return { ...world, mounts: world.mounts.filter(({ target, majMin }) => target !== act.path || majMin !== device.majMin) };
    case 'link': {
      const sight = rootSight(madeDirs(world, act.path.slice(0, act.path.lastIndexOf('/')), host.now()), host.now());
      const { node, world: next } = fresh(sight, { kind: 'link', target: act.target });
      return placeNew({ ...sight, world: next }, slot({ ...sight, world: next }, act.path, false), node);
    }
    case 'unlink': {
      const sight = rootSight(world, host.now());
      const found = maybe(() => find(sight, act.path, false));
      return found ? place(world, found.path, { node: undefined, now: host.now() }) : world;
    }
  }
}

const rootSight = (world: World, now: number): Sight => ({
  world,
  kernel: { processes: () => [], pid: 1, now },
  who: { uid: 0, gid: 0, groups: [0] },
  cwd: '/',
});

/** mkdir -p as root. */
export function madeDirs(world: World, path: string, now: number): World {
  const names = path.split('/').filter(Boolean);
  return names.reduce((current, _, index) => {
    const sight = rootSight(current, now);
    const at = slot(sight, `/${names.slice(0, index + 1).join('/')}`);
    if (at.node) return current;
    const { node, world: next } = fresh(sight, { kind: 'dir', mode: 0o755 });
    return placeNew({ ...sight, world: next }, at, node);
  }, world);
}
