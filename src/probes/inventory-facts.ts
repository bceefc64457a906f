/** Which services and packages a host has: systemctl, and rpm or dpkg. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type ServiceFact = { readonly name: string; readonly state: string; readonly status: string; readonly source: 'systemd' };

// First the units that are loaded, then NUL, then the files of all.
const SERVICES = `LC_ALL=C; export LC_ALL; command -v systemctl >/dev/null || exit 9
systemctl list-units --no-pager --no-legend --plain --all --type=service || exit 1; printf '\\0'
systemctl list-unit-files --no-pager --no-legend --type=service`;

/** By the name with its suffix, sorted. Throws PbError 'exec' for a host without systemd. */
export const serviceList = defineProbe<null, readonly ServiceFact[]>({
  name: 'service-list',
  argv: () => ['sh', '-c', SERVICES],
  parse(out) {
    const [loaded, files] = out.stdout.split('\0');
    if (out.code !== 0 || loaded === undefined || files === undefined) {
      const why = out.code === 9 ? 'this host has no systemctl' : `systemctl: exit code ${out.code}: ${out.stderr.trim()}`;
      throw new PbError('exec', why, { hint: 'is this a host with systemd?' });
    }
    const words = (text: string): readonly (readonly string[])[] =>
      text.split('\n').flatMap((line) => (line.trim() ? [line.trim().split(/\s+/)] : []));
    const found = new Map<string, ServiceFact>();
    // chronyd.service enabled enabled
    for (const [name = '', status = 'unknown'] of words(files)) found.set(name, { name, state: 'inactive', status, source: 'systemd' });
    // chronyd.service loaded active running NTP client/server
    for (const [name = '', load = '', active = '', sub = ''] of words(loaded)) {
      const state = active === 'failed' ? 'failed' : sub === 'running' ? 'running' : active === 'active' ? 'active' : 'stopped';
      const status = found.get(name)?.status ?? (load === 'not-found' ? 'not-found' : 'static');
      found.set(name, { name, state: load === 'loaded' ? state : 'stopped', status, source: 'systemd' });
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  },
});

export type PackageFact = {
  readonly name: string;
  readonly version: string;
  /** Of rpm only. */
  readonly release?: string;
  readonly epoch?: string;
  readonly arch: string;
  readonly source: 'rpm' | 'apt';
};

const PACKAGES = `LC_ALL=C; export LC_ALL
if command -v rpm >/dev/null && rpm -q rpm >/dev/null 2>&1; then rpm -qa --qf 'rpm\\t%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{EPOCH}\\t%{ARCH}\\n'
elif command -v dpkg-query >/dev/null; then dpkg-query -W -f 'apt\\t\${Package}\\t\${Version}\\t\\t\\t\${Architecture}\\t\${db:Status-Status}\\n'
else exit 9; fi`;

/** Sorted by name. Throws PbError 'exec' for a host with neither rpm nor dpkg. */
export const packageList = defineProbe<null, readonly PackageFact[]>({
  name: 'package-list',
  argv: () => ['sh', '-c', PACKAGES],
  parse(out) {
    if (out.code === 9) throw new PbError('exec', 'this host has neither rpm nor dpkg');
    if (out.code !== 0) throw new Error(`packages: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    return out.stdout
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line): readonly PackageFact[] => {
        const [source, name = '', version = '', release = '', epoch = '', arch = '', status = 'installed'] = line.split('\t');
        if (source === 'rpm') return [{ name, version, release, ...(epoch === '(none)' ? {} : { epoch }), arch, source }];
        return source === 'apt' && status === 'installed' ? [{ name, version, arch, source }] : [];
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  },
});
