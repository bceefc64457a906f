/** The links udev makes under /dev/disk/by-id and by-path, each with what it resolves to. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';

export type DeviceLink = {
  readonly path: string;
  /** Real path: "/dev/sdb"; names a path even where nothing is there any more. */
  readonly target: string;
};

const listing = (patterns: string): string =>
  `for l in ${patterns}; do [ ! -L "$l" ] || printf '%s\\t%s\\n' "$l" "$(readlink -f "$l" || readlink "$l")"; done`;

export const LINKS_SH = listing('/dev/disk/by-id/* /dev/disk/by-path/*');
/** What the Local Storage Operator has taken: /mnt/local-storage/<class>/<id> → /dev/disk/by-id/… → /dev/sdb. */
export const LOCAL_STORAGE_SH = listing('/mnt/local-storage/*/*');

const parse = (out: Output): readonly DeviceLink[] => {
  if (out.code !== 0) throw new PbError('failed', `links cannot be listed: ${out.stderr.trim()}`);
  return out.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [path, target, ...rest] = line.split('\t');
      if (!path?.startsWith('/') || !target?.startsWith('/') || rest.length > 0)
        throw new PbError('failed', `a link cannot be read: ${JSON.stringify(line)}`);
      return { path, target };
    });
};

export const diskLinks = defineProbe<null, readonly DeviceLink[]>({ name: 'disk-links', argv: () => ['sh', '-c', LINKS_SH], parse });
export const localStorageLinks = defineProbe<null, readonly DeviceLink[]>({
  name: 'local-storage-links',
  argv: () => ['sh', '-c', LOCAL_STORAGE_SH],
  parse,
});
