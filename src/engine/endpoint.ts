/** How to reach a host for one task: `ansible_*` variables, under their Ansible names, over the task's keywords. */
import { PbError } from '../core/diagnostic.ts';
import type { Become, Endpoint } from '../core/inventory.ts';
import type { Settings } from '../core/plan.ts';
import { resolveNow, settled } from '../core/resolve.ts';
import { Secret } from '../core/secret.ts';
import { type Scope, Unknown, type Value } from '../core/value.ts';

export interface Reach {
  readonly endpoint: Endpoint;
  readonly become?: Become;
}

/** What the command line says (-u, -b, --private-key …), by the variable it stands for: weaker than variables and keywords. */
export type ReachDefaults = { readonly [variable: string]: string };

export interface ReachSources {
  readonly settings: Settings;
  /** Of the host connected to: the delegate's, when delegated. */
  readonly vars: Scope;
  /** Of the task's own host: keywords are resolved here. */
  readonly task: Scope;
  readonly defaults: ReachDefaults;
}

/** Asked for every task of every host: worked out in one go, and again after each lookup it has to wait for. Throws PbError 'args'. */
export const reachOf = (name: string, sources: ReachSources): Promise<Reach> => settled(() => reachNow(name, sources));

function reachNow(name: string, { settings, vars, task, defaults }: ReachSources): Reach {
  const ask = reader(vars, task, defaults);
  const connection = ask.text(['ansible_connection'], settings.connection);
  const become = becomeOf(ask, settings);
  const more = become ? { become } : {};
  const via = connection ?? (isLocalhost(name) && (vars.get('ansible_host') ?? name) === name ? 'local' : 'ssh');
  if (via === 'local') return { endpoint: localOf(task.get('playbook_dir')), ...more };
  if (!['ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(via.replace(/^ansible\.builtin\./, ''))) {
    throw new PbError('args', `connection "${via}" is not supported`, { hint: 'use ansible_connection: ssh or local' });
  }
  const password = ask.text(['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password']);
  const keyFile = ask.text(['ansible_ssh_private_key_file', 'ansible_private_key_file']);
  const hostKey = ask.text(['ansible_host_key']);
  const options = sshOptions(ask.all(['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args']));
  const timeout = ask.text(['ansible_ssh_timeout', 'ansible_timeout']) ?? options.timeout;
  const user = ask.text(['ansible_user', 'ansible_ssh_user'], settings.remote_user) ?? options.user;
  return {
    endpoint: {
      via: 'ssh',
      address: ask.text(['ansible_host', 'ansible_ssh_host']) ?? name,
      port: Number(ask.text(['ansible_port', 'ansible_ssh_port'], settings.port) ?? options.port ?? 0),
      user: user ?? '',
      ...(keyFile ? { keyFile } : {}),
      ...(password ? { password: Secret.of(password) } : {}),
      jump: options.jump,
      ...hostKeyPolicy(ask.text(['ansible_host_key_checking', 'ansible_ssh_host_key_checking']) ?? options.hostKeys),
      knownHosts: options.knownHosts,
      ...(hostKey ? { hostKey } : {}),
      ...(timeout ? { connectTimeoutMs: 1000 * Number(timeout) } : {}),
    },
    ...more,
  };
}

/** Its commands run in the folder of the play. */
const localOf = (playbookDir: Value | undefined): Endpoint =>
  typeof playbookDir === 'string' ? { via: 'local', directory: playbookDir } : { via: 'local' };

export const isLocalhost = (name: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(name);

interface Ask {
  text(names: readonly string[], keyword?: Value): string | undefined;
  all(names: readonly string[]): readonly string[];
}

function reader(vars: Scope, task: Scope, defaults: ReachDefaults): Ask {
  const one = (value: Value | undefined, scope: Scope, name: string): string | undefined => {
    if (value === undefined || value === null) return undefined;
    const got = resolveNow(value, scope);
    if (got instanceof Unknown)
      throw new PbError('args', `${name} is known only after ${got.until}`, { hint: 'connection settings must not depend on a task' });
    return got === null || got === '' ? undefined : String(got);
  };
  return {
    text(names, keyword) {
      for (const name of names) {
        const got = one(vars.get(name), vars, name);
        if (got !== undefined) return got;
      }
      return one(keyword, task, 'the keyword') ?? names.map((name) => defaults[name]).find((value) => value !== undefined);
    },
    all: (names) => names.map((name) => one(vars.get(name), vars, name) ?? defaults[name]).filter((text) => text !== undefined),
  };
}

function becomeOf(ask: Ask, settings: Settings): Become | undefined {
  const wanted = ask.text(['ansible_become'], settings.become);
  if (wanted === undefined || ['false', 'no', '0'].includes(wanted.toLowerCase())) return undefined;
  const method = ask.text(['ansible_become_method'], settings.become_method) ?? 'sudo';
  if (method.replace(/^ansible\.builtin\./, '') !== 'sudo') {
    throw new PbError('args', `become_method "${method}" is not supported`, { hint: 'use become_method: sudo' });
  }
  const user = ask.text(['ansible_become_user'], settings.become_user) ?? 'root';
  const password = ask.text(['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass']);
  const flags = ask.text(['ansible_become_flags', 'ansible_sudo_flags'], settings.become_flags)?.match(/\S+/g);
  const exe = ask.text(['ansible_become_exe', 'ansible_sudo_exe'], settings.become_exe)?.trim();
  return {
    method: 'sudo',
    user,
    ...(exe ? { exe } : {}),
    ...(password ? { password: Secret.of(password) } : {}),
    ...(flags ? { flags } : {}),
  };
}

interface SshOptions {
  jump: string[];
  knownHosts: string[];
  user?: string;
  port?: string;
  timeout?: string;
  hostKeys?: string;
}

/** The OpenSSH options people put into ansible_ssh_common_args: -J, -p, -l and -o Name=value. */
function sshOptions(texts: readonly string[]): SshOptions {
  const found: SshOptions = { jump: [], knownHosts: [] };
  const words = texts.flatMap((text) => text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
  for (let i = 0; i < words.length; i++) {
    const flag = /^-([oJpl])(.*)$/.exec(words[i] ?? '');
    if (!flag) continue;
    const value = (flag[2] || words[++i] || '').replace(/^(["'])(.*)\1$/, '$2');
    if (flag[1] === 'J') found.jump.push(...value.split(','));
    else if (flag[1] === 'p') found.port = value;
    else if (flag[1] === 'l') found.user = value;
    else option(found, value);
  }
  return found;
}

function option(found: SshOptions, text: string): void {
  const [, name = '', value = ''] = /^([^=\s]+)[=\s]+(.*)$/.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case 'proxyjump':
      found.jump.push(...value.split(','));
      break;
    case 'userknownhostsfile':
      found.knownHosts.push(...value.split(/\s+/));
      break;
    case 'stricthostkeychecking':
      found.hostKeys = value;
      break;
    case 'connecttimeout':
      found.timeout = value;
      break;
    case 'user':
      found.user = value;
      break;
    case 'port':
      found.port = value;
      break;
  }
}

/** What nobody said is left to ~/.ssh/config, then to the transport, which is strict. */
function hostKeyPolicy(wanted: string | undefined): { readonly hostKeys?: 'strict' | 'accept-new' | 'off' } {
  if (wanted === undefined) return {};
  if (wanted.toLowerCase() === 'accept-new') return { hostKeys: 'accept-new' };
  return { hostKeys: ['false', 'no', 'off', '0'].includes(wanted.toLowerCase()) ? 'off' : 'strict' };
}
