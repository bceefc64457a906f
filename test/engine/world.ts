/** A tiny world for the engine's tests: hosts that hold names and values, and one module that sets them. */
import type { Step } from '../../src/core/change.ts';
import { PbError } from '../../src/core/diagnostic.ts';
import type { AnyModule, HostConnection, HostReader, Module } from '../../src/core/module.ts';
import { defineProbe, type Output } from '../../src/core/probe.ts';
import type { Json } from '../../src/core/value.ts';

export class World {
  readonly hosts = new Map<string, Map<string, string>>();
  readonly writes: string[] = [];
  readonly down = new Set<string>();
  /** Names whose writes report success and do nothing. */
  readonly lying = new Set<string>();
  /** Called before each read, e.g. to change the world while a task waits. */
  onRead: (host: string, key: string) => void = () => {};

  of(host: string): Map<string, string> {
    const own = this.hosts.get(host) ?? new Map<string, string>();
    this.hosts.set(host, own);
    return own;
  }

  connect(host: string): HostConnection {
    if (this.down.has(host)) throw new PbError('unreachable', `${host}: connection refused`);
    const reader = {
      ask: async (probe: { argv(a: unknown): readonly string[]; parse(o: Output, a: unknown): Json }, args: unknown) => {
        const [, key = ''] = probe.argv(args);
        this.onRead(host, key);
        const value = this.of(host).get(key);
        return probe.parse(value === undefined ? { code: 1, stdout: '', stderr: '' } : { code: 0, stdout: value, stderr: '' }, args);
      },
      readFile: async () => undefined,
    } as unknown as HostReader;
    return { reader, close: async () => {}, host } as unknown as HostConnection;
  }

  write(connection: HostConnection, step: Step): Output {
    const { host } = connection as unknown as { host: string };
    if (step.do !== 'exec') throw new Error(`unexpected step ${step.do}`);
    const [verb, key = '', value = ''] = step.argv.map(String);
    this.writes.push(`${host}: ${[verb, key, value].join(' ')}`);
    if (verb === 'break') return { code: 3, stdout: '', stderr: 'it broke\n' };
    if (!this.lying.has(key)) this.of(host).set(key, value);
    return { code: 0, stdout: '', stderr: '' };
  }
}

const get = defineProbe({ name: 'get', argv: (key: string) => ['get', key], parse: (out) => (out.code === 0 ? out.stdout : null) });

interface PutArgs {
  readonly key: string;
  readonly value?: string;
  /** Needs this name to be set before. */
  readonly needs?: string;
  /** Only waits for the value. */
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly breaks?: boolean;
}

/** Sets a name to a value on a host. */
export const put: AnyModule = {
  name: 'put',
  target: 'host',
  summary: 'Set a name',
  args: {},
  effect: 'converge',
  examples: [],
  timeoutMs: (args: PutArgs) => (args.timeout ?? 600) * 1000,
  read: async (args: PutArgs, io: HostReader) => ({
    now: await io.ask(get, args.key),
    need: args.needs === undefined ? 'yes' : await io.ask(get, args.needs),
  }),
  decide({ key, value = 'x', needs, wait, breaks }: PutArgs, state) {
    const steps = [{ do: 'exec', argv: [breaks ? 'break' : 'put', key, value] }] as const;
    const change = {
      op: 'update',
      summary: `set ${key} to ${value}`,
      before: { [key]: state.now },
      after: { [key]: value },
      steps,
      foreknown: { place: key },
      provides: [`name/${key}`],
    } as const;
    if (state.need === null) return { is: 'absent', what: `name/${needs}`, why: `${needs} is not set`, then: change };
    if (state.now === value) return { is: 'ok', output: { [key]: value } };
    if (wait) return { is: 'pending', why: `${key} is ${state.now}`, seen: `${key}=${state.now} (want ${value})`, hint: `put ${key}` };
    return { is: 'change', change };
  },
} satisfies Module<PutArgs, { now: string | null; need: string | null }, Json, 'host'> as unknown as AnyModule;

/** Shows its arguments; without a target, like debug. */
export const say: AnyModule = {
  name: 'say',
  target: 'none',
  summary: 'Say something',
  args: {},
  effect: 'converge',
  examples: [],
  read: async () => null,
  decide: (args: Json) => ({ is: 'ok', output: args }),
} as unknown as AnyModule;

/** Assigns its arguments, like set_fact. */
export const assign: AnyModule = {
  ...say,
  name: 'assign',
  assigns: 'arguments',
  decide: (args: { [key: string]: Json }) => ({ is: 'ok', output: {}, facts: args }),
} as AnyModule;
