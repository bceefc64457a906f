/** The device tree by kernel name: lsblk shows a multipath map, or an MD array, below each of its disks; here it is one device with several parents. */
import type { BlockDevice } from '../../probes/lsblk.ts';

export interface TreeNode {
  readonly device: BlockDevice;
  readonly parents: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
}
export type DeviceTree = ReadonlyMap<string, TreeNode>;

export function deviceTree(roots: readonly BlockDevice[]): DeviceTree {
  const nodes = new Map<string, { device: BlockDevice; parents: Set<string>; children: Set<string> }>();
  const visit = (device: BlockDevice, parent: string | undefined): void => {
    const node = nodes.get(device.kname) ?? { device, parents: new Set<string>(), children: new Set<string>() };
    nodes.set(device.kname, node);
    if (parent !== undefined) {
      node.parents.add(parent);
      nodes.get(parent)?.children.add(device.kname);
    }
    for (const child of device.children) visit(child, device.kname);
  };
  for (const root of roots) visit(root, undefined);
  return nodes;
}

const reach = (tree: DeviceTree, from: string, next: (node: TreeNode) => ReadonlySet<string>): ReadonlySet<string> => {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const node = tree.get(name);
    if (node) open.push(...next(node));
  }
  return seen;
};

/** The device and all it lies on: partition, LUKS, MD, LVM, multipath, down to every base disk. */
export const withBases = (tree: DeviceTree, kname: string): ReadonlySet<string> => reach(tree, kname, ({ parents }) => parents);
/** The device and all that lies on it. */
export const withDescendants = (tree: DeviceTree, kname: string): ReadonlySet<string> => reach(tree, kname, ({ children }) => children);
