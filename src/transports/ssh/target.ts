/** One ssh hop with every question answered: inventory first, then ~/.ssh/config, then what OpenSSH would take. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { Endpoint } from '../../core/inventory.ts';
import type { Secret } from '../../core/secret.ts';
import type { ConfigLookup } from './config.ts';
import { keyType } from './known-hosts.ts';

export interface Target {
  /** As messages name it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Named by the inventory: must be readable. */
  readonly keyFile?: string;
  /** Tried where they exist. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly agent?: string;
  readonly password?: Secret;
  readonly hostKeys: 'strict' | 'accept-new' | 'off';
  readonly hostKeyAlias?: string;
  readonly hostKey?: { readonly type: string; readonly key: Buffer };
  /** Files to look in; the first is the one new keys are added to. */
  readonly knownHosts: readonly string[];
  readonly connectTimeoutMs: number;
  /** `[user@]host[:port]`, first hop first. */
  readonly jump: readonly string[];
}

export interface Surroundings {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config: ConfigLookup;
}

type SshEndpoint = Extract<Endpoint, { via: 'ssh' }>;

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

export function targetOf(name: string, endpoint: SshEndpoint, around: Surroundings): Target {
  const config = around.config(endpoint.address);
  const inHome = (path: string) => path.replace(/^~(?=\/)/, around.home);
  const jump = endpoint.jump.length > 0 ? endpoint.jump.filter((hop) => hop !== 'none') : (config.proxyJump ?? []);
  if (config.proxyCommand && jump.length === 0 && endpoint.jump.length === 0) {
    throw new PbError('unreachable', `${name}: ProxyCommand of ~/.ssh/config is not supported (${config.proxyCommand})`, {
      hint: 'use ProxyJump, or ansible_ssh_common_args: -J bastion',
    });
  }
  const agent = config.identityAgent === undefined ? around.env['SSH_AUTH_SOCK'] : agentSocket(config.identityAgent, around.env);
  const hostKeys = endpoint.hostKeys ?? config.hostKeys ?? 'strict';
  const userFiles = config.userKnownHosts ?? ['known_hosts', 'known_hosts2'].map((file) => join(around.home, '.ssh', file));
  return {
    name,
    address: config.hostName ?? endpoint.address,
    port: endpoint.port || (config.port ?? 22),
    user: endpoint.user || (config.user ?? userInfo().username),
    ...(endpoint.keyFile ? { keyFile: inHome(endpoint.keyFile) } : {}),
    identityFiles: config.identityFiles.length > 0 ? config.identityFiles : DEFAULT_KEYS.map((key) => join(around.home, '.ssh', key)),
    identitiesOnly: config.identitiesOnly,
    ...(agent ? { agent } : {}),
    ...(endpoint.password ? { password: endpoint.password } : {}),
    hostKeys,
    ...(config.hostKeyAlias ? { hostKeyAlias: config.hostKeyAlias } : {}),
    ...(endpoint.hostKey ? { hostKey: publicKey(endpoint.hostKey, name) } : {}),
    knownHosts: [...new Set([...endpoint.knownHosts.map(inHome), ...userFiles, ...GLOBAL_KNOWN_HOSTS])],
    connectTimeoutMs: endpoint.connectTimeoutMs ?? config.connectTimeoutMs ?? 10_000,
    jump,
  };
}

/**
 * A jump host: reached like any other, with the key offered that opens the host behind it, but never its password. Only the first of a chain
 * is reached through jump hosts of its own.
 */
export function hopOf(hop: string, target: Target, around: Surroundings & { readonly first: boolean }): Target {
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(hop);
  if (!match) throw new PbError('unreachable', `${target.name}: "${hop}" is not a jump host`, { hint: 'write [user@]host[:port]' });
  const address = (match[2] ?? '').replace(/^\[|\]$/g, '');
  const endpoint: SshEndpoint = {
    via: 'ssh',
    address,
    port: Number(match[3] ?? 0),
    user: match[1] ?? '',
    ...(target.keyFile ? { keyFile: target.keyFile } : {}),
    jump: around.first ? [] : ['none'],
    hostKeys: target.hostKeys,
    knownHosts: target.knownHosts,
    connectTimeoutMs: target.connectTimeoutMs,
  };
  return targetOf(`${target.name} (jump host ${address})`, endpoint, around);
}

function agentSocket(setting: string, env: NodeJS.ProcessEnv): string | undefined {
  if (setting.toLowerCase() === 'none') return undefined;
  if (setting === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'];
  return setting.startsWith('$') ? env[setting.slice(1)] : setting;
}

/** "ssh-ed25519 AAAA… [comment]", or a known_hosts line with the host's names before it. */
function publicKey(text: string, name: string): NonNullable<Target['hostKey']> {
  const base64 = text.split(/\s+/).find((word) => word.startsWith('AAAA'));
  const key = Buffer.from(base64 ?? '', 'base64');
  if (key.length < 8) {
    throw new PbError('host-key', `${name}: ansible_host_key is not a public key: ${text}`, { hint: 'write it as "ssh-ed25519 AAAA…"' });
  }
  return { type: keyType(key), key };
}
