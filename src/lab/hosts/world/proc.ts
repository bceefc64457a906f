/** /proc: the kernel's tables and one directory for each process. */
import { made, madeDir, madeLink } from './synthetic.ts';
import type { Dir, Node } from './tree.ts';
import type { Mount, World } from './types.ts';

/** What /proc shows of a process. */
export interface ProcessView {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly state: string;
  readonly uid: number;
  readonly gid: number;
  readonly argv: readonly string[];
  readonly comm: string;
  readonly cwd: string;
  /** Open descriptors and what they lead to. */
  readonly fds: readonly (readonly [fd: number, target: string])[];
}

/** The kernel writes blanks, tabs, newlines and backslashes as \040 and so on. */
export const escaped = (path: string): string =>
  path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

const mountLine = (mount: Mount): string =>
  `${mount.id} ${mount.parent} ${mount.majMin} ${escaped(mount.root)} ${escaped(mount.target)} ${mount.options} - ${mount.fstype} ${escaped(mount.source)} ${mount.superOptions}\n`;

export const mountinfoText = (world: World): string => world.mounts.map(mountLine).join('');
const mountsText = (world: World): string =>
  world.mounts.map((mount) => `${escaped(mount.source)} ${escaped(mount.target)} ${mount.fstype} ${mount.options} 0 0\n`).join('');

const SWAPS_HEAD = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const swapsText = (world: World): string =>
  SWAPS_HEAD +
  world.swaps
    .map(({ device, size }, index) => `${device.padEnd(40)}partition\t${Math.floor(size / 1024) - 4}\t\t0\t\t${-2 - index}\n`)
    .join('');

const statLine = (view: ProcessView): string =>
  `${view.pid} (${view.comm}) ${view.state} ${view.ppid} ${view.pgrp} ${view.session} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 100 4096000 200 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n`;

function processDir(world: World, view: ProcessView): Dir {
  return madeDir(() => [
    ['stat', made(statLine(view))],
    ['cmdline', made(view.argv.map((word) => `${word}\0`).join(''))],
    ['comm', made(`${view.comm}\n`)],
    [
      'status',
      made(`Name:\t${view.comm}\nState:\t${view.state}\nPid:\t${view.pid}\nPPid:\t${view.ppid}\nUid:\t${`${view.uid}\t`.repeat(4)}\n`),
    ],
    ['mountinfo', made(() => mountinfoText(world))],
    ['mounts', made(() => mountsText(world))],
    ['cwd', madeLink(view.cwd)],
    ['fd', madeDir(view.fds.map(([fd, target]) => [String(fd), madeLink(target)] as const))],
    ['environ', made('', 0o400)],
  ]);
}

/** As many as nproc says. */
export const CPUS = 8;
const cpus = (): string =>
  Array.from(
    { length: CPUS },
    (_, index) =>
      `processor\t: ${index}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz\nphysical id\t: 0\ncore id\t\t: ${index}\ncpu cores\t: ${CPUS}\n\n`,
  ).join('');

export interface Kernel {
  readonly processes: () => readonly ProcessView[];
  readonly pid: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

export function procTree(world: World, kernel: Kernel): Dir {
  return madeDir(() => {
    const up = Math.max(0, kernel.now - world.bootedAt).toFixed(2);
    const nodes: [string, Node][] = [
      ['self', madeLink(String(kernel.pid))],
      ['swaps', made(() => swapsText(world))],
      ['mounts', madeLink('self/mounts')],
      ['uptime', made(`${up} ${up}\n`)],
      ['loadavg', made('0.00 0.01 0.05 1/100 1000\n')],
      ['cmdline', made('BOOT_IMAGE=(hd0,gpt3)/ostree/rhcos/vmlinuz rw ignition.platform.id=metal\n')],
      ['version', made(`Linux version ${world.kernel.release} ${world.kernel.version}\n`)],
      [
        'meminfo',
        made(
          'MemTotal:       16384000 kB\nMemFree:         8192000 kB\nMemAvailable:   12288000 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n',
        ),
      ],
      ['cpuinfo', made(cpus())],
      ['filesystems', made('nodev\tproc\n\text4\n\txfs\n')],
      [
        'net',
        madeDir([
          ['tcp', made(TCP_HEAD)],
          ['tcp6', made(TCP_HEAD)],
        ]),
      ],
      [
        'sys',
        madeDir([
          [
            'kernel',
            madeDir([
              ['hostname', made(`${world.hostname}\n`)],
              ['osrelease', made(`${world.kernel.release}\n`)],
              ['random', madeDir([['boot_id', made(`${world.bootId}\n`)]])],
            ]),
          ],
        ]),
      ],
    ];
    for (const view of kernel.processes()) nodes.push([String(view.pid), processDir(world, view)]);
    return nodes;
  });
}

/** Lines of these tables are as long as each other. */
const TCP_HEAD = `${'  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(149)}\n`;
