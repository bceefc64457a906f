/** One look at what a host-side wait_for waits for, and what was seen there. */
import type { HostReader } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { http } from '../../probes/http.ts';
import { stat } from '../../probes/stat.ts';
import { tcp } from '../../probes/tcp.ts';
import { tcpConnections } from '../../probes/tcp-connections.ts';
import { vouched } from '../../probes/vouched.ts';
import { absolute } from './path.ts';
import { told } from './stat-facts.ts';

export interface WaitArgs {
  readonly host: string;
  readonly port?: number;
  readonly path?: string;
  readonly url?: string;
  readonly status: readonly number[];
  readonly validate_certs: boolean;
  readonly command?: string | readonly string[];
  readonly search_regex?: string;
  readonly state: 'started' | 'stopped' | 'present' | 'absent' | 'drained';
  readonly connect_timeout: number;
  readonly exclude_hosts?: readonly string[];
  readonly active_connection_states: readonly string[];
}

/** `there`: it exists, is open, answers. `groups`: what the pattern's parentheses matched. */
export type Look = {
  readonly there: boolean;
  readonly seen: string;
  readonly groups?: readonly (string | null)[];
  readonly named?: { readonly [name: string]: string };
  /** What a path that is there is. */
  readonly file?: JsonObject;
};

export function look(given: WaitArgs, io: HostReader): Promise<Look> | undefined {
  if (given.command !== undefined) return commandLook(given.command, io);
  if (given.url !== undefined) return urlLook(given.url, given, io);
  if (given.path !== undefined) return pathLook(given.path, given, io);
  if (given.port === undefined) return undefined;
  return given.state === 'drained' ? drainLook(given.port, given, io) : portLook(given.port, given, io);
}

async function commandLook(command: string | readonly string[], io: HostReader): Promise<Look> {
  const [program, ...rest] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const out = await io.ask(vouched, [program ?? 'false', ...rest]);
  const said = (out.stdout.trim() || out.stderr.trim()).split('\n').at(-1) ?? '';
  return { there: out.code === 0, seen: `exit code ${out.code}${said === '' ? '' : `: ${said}`}` };
}

async function urlLook(url: string, given: WaitArgs, io: HostReader): Promise<Look> {
  const answer = await io.ask(http, { url, limit: given.connect_timeout, strict: given.validate_certs });
  if (answer.status === null) return { there: false, seen: answer.why || 'no answer' };
  if (!given.status.includes(answer.status)) return { there: false, seen: `status ${answer.status} (want ${given.status.join(', ')})` };
  return matched(given, answer.body, `status ${answer.status}`);
}

async function pathLook(asked: string, given: WaitArgs, io: HostReader): Promise<Look> {
  const path = await absolute(asked, io);
  const found = await io.ask(stat, { path, follow: true });
  if (found === null) return { there: false, seen: `${path} does not exist` };
  if (given.search_regex === undefined || found.kind !== 'file') return { there: true, seen: `${path} exists`, file: told(found) };
  const bytes = await io.readFile(path);
  return { ...matched(given, bytes === undefined ? '' : new TextDecoder().decode(bytes), `${path} exists`), file: told(found) };
}

async function portLook(port: number, given: WaitArgs, io: HostReader): Promise<Look> {
  const read = given.search_regex !== undefined;
  const answer = await io.ask(tcp, { host: given.host, port, limit: given.connect_timeout, read });
  return answer.open ? matched(given, answer.data, 'the port is open') : { there: false, seen: answer.why };
}

async function drainLook(port: number, given: WaitArgs, io: HostReader): Promise<Look> {
  const left = (await io.ask(tcpConnections, port)).filter(
    ({ peer, state }) => given.active_connection_states.includes(state) && !given.exclude_hosts?.includes(peer),
  );
  return { there: left.length > 0, seen: left.length === 0 ? 'no connections' : `${left.length} connections, one from ${left[0]?.peer}` };
}

/** Whether the pattern is found, where one is asked for; across lines, as Ansible searches. */
function matched(given: WaitArgs, text: string, seen: string): Look {
  if (given.search_regex === undefined) return { there: true, seen };
  const match = pattern(given.search_regex).exec(text);
  if (match === null) return { there: false, seen: `${seen}, but nothing matches ${given.search_regex}` };
  const groups = match.slice(1).map((group) => group ?? null);
  return { there: true, seen, ...(groups.length === 0 ? {} : { groups }), ...(match.groups ? { named: { ...match.groups } } : {}) };
}

/** As Python writes patterns: (?P<name>…), and (?i) or (?s) at the start. Throws SyntaxError. */
export function pattern(source: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  const rest = source.slice(flags?.[0].length ?? 0).replaceAll('(?P<', '(?<');
  return new RegExp(rest, [...new Set(`m${flags?.[1] ?? ''}`)].join(''));
}
