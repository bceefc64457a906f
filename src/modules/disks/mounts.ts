/** What is mounted from which device: by number first; by name where the file system has a number of its own (btrfs) or a node is bind-mounted. */
import type { Mount } from '../../probes/mountinfo.ts';
import type { DeviceTree } from './tree.ts';

export interface MountedAt {
  readonly kname: string;
  readonly target: string;
}

export function mountedDevices(mounts: readonly Mount[], tree: DeviceTree): readonly MountedAt[] {
  const byNumber = new Map([...tree.values()].map(({ device }) => [device.maj_min, device.kname]));
  const byPath: ReadonlyMap<string, string> = new Map(
    [...tree.values()].flatMap(({ device }) => [
      [`/dev/${device.kname}`, device.kname] as [string, string],
      [`/dev/${device.name}`, device.kname] as [string, string],
      [`/dev/mapper/${device.name}`, device.kname] as [string, string],
    ]),
  );
  const fromInfo = mounts.flatMap((mount) => {
    const bound = mount.fstype === 'devtmpfs' ? byPath.get(`/dev${mount.root}`) : undefined;
    const kname = bound ?? byNumber.get(mount.maj_min) ?? byPath.get(mount.source);
    return kname === undefined ? [] : [{ kname, target: mount.target }];
  });
  // lsblk looks at its own namespace only, yet it may know a device by a name that mountinfo does not.
  const fromTree = [...tree.values()].flatMap(({ device }) =>
    device.mountpoints.filter((target) => target !== '[SWAP]').map((target) => ({ kname: device.kname, target })),
  );
  return [...new Map([...fromInfo, ...fromTree].map((at) => [`${at.kname}\0${at.target}`, at])).values()];
}
