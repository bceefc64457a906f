/** A module really run on this machine, over the local transport and with the engine's own task loop. */
import type { HostConnection } from '../../src/core/module.ts';
import type { HostName, JsonObject } from '../../src/core/value.ts';
import { findModule } from '../../src/modules/index.ts';
import { createTransports, type Transports } from '../../src/transports/index.ts';
import { argsOf } from './args.ts';
import { type Called, call, noFiles } from './call.ts';

export interface Machine {
  check(name: string, args: JsonObject): Promise<Called>;
  apply(name: string, args: JsonObject): Promise<Called>;
  close(): Promise<void>;
}

/** The apply mode of a test that has hosts and nothing else. */
export function onHostsOnly(transports: Transports) {
  const refuse = (): never => {
    throw new Error('there are only hosts here');
  };
  return {
    is: 'apply',
    hostWriter: (on: HostConnection) => transports.hostWriter(on),
    kubeWriter: refuse,
    registryWriter: refuse,
    storeWriter: refuse,
  } as const;
}

/** `env`: the environment of its commands; PATH may put a stand-in for a tool of the machine before the real one. */
export function machine(env: NodeJS.ProcessEnv = process.env): Machine {
  const end = new AbortController();
  const transports = createTransports({ home: '/nonexistent', env, signal: end.signal });
  const apply = onHostsOnly(transports);
  async function run(name: string, args: JsonObject, mode: typeof apply | { readonly is: 'check' }): Promise<Called> {
    const module = findModule(name);
    if (!module) throw new Error(`no module is called ${name}`);
    const connection = await transports.connect('n1' as HostName, { via: 'local' }, undefined, end.signal);
    return call(module, argsOf(module, args), { line: { to: 'host', connection, target: 'n1' }, mode, files: noFiles });
  }
  return {
    check: (name, args) => run(name, args, { is: 'check' }),
    apply: (name, args) => run(name, args, apply),
    close: () => transports.close(),
  };
}
