/** What containers answer to logs and exec, for whatever stands in for kubelet's port. Pure. */
import type { Pod } from '../kinds.ts';

export interface ContainerOutput {
  readonly log: string;
  readonly exec: readonly {
    readonly argv: readonly string[];
    readonly stdout: string;
    readonly stderr?: string;
    readonly exitCode?: number;
  }[];
}
/** By NAMESPACE/POD/CONTAINER. */
export type PodOutputs = Readonly<Record<string, ContainerOutput>>;

export interface Mounted {
  /** Path in the container. */
  readonly at: string;
  readonly device: string;
  readonly fsType: string;
  readonly bytes: number;
}

/** Every container of a running pod, with what `cat /proc/mounts` and `df -P` show of its volumes; `full`: they have no room left. */
export const outputsOf = (pod: Pod, mounts: readonly Mounted[], full = false): PodOutputs =>
  Object.fromEntries(
    pod.spec.containers.map((container) => [
      `${pod.metadata.namespace}/${pod.metadata.name}/${container.name}`,
      {
        log: full ? mounts.map(({ at }) => noSpace(at)).join('') : '',
        exec: [
          { argv: ['cat', '/proc/mounts'], stdout: procMounts(mounts) },
          { argv: ['df', '-P'], stdout: df(mounts, full) },
          ...mounts.map((mount) => ({ argv: ['df', '-P', mount.at], stdout: df([mount], full) })),
          ...(container.name === 'registry' && !mounts.some((mount) => mount.at === '/registry')
            ? [{ argv: ['df', '-P', '/registry'], stdout: '', stderr: 'df: /registry: No such file or directory\n', exitCode: 1 }]
            : []),
        ],
      },
    ]),
  );

const root = { at: '/', device: 'overlay', bytes: 128_300_593_152 };

const procMounts = (mounts: readonly Mounted[]): string =>
  [
    'overlay / overlay ro,seclabel,relatime,lowerdir=/var/lib/containers/storage/overlay/l/A,upperdir=/diff,workdir=/work 0 0',
    'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0',
    ...mounts.map(
      ({ device, at, fsType }) =>
        `${device} ${at} ${fsType} rw,seclabel,relatime${fsType === 'xfs' ? ',attr2,inode64,logbufs=8,logbsize=32k,noquota' : ''} 0 0`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');

const noSpace = (at: string): string =>
  `level=error msg="response completed with error" err.code=unknown err.detail="filesystem: mkdir ${at}/docker/registry/v2/repositories: no space left on device"\n`;

function df(mounts: readonly { at: string; device: string; bytes: number }[], full: boolean): string {
  const rows = (mounts.length === 1 ? mounts : [root, ...mounts]).map(({ at, device, bytes }) => {
    const blocks = Math.floor((bytes / 1024) * 0.98);
    const percent = full && at !== root.at ? 100 : 1;
    const used = Math.floor((blocks * percent) / 100);
    return `${device} ${blocks} ${used} ${blocks - used} ${percent}% ${at}\n`;
  });
  return `Filesystem 1024-blocks Used Available Capacity Mounted on\n${rows.join('')}`;
}
