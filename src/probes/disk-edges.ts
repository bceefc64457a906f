/** SHA-256 of the first and last MiB of a device: zero or not, and still the same when it is about to be formatted. */
import { createHash } from 'node:crypto';
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

const MIB = 1024 * 1024;

/** `readable` false: some bytes could not be read; then the hashes say nothing. */
export type DiskEdges =
  | { readonly readable: true; readonly head: string; readonly tail: string; readonly zero: boolean }
  | { readonly readable: false };

/** Wants the device in $dev and its size in bytes in $bytes. Says "short" before the hash of what could not be read to its end. */
export const EDGES_SH = `edges() {
  len=1048576; [ "$bytes" -ge $len ] || len=$bytes
  for from in 0 $((bytes - len)); do
    { { dd if="$dev" bs=65536 iflag=skip_bytes,count_bytes,fullblock skip=$from count=$len 2>/dev/null || echo short >&3; } | sha256sum; } 3>&1
  done
}`;

export const diskEdges = defineProbe<{ readonly device: string; readonly bytes: number }, DiskEdges>({
  name: 'disk-edges',
  argv: ({ device, bytes }) => ['sh', '-c', `${EDGES_SH}\ndev=$1 bytes=$2\nedges`, 'sh', device, String(bytes)],
  parse(out, { device, bytes }) {
    const lines = out.stdout.trimEnd().split('\n');
    if (out.code === 0 && lines.includes('short')) return { readable: false };
    const [head, tail, ...rest] = lines.map((line) => /^([0-9a-f]{64}) {2}-$/.exec(line)?.[1]);
    if (out.code !== 0 || !head || !tail || rest.length > 0) {
      throw new PbError('failed', `the first and last MiB of ${device} cannot be read`, {
        details: { stdout: out.stdout, stderr: out.stderr },
      });
    }
    const zeros = createHash('sha256')
      .update(Buffer.alloc(Math.min(bytes, MIB)))
      .digest('hex');
    return { readable: true, head, tail, zero: head === zeros && tail === zeros };
  },
});
