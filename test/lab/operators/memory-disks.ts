import type { Device, DiskAct, NodeDisks } from '../../../src/lab/kube/operators/index.ts';

const GB = 1e9;

export const wwn = (id: string): string => `/dev/disk/by-id/wwn-0x${id}`;

export const disk = (kname: string, given: Partial<Device> = {}): Device => ({
  kname,
  byId: [],
  sizeBytes: 107_374_182_400,
  mounted: false,
  hasPartitions: false,
  ro: false,
  holders: [],
  ...given,
});

/** A 120 GB system disk, in use. */
const system = disk('sda', { byId: ['/dev/disk/by-id/wwn-0x5000000000000a00'], sizeBytes: 120 * GB, mounted: true, hasPartitions: true });

/** Disks of hosts, in memory: what is done to them shows in later looks. */
export class MemoryDisks implements NodeDisks {
  readonly hosts: Map<string, Device[]>;
  readonly acts: (DiskAct & { node: string })[] = [];
  /** Text by "node:path". */
  readonly files = new Map<string, string>();

  constructor(hosts: Readonly<Record<string, readonly Device[]>>) {
    this.hosts = new Map(Object.entries(hosts).map(([node, devices]) => [node, [system, ...devices]]));
  }

  async look(node: string): Promise<{ devices: readonly Device[] }> {
    return { devices: this.hosts.get(node) ?? [] };
  }

  async write(node: string, path: string, text: string): Promise<void> {
    this.files.set(`${node}:${path}`, text);
  }

  async act(node: string, act: DiskAct): Promise<void> {
    this.acts.push({ node, ...act });
    if (act.do === 'format') this.#change(node, act.kname, { signature: act.fsType });
    if (act.do === 'mount') this.#change(node, act.kname, { mounted: true });
    if (act.do === 'unmount') this.#change(node, act.kname, { mounted: false });
    if (act.do !== 'wipe') return;
    const devices = this.hosts.get(node) ?? [];
    this.hosts.set(
      node,
      devices.map((device) => {
        const { signature, ...blank } = device;
        return device.kname === act.kname ? blank : device;
      }),
    );
  }

  #change(node: string, kname: string, change: Partial<Device>): void {
    const devices = this.hosts.get(node) ?? [];
    this.hosts.set(
      node,
      devices.map((device) => (device.kname === kname ? { ...device, ...change } : device)),
    );
  }
}
