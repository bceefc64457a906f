/** Unpacking a bundle: a Job and a ConfigMap, both named by the bundle's hash, in the catalog's namespace. */
import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { CATALOG_SOURCE, CONFIG_MAP, JOB, type Job, type Subscription } from '../kinds.ts';
import { isTrue, type NewCondition } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { keyOf, ownerOf } from '../toolkit/objects.ts';
import type { Bundle } from './contents.ts';

export const unpackLabel = 'operatorframework.io/bundle-unpack-ref';
const failedText = 'Bundle unpacking failed - DeadlineExceeded: Job was active longer than specified deadline';

export type Unpacked =
  | { readonly done: true; readonly condition?: undefined }
  | { readonly done: false; readonly condition: NewCondition; readonly again: Again };

/** Gives a function that says how far a bundle's unpacking is, and begins it; `wake` is told the Subscriptions that wait. */
export function startUnpacking(
  context: Context,
  wake: (key: string) => void,
): (subscription: Subscription, bundle: Bundle) => Promise<Unpacked> {
  const { client } = context;
  const jobs = context.cache(JOB);
  const waiting = new Map<string, string>();
  context.controller('bundle-unpacker', [on(jobs)], async (key) => {
    const subscription = waiting.get(key);
    if (subscription) wake(subscription);
    return undefined;
  });

  return async (subscription, bundle) => {
    const { source, sourceNamespace: namespace } = subscription.spec;
    const name = createHash('sha256').update(bundle.image).digest('hex').slice(0, 63);
    const ref = { name, namespace };
    waiting.set(keyOf({ metadata: ref }), keyOf(subscription));
    let job = await client.get(JOB, ref);
    if (!job) {
      context.clock.forget(`unpack/${name}`);
      const catalog = await client.get(CATALOG_SOURCE, { name: source, namespace });
      const ownerReferences = catalog ? [ownerOf(CATALOG_SOURCE, catalog)] : [];
      await client.ensure(CONFIG_MAP, {
        metadata: { name, namespace, labels: { 'olm.managed': 'true', [unpackLabel]: name }, ownerReferences },
      });
      job = await client.create(JOB, unpackJob(ref, bundle.image));
    }
    if (isTrue(job.status?.conditions, 'Complete')) return { done: true };
    const running = context.wait(`unpack/${name}/deadline`, 'unpackDeadline');
    if (running) {
      const condition = { type: 'BundleUnpacking', status: 'True' as const, reason: 'UnpackingInProgress' };
      return { done: false, condition, again: running };
    }
    const resting = context.wait(`unpack/${name}/rest`, 'unpackRetry');
    if (!resting) await client.delete(JOB, ref);
    const condition = { type: 'BundleUnpackFailed', status: 'True' as const, reason: 'BundleUnpackFailed', message: failedText };
    return { done: false, condition, again: resting ?? { again: delays.react } };
  };
}

const unpackJob = (ref: { name: string; namespace: string }, image: string): Job => ({
  metadata: { ...ref, labels: { 'olm.managed': 'true', [unpackLabel]: ref.name } },
  spec: {
    activeDeadlineSeconds: delays.unpackDeadline / 1000,
    backoffLimit: 3,
    template: {
      metadata: { labels: { [unpackLabel]: ref.name } },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'extract',
            image,
            command: ['opm', 'alpha', 'bundle', 'extract', '-m', '/bundle/', '-n', ref.namespace, '-c', ref.name, '-z'],
          },
        ],
      },
    },
  },
});
