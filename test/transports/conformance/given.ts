/** What every test of the conformance suite starts from. */
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Step } from '../../../src/core/change.ts';
import type { Become } from '../../../src/core/inventory.ts';
import type { HostConnection, HostWriter } from '../../../src/core/module.ts';
import type { Output } from '../../../src/core/probe.ts';
import type { Transports } from '../../../src/transports/index.ts';
import type { FakeSudo } from '../fake-sudo.ts';
import { type Raw, raw } from '../raw-probe.ts';

/** One way to a host, with everything a test needs on the other side. */
export interface World {
  /** A directory on the host that is the test's own. */
  readonly dir: string;
  readonly sudo: FakeSudo;
  readonly transports: Transports;
  connect(become?: Become): Promise<HostConnection>;
  close(): Promise<void>;
}

export interface Given {
  readonly world: World;
  readonly host: HostConnection;
  readonly writer: HostWriter;
  readonly unending: AbortSignal;
  at(name: string): string;
  ask(...argv: [string, ...string[]]): Promise<Raw>;
  run(step: Parameters<HostWriter['run']>[0]): Promise<Output>;
  sh(script: string, more?: Partial<Extract<Step, { do: 'exec' }>>): Promise<Output>;
}

/** Opens the world before the first test and closes it after the last. */
export function given(open: () => Promise<World>): Given {
  let opened: Pick<Given, 'world' | 'host' | 'writer'> | undefined;
  beforeAll(async () => {
    const world = await open();
    const host = await world.connect();
    opened = { world, host, writer: world.transports.hostWriter(host) };
  });
  afterAll(() => opened?.world.close());
  const now = () => {
    if (!opened) throw new Error('used outside of a test');
    return opened;
  };
  const unending = new AbortController().signal;
  const run: Given['run'] = (step) => now().writer.run(step, unending);
  return {
    get world() {
      return now().world;
    },
    get host() {
      return now().host;
    },
    get writer() {
      return now().writer;
    },
    unending,
    at: (name) => join(now().world.dir, name),
    ask: (...argv) => now().host.reader.ask(raw, argv),
    run,
    sh: (script, more = {}) => run({ do: 'exec', argv: ['sh', '-c', script], ...more }),
  };
}
