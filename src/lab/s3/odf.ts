/** The buckets that ODF made in the lab's cluster, with the keys of their claims. */
import type { ApiAddress } from '../kube/operators/index.ts';
import { SECRET } from '../kube/operators/kinds.ts';
import { BUCKET } from '../kube/operators/openshift-kinds.ts';
import { openClient } from '../kube/operators/toolkit/client.ts';
import type { Elsewhere } from './server.ts';

export interface ClusterBuckets {
  all(): Promise<Elsewhere['buckets']>;
  close(): void;
}

export async function bucketsOfCluster(address: ApiAddress, signal: AbortSignal): Promise<ClusterBuckets> {
  const client = await openClient(address, signal);
  const all = async (): Promise<Elsewhere['buckets']> => {
    const { items } = await client.list(BUCKET);
    return Promise.all(
      items.map(async ({ spec }) => {
        const { name = '', namespace = '' } = spec?.claimRef ?? {};
        const data = (await client.get(SECRET, { name, namespace }))?.data ?? {};
        const value = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
        return { name: spec?.endpoint?.bucketName ?? '', access: value('AWS_ACCESS_KEY_ID'), secret: value('AWS_SECRET_ACCESS_KEY') };
      }),
    );
  };
  return { all, close: () => client.close() };
}
