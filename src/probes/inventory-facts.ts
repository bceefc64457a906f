/** Which services and packages a host has: systemctl or service, and rpm or dpkg. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type ServiceFact = {
  readonly name: string;
  readonly state: string;
  /** Of systemd only. */
  readonly status?: string;
  readonly source: 'systemd' | 'sysv';
};

// First the units that are loaded, then NUL, then the files of all. Where systemd does not run, what the scripts of /etc/init.d say.
const SERVICES = `LC_ALL=C; export LC_ALL
if [ ! -d /run/systemd/system ]; then
  command -v service >/dev/null || exit 9
  echo sysv; service --status-all 2>/dev/null; exit 0
fi
systemctl list-units --no-pager --no-legend --plain --all --type=service || exit 1; printf '\\0'
systemctl list-unit-files --no-pager --no-legend --type=service`;

/** Sorted by name, which has its suffix with systemd. Throws PbError 'exec' for a host that has neither. */
export const serviceList = defineProbe<null, readonly ServiceFact[]>({
  name: 'service-list',
  argv: () => ['sh', '-c', SERVICES],
  parse(out) {
    if (out.code === 0 && out.stdout.startsWith('sysv\n')) return ofScripts(out.stdout);
    const [loaded, files] = out.stdout.split('\0');
    if (out.code !== 0 || loaded === undefined || files === undefined) {
      const why =
        out.code === 9 ? 'this host runs no systemd and has no service(8)' : `systemctl: exit code ${out.code}: ${out.stderr.trim()}`;
      throw new PbError('exec', why);
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

/** " [ + ]  ssh" runs, " [ - ]" does not; of " [ ? ]" nothing is known. */
const ofScripts = (text: string): readonly ServiceFact[] =>
  [...text.matchAll(/^\s*\[ ([+-]) \]\s+(.+)$/gm)].map(([, mark, name = '']) => ({
    name,
    state: mark === '+' ? 'running' : 'stopped',
    source: 'sysv' as const,
  }));

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
