/** How long the host has been up, which boot it is, and what a reboot that was asked for has come to. */
import { defineProbe } from '../core/probe.ts';

/** Lies in memory: a reboot takes it away. First line: the uptime at which the reboot was asked for; then what went wrong, if anything. */
export const REBOOT_NOTE = '/run/pb-reboot';

export type Uptime = {
  /** Seconds. */
  readonly up: number;
  /** /proc/sys/kernel/random/boot_id; '' where the kernel has none. */
  readonly boot: string;
  /** Seconds ago; null where none was asked for since the last boot. */
  readonly asked: number | null;
  readonly trouble: string;
};

const SCRIPT = `cat /proc/uptime || exit 1; cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo
cat ${REBOOT_NOTE} 2>/dev/null; exit 0`;

export const uptime = defineProbe<null, Uptime>({
  name: 'uptime',
  argv: () => ['sh', '-c', SCRIPT],
  parse(out) {
    const [times = '', boot = '', asked, ...trouble] = out.stdout.split('\n');
    const up = Number(times.split(' ')[0] || Number.NaN);
    if (out.code !== 0 || Number.isNaN(up)) throw new Error(`uptime: unrecognised answer (${out.code}): ${out.stdout}${out.stderr}`);
    return { up, boot, asked: asked ? up - Number(asked) : null, trouble: trouble.join('\n').trim() };
  },
});
