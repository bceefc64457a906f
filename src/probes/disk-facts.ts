/** Everything about a host's disks in one round trip, each tool's answer read by its own parser. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';
import { type BlkidAnswer, blkid } from './blkid.ts';
import { type DiskEdges, diskEdges } from './disk-edges.ts';
import { diskFactsScript } from './disk-facts-script.ts';
import { type DeviceLink, diskLinks, localStorageLinks } from './disk-links.ts';
import { type Exclusive, exclusiveOpen } from './exclusive-open.ts';
import { type Frame, readFrames } from './frames.ts';
import { type LoopBacking, loopBacking } from './loop-backing.ts';
import { type BlockDevice, lsblk } from './lsblk.ts';
import { type Mount, mountinfo } from './mountinfo.ts';
import { swaps } from './swaps.ts';
import { type SysfsDisk, sysfsDisk } from './sysfs-disk.ts';
import { type Signature, wipefs } from './wipefs.ts';

/** What was found on the disk itself. `unreadable` says why nothing can be said. */
export type DiskContent =
  | {
      readonly readable: true;
      readonly blkid: BlkidAnswer;
      readonly signatures: readonly Signature[];
      readonly edges: Extract<DiskEdges, { readable: true }>;
      readonly partitions: { readonly [kname: string]: BlkidAnswer };
    }
  | { readonly readable: false; readonly why: string };

export type DiskFacts = {
  readonly kname: string;
  readonly device: string;
  readonly kernel: SysfsDisk;
  readonly content: DiskContent;
  /** Not asked where the disk is read-only, or partitioned and nobody means to overwrite it. */
  readonly exclusive: Exclusive | 'not-asked';
  /** Mount lines, swap lines, loop devices and links that touch the disk or one of its partitions: text of the kernel's own. */
  readonly mounts: readonly string[];
  readonly swaps: readonly string[];
  /** The frames as they came: the same text again means the same disk in the same state. */
  readonly seen: string;
};

export type HostDisks = {
  readonly tree: readonly BlockDevice[];
  readonly mounts: readonly Mount[];
  readonly swaps: readonly string[];
  readonly links: readonly DeviceLink[];
  readonly local_storage: readonly DeviceLink[];
  readonly loops: readonly LoopBacking[];
  readonly disks: readonly DiskFacts[];
};

export const diskFacts = defineProbe<{ readonly partitioned: boolean }, HostDisks>({
  name: 'disk-facts',
  argv: ({ partitioned }) => ['sh', '-c', script(partitioned)],
  parse(out) {
    if (out.code === 4 && /not root/.test(out.stderr)) {
      throw new PbError('args', 'disks can only be examined as root', { hint: 'set become: true on this task' });
    }
    if (out.code !== 0) throw new PbError('failed', `the disks cannot be examined: ${out.stderr.trim()}`);
    const [global, ...perDisk] = sections(readFrames(out, 'disk-facts'));
    const of = (name: string): Output => frameOf(global ?? [], name).out;
    return {
      tree: lsblk.parse(of('lsblk'), null),
      mounts: mountinfo.parse(of('mountinfo'), null),
      swaps: swaps.parse(of('swaps'), null),
      links: diskLinks.parse(of('links'), null),
      local_storage: localStorageLinks.parse(of('local-storage-links'), null),
      loops: loopBacking.parse(of('loop-backing'), null),
      disks: perDisk.flatMap((frames) => (frames.some(({ name }) => name === 'missing') ? [] : [factsOf(frames)])),
    };
  },
});

const script = (partitioned: boolean): string => {
  const [, , lsblkCommand = ''] = lsblk.argv(null);
  return diskFactsScript(partitioned).replace('run links', () => `lsblk_() { ${lsblkCommand}; }\nrun lsblk lsblk_\nrun links`);
};

/** The frames before the first disk, then those of each disk. */
function sections(frames: readonly Frame[]): readonly (readonly Frame[])[] {
  const found: Frame[][] = [[]];
  for (const frame of frames) {
    if (frame.name.startsWith('disk ')) found.push([]);
    found.at(-1)?.push(frame);
  }
  return found;
}

function frameOf(frames: readonly Frame[], name: string): Frame {
  const found = frames.filter((frame) => frame.name === name);
  if (found.length !== 1 || !found[0]) throw new PbError('failed', `disk-facts: the answer has ${found.length} parts named ${name}`);
  return found[0];
}

function factsOf(frames: readonly Frame[]): DiskFacts {
  const kname = (frames[0]?.name ?? '').slice('disk '.length);
  const device = `/dev/${kname}`;
  const kernel = sysfsDisk.parse(frameOf(frames, 'sysfs').out, { kname });
  const exclusive = frames.find(({ name }) => name === 'exclusive');
  return {
    kname,
    device,
    kernel,
    content: contentOf(frames, device, kernel.size_bytes),
    exclusive: exclusive ? exclusiveOpen.parse(exclusive.out, { device }) : 'not-asked',
    mounts: linesOf(frames, 'mounts'),
    swaps: linesOf(frames, 'swaps'),
    seen: `${frames.map(({ text }) => text).join('\n')}\n`,
  };
}

/** A disk that cannot be read (no medium, dead path) must not keep the others from being seen; it is never "blank". */
function contentOf(frames: readonly Frame[], device: string, bytes: number): DiskContent {
  const edges = diskEdges.parse(frameOf(frames, 'edges').out, { device, bytes });
  if (!edges.readable) return { readable: false, why: 'its first or last MiB cannot be read' };
  const partitions = frames.flatMap(({ name, out }) => {
    const node = /^partition (\S+)$/.exec(name)?.[1];
    return node ? [[node.slice('/dev/'.length), blkid.parse(out, { device: node })] as const] : [];
  });
  return {
    readable: true,
    blkid: blkid.parse(frameOf(frames, 'blkid').out, { device }),
    signatures: wipefs.parse(frameOf(frames, 'wipefs').out, { device }),
    edges,
    partitions: Object.fromEntries(partitions),
  };
}

function linesOf(frames: readonly Frame[], name: string): readonly string[] {
  const { out } = frameOf(frames, name);
  if (out.code !== 0) throw new PbError('failed', `disk-facts: ${name} cannot be read: ${out.stderr.trim()}`);
  return out.stdout.split('\n').filter((line) => line !== '');
}
