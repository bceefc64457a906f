/** A real host for the transports' conformance suite, and the same host as other users reach it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Become, Endpoint } from '../../../src/core/inventory.ts';
import type { HostName } from '../../../src/core/value.ts';
import { createTransports } from '../../../src/transports/index.ts';
import type { World } from '../../transports/conformance/given.ts';
import type { Vm } from '../parts/vm.ts';
import { vmShell } from './shell.ts';

export interface VmWorld extends World {
  connectAs(user: string, become?: Become): ReturnType<World['connect']>;
}

export async function vmWorld(vm: Vm): Promise<VmWorld> {
  const home = mkdtempSync(join(tmpdir(), 'pb-real-'));
  const far = vmShell(vm, home);
  const dir = (await far.sh('mktemp -d /tmp/pb-XXXXXX')).stdout.toString().trim();
  const control = new AbortController();
  const transports = createTransports({ home, env: {}, signal: control.signal });
  const endpoint = (user: string): Endpoint => ({
    ...({ via: 'ssh', address: vm.address, port: vm.port, user, keyFile: vm.keyFile } as const),
    ...{ jump: [], hostKeys: 'strict', knownHosts: [vm.knownHostsFile], connectTimeoutMs: 20_000 },
  });
  const connectAs: VmWorld['connectAs'] = (user, become) => transports.connect(vm.name as HostName, endpoint(user), become, control.signal);
  return {
    ...{ dir, home, far, transports, connectAs },
    connect: (become) => connectAs('core', become),
    async close() {
      await transports.close();
      await far.close();
      rmSync(home, { recursive: true });
    },
  };
}
