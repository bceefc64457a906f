/** ~/.ssh/config: the part of it that decides how to reach a host. */
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import SSHConfig from 'ssh-config';

export interface HostConfig {
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly identityAgent?: string;
  /** Hops, first first; [] for "none". */
  readonly proxyJump?: readonly string[];
  readonly proxyCommand?: string;
  readonly userKnownHosts?: readonly string[];
  readonly hostKeyAlias?: string;
  readonly hostKeys?: 'strict' | 'accept-new' | 'off';
  readonly connectTimeoutMs?: number;
}

export type ConfigLookup = (host: string) => HostConfig;

/** Reads the file once. What cannot be understood is reported to `complain` and left out. */
export function sshConfig(file: string, home: string, complain: (text: string) => void): ConfigLookup {
  let parsed: SSHConfig | undefined;
  try {
    const text = withIncludes(readFileSync(file, 'utf8'), { home, depth: 0 });
    parsed = SSHConfig.parse(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') complain(`${file} is left out: ${(error as Error).message}`);
  }
  const known = new Map<string, HostConfig>();
  return (host) => {
    let config = known.get(host);
    if (!config) {
      // matchExec off: reading a file must not run commands.
      config = hostConfig(parsed?.compute(host, { ignoreCase: true, matchExec: false }) ?? {}, host, home);
      known.set(host, config);
    }
    return config;
  };
}

type Computed = Record<string, string | string[]>;

function hostConfig(all: Computed, host: string, home: string): HostConfig {
  const one = (name: string): string | undefined => [all[name] ?? []].flat()[0];
  const many = (name: string): readonly string[] => [all[name] ?? []].flat();
  const hostName = one('hostname')?.replaceAll('%h', host).replaceAll('%n', host);
  const user = one('user');
  const expand = (path: string): string =>
    path
      .replace(/^~(?=\/|$)/, home)
      .replace(
        /%([dhnru%])/g,
        (_, token: string) => ({ d: home, h: hostName ?? host, n: host, r: user ?? '', u: userInfo().username })[token] ?? '%',
      );
  const port = Number(one('port'));
  const jump = one('proxyjump');
  const command = one('proxycommand');
  const agent = one('identityagent');
  const alias = one('hostkeyalias');
  const seconds = Number(one('connecttimeout'));
  const policy = hostKeyPolicy(one('stricthostkeychecking'));
  const knownHosts = many('userknownhostsfile').flatMap((files) => files.split(/\s+/));
  return {
    identityFiles: many('identityfile').map(expand),
    identitiesOnly: one('identitiesonly')?.toLowerCase() === 'yes',
    ...(hostName ? { hostName } : {}),
    ...(user ? { user } : {}),
    ...(port > 0 ? { port } : {}),
    ...(agent ? { identityAgent: expand(agent) } : {}),
    ...(jump ? { proxyJump: hops(jump) } : {}),
    ...(command && command.toLowerCase() !== 'none' ? { proxyCommand: command } : {}),
    ...(knownHosts.length > 0 ? { userKnownHosts: knownHosts.map(expand) } : {}),
    ...(alias ? { hostKeyAlias: alias } : {}),
    ...(policy ? { hostKeys: policy } : {}),
    ...(seconds > 0 ? { connectTimeoutMs: seconds * 1000 } : {}),
  };
}

export const hops = (text: string): string[] => (text.toLowerCase() === 'none' ? [] : text.split(',').map((hop) => hop.trim()));

function hostKeyPolicy(text: string | undefined): HostConfig['hostKeys'] {
  switch (text?.toLowerCase()) {
    case 'accept-new':
      return 'accept-new';
    case 'no':
    case 'off':
      return 'off';
    case 'yes':
    case 'ask':
      return 'strict';
    default:
      return undefined;
  }
}

const DEEPEST = 16;

/** Puts included files in place of their Include lines; afterwards the block that was open is opened again. */
function withIncludes(text: string, at: { home: string; depth: number }): string {
  let block = 'Host *';
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*(host|match)[\s=]/i.test(line)) block = line;
      const include = /^\s*include[\s=]+(.+)$/i.exec(line)?.[1];
      if (include === undefined) return line;
      if (at.depth >= DEEPEST) return '';
      const files = include.split(/\s+/).flatMap((pattern) => matching(pattern.replaceAll('"', ''), at.home));
      const texts = files.map((file) => withIncludes(readFileSync(file, 'utf8'), { ...at, depth: at.depth + 1 }));
      return [...texts, block].join('\n');
    })
    .join('\n');
}

/** The files that match a path whose last part may hold * and ?. */
function matching(pattern: string, home: string): string[] {
  const expanded = pattern.replace(/^~(?=\/)/, home);
  const path = isAbsolute(expanded) ? expanded : join(home, '.ssh', expanded);
  const literal = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const wanted = new RegExp(`^${literal(basename(path)).replaceAll('*', '.*').replaceAll('?', '.')}$`);
  try {
    const names = readdirSync(dirname(path), { withFileTypes: true }).filter((entry) => !entry.isDirectory() && wanted.test(entry.name));
    return names.map((entry) => join(dirname(path), entry.name)).sort();
  } catch {
    return [];
  }
}
