/** What cannot be the same on two hosts, or twice on one: taken out of both answers before they are compared. */
import type { Said } from './lab-world.ts';

/** Digits that count something of the machine's. */
const counted = (text: string): string => text.replace(/\d+/g, '0');

/** The fields of stat(1) that tell where a file is and when: device, inode, times, blocks; and the size of what is no file. */
const statFields = (text: string): string =>
  text.replace(
    /^([0-9a-f]+)\n(\d+\n\d+\n)(\d+)\n\d+\n\d+\n(\d+)\n[\d.]+\n[\d.]+\n[\d.]+\n\d+\n\d+\n/,
    (_, mode: string, owner: string, size: string, links: string) => `${mode}\n${owner}${/^[8a]/.test(mode) ? size : ''}\n${links}\n`,
  );

/** Of a host's facts those that any two hosts have alike: who asks, and in which form the rest is told. */
const facts = (text: string): string =>
  text
    .split('\n')
    .filter((line) =>
      /^(?:(?:nodename|system|machine|fqdn|user|uid|gid|home|shell|date|uptime)\t|mem\t(?:MemTotal|SwapTotal)|cpu\tprocessor)/.test(line),
    )
    .map((line) =>
      /^(?:date|mem|cpu|uptime)/.test(line)
        ? counted(line)
            .replace(/ +/g, ' ')
            .replace(/[A-Z][a-z]+day/, 'day')
        : line,
    )
    .filter((line, index, all) => line !== all[index - 1])
    .join('\n');

const BY_PROBE: { readonly [probe: string]: (stdout: string) => string } = {
  clock: (text) => text.replace(/^\d{10}\.\d{9}$/m, 'NOW'),
  stat: statFields,
  // In no order.
  find: (text) => text.split('\0').map(statFields).sort().join('\0'),
  tree: (text) => text.split('\0').sort().join('\0'),
  'host-facts': facts,
  // What a file system keeps besides its signatures is not kept by the lab.
  'disk-facts': (text) => text.replace(/^\|(?!30e14955ebf1)[0-9a-f]{64} {2}-$/gm, '|HASH'),
  members: (text) =>
    text
      .replace(/\t\d{10}\t/g, '\tTIME\t')
      .replace(/^(41\w+\t)\d+/gm, '$1SIZE')
      .replace(/(\x0041\w+\t)\d+/g, '$1SIZE'),
  uptime: (text) => text.replace(/\d+\.\d\d/g, 'SECONDS'),
  'mounts-below': (text) => text.replace(/\0(?:\d+ \d+ \d+:\d+ \/\S* \/.*\n)+$/, '\0MOUNTS\n'),
  'tcp-connections': (text) => text.split('\n')[0] ?? '',
};

export function settled({ code, stdout, stderr }: Said, probe?: string): Said {
  const shaped = BY_PROBE[probe ?? '']?.(stdout) ?? stdout;
  return { code, stdout: unlike(shaped), stderr: unlike(stderr) };
}

const unlike = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, 'UUID')
    .replace(/[A-Za-z0-9]{6}(?:-[A-Za-z0-9]{4}){5}-[A-Za-z0-9]{6}/g, 'LVM-UUID')
    .replace(/mke2fs [\d.]+ \(.*\)/, 'mke2fs VERSION')
    // Days since the epoch.
    .replace(/:\d{5}:0:99999:/g, ':DAYS:0:99999:')
    .replace(/diskseq=\d+/g, 'diskseq=N')
    // The seconds a copy took.
    .replace(/copied, .*/g, 'copied')
    // Progress is shown by going back over it.
    .replace(/: [ \d/\x08]*done *\n/g, ': done\n');
