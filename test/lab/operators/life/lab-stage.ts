import { setMaxListeners } from 'node:events';
import { defaultFleet, seedCluster, startOperators } from '../../../../src/lab/kube/operators/index.ts';
import { openClient } from '../../../../src/lab/kube/operators/toolkit/client.ts';
import type { Kind, Obj } from '../../../../src/lab/kube/operators/toolkit/objects.ts';
import { startApi } from '../../../../src/lab/kube/server/start.ts';
import crds from '../../../../src/lab/openshift/crds.data.json' with { type: 'json' };
import { MemoryDisks } from '../memory-disks.ts';
import type { StageEvent, StartStage } from './stage.ts';

const EVENT: Kind<Obj & StageEvent> = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** On the lab's own API server. */
export const startLabStage: StartStage = async ({ faults = [], variant = {}, disks = new MemoryDisks({}) } = {}) => {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const server = await startApi();
  server.load(crds as never);
  const api = { server: server.url, ca: server.caPem, token: server.tokens.admin };
  const client = await openClient(api, abort.signal);
  await seedCluster(api, variant, abort.signal);
  const log: string[] = [];
  const operators = await startOperators({
    ...{ api, faults, fleet: variant.fleet ?? defaultFleet, disks, speed: 600, workloads: 'own' as const },
    ...(variant.version === undefined ? {} : { version: variant.version }),
    ...{ signal: abort.signal, log: (line: string) => void log.push(line) },
  });
  return {
    ...{ client, operators, log },
    events: async (namespace, reason) => (await client.list(EVENT, { namespace })).items.filter((event) => event.reason === reason),
    async stop() {
      if (process.env['PB_LOG']) process.stderr.write(`${log.join('\n')}\n`);
      await operators.stop();
      abort.abort();
      client.close();
      await server.stop();
    },
  };
};
