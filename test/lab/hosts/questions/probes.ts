/** What probes ask about files, users and the host, asked by an ordinary user among the files of files.ts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isProbe, type Probe } from '../../../../src/core/probe.ts';
import { access } from '../../../../src/probes/access.ts';
import { account } from '../../../../src/probes/account.ts';
import { ALGORITHMS, checksum } from '../../../../src/probes/checksum.ts';
import { clock } from '../../../../src/probes/clock.ts';
import { find } from '../../../../src/probes/find.ts';
import { getent } from '../../../../src/probes/getent.ts';
import { glob } from '../../../../src/probes/glob.ts';
import { home } from '../../../../src/probes/home.ts';
import { hostFacts } from '../../../../src/probes/host-facts.ts';
import { http } from '../../../../src/probes/http.ts';
import { localFacts } from '../../../../src/probes/local-facts.ts';
import { members } from '../../../../src/probes/members.ts';
import { mountsBelow } from '../../../../src/probes/mounts-below.ts';
import { nameKnown } from '../../../../src/probes/name-id.ts';
import { printf } from '../../../../src/probes/printf.ts';
import { readlink } from '../../../../src/probes/readlink.ts';
import { request } from '../../../../src/probes/request.ts';
import { stat } from '../../../../src/probes/stat.ts';
import { tcp } from '../../../../src/probes/tcp.ts';
import { tcpConnections } from '../../../../src/probes/tcp-connections.ts';
import { tree } from '../../../../src/probes/tree.ts';
import { uptime } from '../../../../src/probes/uptime.ts';
import { urlSum } from '../../../../src/probes/url-sum.ts';
import { FILES } from './files.ts';
import { ask, type Question, type Situation } from './question.ts';

const url = 'http://127.0.0.1:1/';

const LOOKS: readonly Question[] = [
  ...['abc', 'dir', 'link', 'dangling', 'nope', 'abc/x', '/root/x', '/dev/null'].map((path) => ask(stat, { path, follow: false })),
  ...['link', 'dangling', 'loop'].map((path) => ask(stat, { path, follow: true })),
  ...(['text', 'end'] as const).flatMap((as) => ['link', 'abc', 'dangling', 'nope/x', 'dir'].map((path) => ask(readlink, { path, as }))),
  ...ALGORITHMS.map((algorithm) => ask(checksum, { path: 'abc', algorithm })),
  ...['dir', 'nope', 'secret', 'link'].map((path) => ask(checksum, { path, algorithm: 'sha256' })),
  ...['abc', 'secret', 'nope', 'dir'].map((path) => ask(access, path)),
  ...['dir', 'nope', 'abc'].map((path) => ask(tree, path)),
  ask(find, { path: '/tmp/rec', depth: null, follow: false }),
  ask(find, { path: '/tmp/rec', depth: 1, follow: true }),
  ask(find, { path: 'nope', depth: null, follow: false }),
  ...['d*', 'no*', '*/inner', 'dangl?ng', '/etc/pass[vw]d'].map((pattern) => ask(glob, { pattern })),
  ask(glob, { pattern: 'in*', chdir: 'dir' }),
  ask(glob, { pattern: '*', chdir: 'nope' }),
  ...['', 'root', 'nobody-here'].map((user) => ask(home, user)),
  ask(nameKnown, { database: 'passwd', name: 'core' }),
  ask(nameKnown, { database: 'passwd', name: 'nope' }),
  ask(nameKnown, { database: 'group', name: '4711' }),
  ask(getent, { database: 'passwd', key: 'core' }),
  ask(getent, { database: 'passwd', key: '0' }),
  ask(getent, { database: 'group', key: 'nope' }),
  ask(getent, { database: 'nope', key: 'x' }),
  ask(getent, { database: 'group', key: 'root', service: 'files' }),
  ask(getent, { database: 'shadow', key: 'core' }),
  ask(account, 'root'),
  ask(account, 'nope'),
  ask(printf, 'hé %s\\n'),
  ask(clock, null),
  ask(hostFacts, null),
  ask(localFacts, '/tmp/rec/nope'),
  ask(mountsBelow, '/tmp/rec/link'),
  ask(mountsBelow, '/tmp/rec/nope/x'),
  ask(tcp, { host: '127.0.0.1', port: 1, limit: 20, read: false }),
  ask(tcp, { host: '127.0.0.1', port: 22, limit: 20, read: false }),
  ask(tcpConnections, 22),
  ask(http, { url, limit: 20, strict: true }),
  ask(members, { directory: '/tmp/rec', paths: ['abc', 'link', 'dir', 'nope', 'dir/inner'], sums: true }),
  ask(members, { directory: '/tmp/rec/nope', paths: ['abc'], sums: false }),
  ask(uptime, null),
  ask(request, { request: { url, method: 'GET', headers: [], timeout: 20, strict: true, follow: false, options: [] }, discard: true }),
  ask(urlSum, { url, headers: [], timeout: 20, strict: true }),
];

export const PROBES: Situation = { name: 'probes', as: 'core', before: FILES, byShell: true, looks: LOOKS, acts: [] };

/** Why a probe is not asked. */
const UNASKED: { readonly [probe: string]: string } = {
  archive: 'the lab’s tar compares nothing: tar -d is not in the library it comes from',
  crontab: 'neither the recorded host nor RHCOS has cron',
  packages: 'the recorded host has apt-get, RHCOS has none of the package managers it looks for',
  vouched: 'runs a command of the user’s own',
};

/** Names of probes that nothing here asks though they could be: what recording should be extended by. */
export async function unasked(all: readonly Situation[]): Promise<readonly string[]> {
  const asked = all.flatMap(({ looks, acts }) => [...looks, ...acts].flatMap(({ probe }) => (probe ? [probe.name] : [])));
  return (await probeNames()).filter((name) => !asked.includes(name) && !(name in UNASKED));
}

async function probeNames(): Promise<readonly string[]> {
  const folder = join(import.meta.dirname, '../../../../src/probes');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map((name) => import(join(folder, name)) as Promise<Record<string, unknown>>));
  const found = modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is object => typeof value === 'object' && value !== null);
  return found.filter(isProbe).map((probe) => (probe as Probe<unknown, never>).name);
}
