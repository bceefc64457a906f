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
import { type Far, type FarFiles, farFiles } from './far.ts';

/** One way to a host, with everything a test needs on the other side. */
export interface World {
  /** A directory on the host that is the test's own. */
  readonly dir: string;
  /** Another at the controller; the same one where the host is this machine. */
  readonly home: string;
  readonly far: Far;
  readonly transports: Transports;
  connect(become?: Become): Promise<HostConnection>;
  close(): Promise<void>;
}

/** A host whose sudo answers as the test says. */
export interface SudoWorld extends World {
  readonly sudo: FakeSudo;
}

export interface Given<W extends World = World> {
  readonly world: W;
  readonly host: HostConnection;
  readonly writer: HostWriter;
  readonly unending: AbortSignal;
  readonly far: FarFiles;
  at(name: string): string;
  ask(...argv: [string, ...string[]]): Promise<Raw>;
  run(step: Parameters<HostWriter['run']>[0]): Promise<Output>;
  sh(script: string, more?: Partial<Extract<Step, { do: 'exec' }>>): Promise<Output>;
}

/** Opens the world before the first test and closes it after the last. */
export function given<W extends World>(open: () => Promise<W>): Given<W> {
  let opened: Pick<Given<W>, 'world' | 'host' | 'writer' | 'far'> | undefined;
  beforeAll(async () => {
    const world = await open();
    const host = await world.connect();
    opened = { world, host, writer: world.transports.hostWriter(host), far: farFiles(world.far, world.dir) };
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
    get far() {
      return now().far;
    },
    unending,
    at: (name) => join(now().world.dir, name),
    ask: (...argv) => now().host.reader.ask(raw, argv),
    run,
    sh: (script, more = {}) => run({ do: 'exec', argv: ['sh', '-c', script], ...more }),
  };
}
