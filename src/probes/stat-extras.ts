/** The media type of a file, by file(1), and its flags, by lsattr(1): nothing where the host has no such program. */
import { defineProbe } from '../core/probe.ts';

export type StatExtras = {
  readonly mimetype: string;
  readonly charset: string;
  /** "-------------e-------"; null where the filesystem has none. */
  readonly flags: string | null;
  readonly version: string | null;
};

const MEDIA = `LC_ALL=C file -b --mime-type --mime-encoding -- "$1" 2>/dev/null`;
const FLAGS = `[ -L "$1" ] || [ ! -f "$1" ] && [ ! -d "$1" ] || lsattr -vd -- "$1" 2>/dev/null`;

export const statExtras = defineProbe<{ readonly path: string; readonly media: boolean; readonly flags: boolean }, StatExtras>({
  name: 'stat-extras',
  // Both cost more than all the rest of a look: neither is started for nothing.
  argv: ({ path, media, flags }) => [
    'sh',
    '-c',
    `${media ? `said=$(${MEDIA}); printf '%s\\n' "$said"` : 'echo'}${flags ? `\n${FLAGS}` : ''}\nexit 0`,
    'sh',
    path,
  ],
  parse(out) {
    const [said = '', flags = ''] = out.stdout.split('\n');
    // "text/plain; charset=us-ascii"
    const [, mimetype = 'unknown', charset = 'unknown'] = /^(\S+\/\S+); charset=(\S+)$/.exec(said) ?? [];
    // "3046524912 --------------e------- /etc/hosts"
    const [, version = null, set = null] = /^\s*(\d+)\s+([A-Za-z-]+)\s/.exec(flags) ?? [];
    return { mimetype, charset, version, flags: set };
  },
});
