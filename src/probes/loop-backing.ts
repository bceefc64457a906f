/**
 * Loop devices over block devices. kubelet holds a volume of mode Block with one, and a loop device neither claims its device
 * exclusively nor shows up among the device's holders.
 */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type LoopBacking = { readonly loop: string; readonly device: string };

export const LOOPS_SH =
  `for f in /sys/block/loop*/loop/backing_file; do [ -r "$f" ] || continue; b=$(readlink -f "$(cat "$f")"); l=\${f#/sys/block/}; ` +
  `[ ! -b "$b" ] || printf '%s\\t%s\\n' "\${l%%/*}" "$b"; done`;

export const loopBacking = defineProbe<null, readonly LoopBacking[]>({
  name: 'loop-backing',
  argv: () => ['sh', '-c', LOOPS_SH],
  parse(out) {
    if (out.code !== 0) throw new PbError('failed', `loop devices cannot be listed: ${out.stderr.trim()}`);
    return out.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [loop, device] = line.split('\t');
        if (!loop?.startsWith('loop') || !device?.startsWith('/'))
          throw new PbError('failed', `a loop device cannot be read: ${JSON.stringify(line)}`);
        return { loop, device };
      });
  },
});
