/** blkid -p: what libblkid finds on the device itself, past its cache and udev's. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

/**
 * `nothing-found` is not "blank": blkid exits 2 for a blank device, for one that is not there and for one it may not read alike.
 * `ambivalent` (8): signatures of several file systems.
 */
export type BlkidAnswer =
  | { readonly is: 'found'; readonly tags: { readonly [tag: string]: string } }
  | { readonly is: 'nothing-found' }
  | { readonly is: 'ambivalent' };

export const blkid = defineProbe<{ readonly device: string }, BlkidAnswer>({
  name: 'blkid',
  argv: ({ device }) => ['blkid', '-p', '-o', 'export', device],
  parse(out, { device }) {
    if (out.code === 2 && out.stdout.trim() === '') return { is: 'nothing-found' };
    if (out.code === 8) return { is: 'ambivalent' };
    if (out.code !== 0) throw new PbError('failed', `blkid exited with ${out.code} for ${device}: ${out.stderr.trim()}`);
    const tags: { [tag: string]: string } = {};
    for (const line of out.stdout.split('\n')) {
      if (line === '') continue;
      // DEVNAME=/dev/sda · UUID=… · TYPE=ext4 · USAGE=filesystem · PART_ENTRY_NAME=EFI\ System
      const [, tag = '', value = ''] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
      if (!tag) throw new PbError('failed', `blkid: the line cannot be read: ${line}`);
      tags[tag] = value.replace(/\\(.)/g, '$1');
    }
    const { DEVNAME: _, ...found } = tags;
    if (Object.keys(found).length === 0) throw new PbError('failed', `blkid exited with 0 for ${device} and named nothing`);
    return { is: 'found', tags: found };
  },
});
