/** The host's name: the kernel's, and the one it boots with. */
import { defineProbe } from '../core/probe.ts';

export type HostNames = {
  readonly now: string;
  /** /etc/hostname; '' where there is none. */
  readonly kept: string;
  readonly systemd: boolean;
};

const SCRIPT = `uname -n && { [ ! -f /etc/hostname ] || cat /etc/hostname; } || exit 1; printf '\\0'
command -v hostnamectl >/dev/null && hostnamectl status >/dev/null 2>&1 && echo systemd; exit 0`;

export const hostName = defineProbe<null, HostNames>({
  name: 'host-name',
  argv: () => ['sh', '-c', SCRIPT],
  parse(out) {
    const [names, rest] = out.stdout.split('\0');
    if (out.code !== 0 || names === undefined || rest === undefined) {
      throw new Error(`uname: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    }
    const [now = '', ...lines] = names.split('\n');
    // hostname(5): comments and blank lines do not count.
    const kept = lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#')) ?? '';
    return { now, kept, systemd: rest.includes('systemd') };
  },
});
