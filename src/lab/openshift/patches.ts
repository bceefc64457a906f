/** A scenario's changes to objects that operators make: each is patched as soon as it exists. */
import { idleTime } from '../idle-time.ts';
import { type Client, openClient } from '../kube/operators/toolkit/client.ts';
import { sleep } from '../kube/operators/toolkit/clock.ts';
import { type ApiAddress, isStatus } from '../kube/operators/toolkit/http.ts';
import type { Kind, Obj } from '../kube/operators/toolkit/objects.ts';
import type { ObjectPatch } from '../scenario/types.ts';

/** The registry's Config is the latest to appear: a minute of the cluster's time, more where a fault delays it. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 50;

export async function applyPatches(address: ApiAddress, patches: readonly ObjectPatch[], signal: AbortSignal): Promise<void> {
  if (patches.length === 0) return;
  const client = await openClient(address, signal);
  try {
    for (const patch of patches) await applyOne(client, patch, signal);
  } finally {
    client.close();
  }
}

async function applyOne(client: Client, { api_version, kind, name, namespace, patch }: ObjectPatch, signal: AbortSignal): Promise<void> {
  const plural = `${kind.toLowerCase()}${/(s|x|z|ch|sh)$/i.test(kind) ? 'es' : 's'}`.replace(/([^aeiou])ys$/, '$1ies');
  const what: Kind = { apiVersion: api_version, kind, plural, namespaced: namespace !== undefined };
  const ref = namespace === undefined ? { name } : { name, namespace };
  const until = idleTime() + PATIENCE_MS;
  for (;;) {
    try {
      await client.mergePatch<Obj>(what, ref, patch);
      return;
    } catch (error) {
      if (!isStatus(error, 404, 409) || idleTime() > until || signal.aborted)
        throw new Error(`the scenario's patch of ${kind} ${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    await sleep(AGAIN_MS, signal);
  }
}
