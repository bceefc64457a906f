/** The hosts' disks, as the node-side parts of the operators meet them. */

export interface Device {
  /** "sdb". */
  readonly kname: string;
  /** Links to it, whole paths: "/dev/disk/by-id/wwn-0x5…". */
  readonly byId: readonly string[];
  readonly sizeBytes: number;
  /** Mounted or bind-mounted somewhere, outside of what kubelet did here. */
  readonly mounted: boolean;
  readonly hasPartitions: boolean;
  readonly ro: boolean;
  /** What holds it open: device mapper, md. */
  readonly holders: readonly string[];
  /** Type of the filesystem or other content found on it: "ext4", "xfs". */
  readonly signature?: string;
}

/** What kubelet and diskmaker do to a host. */
export type DiskAct =
  | { readonly do: 'format'; readonly kname: string; readonly fsType: string }
  | { readonly do: 'wipe'; readonly kname: string }
  | { readonly do: 'mount'; readonly kname: string; readonly path: string; readonly fsType: string }
  | { readonly do: 'unmount'; readonly kname: string; readonly path: string }
  | { readonly do: 'link'; readonly kname: string; readonly path: string; readonly target: string }
  | { readonly do: 'unlink'; readonly kname: string; readonly path: string };

export interface NodeDisks {
  look(node: string): Promise<{ readonly devices: readonly Device[] }>;
  /** Leaves a trace on the host; left out, later looks show the disks as if nothing had been done. */
  act?(node: string, act: DiskAct): Promise<void>;
  /** Writes a file of the host as root, its folders included. */
  write?(node: string, path: string, text: string): Promise<void>;
}

/** The device a path names: its by-id links, /dev/<kname>. */
export const deviceAt = (devices: readonly Device[], path: string): Device | undefined =>
  devices.find((device) => device.byId.includes(path) || `/dev/${device.kname}` === path);
