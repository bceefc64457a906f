/** Garbage collection, for API servers without kube-controller-manager: objects go when their owner has gone. */
import type { Context } from '../context.ts';
import {
  CATALOG_SOURCE,
  CONFIG_MAP,
  CSV,
  DAEMON_SET,
  DEPLOYMENT,
  INSTALL_PLAN,
  JOB,
  POD,
  REPLICA_SET,
  SERVICE,
  SERVICE_ACCOUNT,
  SUBSCRIPTION,
} from '../kinds.ts';
import type { Again } from '../toolkit/controller.ts';
import { isOwnedBy, type Kind, type Obj } from '../toolkit/objects.ts';

const owners: readonly Kind[] = [CATALOG_SOURCE, CSV, DAEMON_SET, DEPLOYMENT, INSTALL_PLAN, JOB, REPLICA_SET, SUBSCRIPTION];
const owned: readonly Kind[] = [POD, REPLICA_SET, DEPLOYMENT, DAEMON_SET, JOB, SERVICE, SERVICE_ACCOUNT, CONFIG_MAP, INSTALL_PLAN];
const foreground = 'foregroundDeletion';

export function startGarbageCollector(context: Context): void {
  const { client } = context;
  const caches = new Map([...owners, ...owned].map((kind) => [kind.kind, context.cache(kind)]));
  const everything = (): Obj[] => owned.flatMap((kind) => caches.get(kind.kind)?.all() ?? []);

  const controller = context.controller(
    'garbage-collector',
    [...caches.values()].map((cache) => ({
      // One look at everything for whatever went.
      attach: (add) =>
        cache.listen((object) =>
          object.metadata.deletionTimestamp || !cache.get(object.metadata.name, object.metadata.namespace) ? add('all') : undefined,
        ),
    })),
    async (): Promise<Again | undefined> => {
      for (const kind of owned) {
        for (const object of caches.get(kind.kind)?.all() ?? []) {
          const references = object.metadata.ownerReferences ?? [];
          if (references.length === 0 || object.metadata.deletionTimestamp) continue;
          if (references.some((reference) => alive(reference, object.metadata.namespace))) continue;
          await client.delete(kind, object.metadata, object.metadata.uid ? { uid: object.metadata.uid } : {});
        }
      }
      for (const kind of owners) {
        for (const object of caches.get(kind.kind)?.all() ?? []) {
          if (!object.metadata.finalizers?.includes(foreground)) continue;
          if (everything().some((one) => isOwnedBy(one, object.metadata.uid))) continue;
          await client.edit(kind, object.metadata, (live) => {
            live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== foreground) ?? [];
          });
        }
      }
      return undefined;
    },
  );
  context.faults.listen(() => controller.add('all'));

  /** An owner of a kind unknown here counts as alive; one that is deleted in the foreground does not. */
  const alive = (reference: { kind: string; name: string; uid: string }, namespace: string | undefined): boolean => {
    const cache = caches.get(reference.kind);
    if (!cache) return true;
    const owner = cache.get(reference.name, namespace);
    return owner?.metadata.uid === reference.uid && !owner.metadata.finalizers?.includes(foreground);
  };
}
