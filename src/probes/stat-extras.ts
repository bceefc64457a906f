/** The media type of a file, by file(1), and its flags, by lsattr(1): nothing where the host has no such program. */
import { defineProbe } from '../core/probe.ts';

export type StatExtras = {
  readonly mimetype: string;
  readonly charset: string;
  /** "-------------e-------"; null where the filesystem has none. */
  readonly flags: string | null;
  readonly version: string | null;
};

const SCRIPT = `LC_ALL=C; export LC_ALL; said=$(file -b --mime-type --mime-encoding -- "$1" 2>/dev/null); printf '%s\\n' "$said"
[ -L "$1" ] || [ ! -f "$1" ] && [ ! -d "$1" ] || lsattr -vd -- "$1" 2>/dev/null; exit 0`;

export const statExtras = defineProbe<string, StatExtras>({
  name: 'stat-extras',
  argv: (path) => ['sh', '-c', SCRIPT, 'sh', path],
  parse(out) {
    const [said = '', flags = ''] = out.stdout.split('\n');
    // "text/plain; charset=us-ascii"
    const [, mimetype = 'unknown', charset = 'unknown'] = /^(\S+\/\S+); charset=(\S+)$/.exec(said) ?? [];
    // "3046524912 --------------e------- /etc/hosts"
    const [, version = null, set = null] = /^\s*(\d+)\s+([A-Za-z-]+)\s/.exec(flags) ?? [];
    return { mimetype, charset, version, flags: set };
  },
});
