/** The registry operator's eyes for S3: Secrets, CA bundles and endpoints as this cluster has them. */
import { routerAuthority } from '../cluster.ts';
import type { Context } from '../context.ts';
import { CONFIG_MAP, INFRASTRUCTURE, SECRET } from '../kinds.ts';
import { BUCKET, PROXY, ROUTE } from '../openshift-kinds.ts';
import { createAnswer, headAnswer, type Surroundings } from './endpoint.ts';
import { namespace } from './names.ts';
import type { S3Look } from './s3.ts';

export const trustNamespace = 'openshift-config';

export async function s3LookOf(context: Context): Promise<S3Look> {
  const secrets = context.cache(SECRET);
  const bundle = (name: string, where: string): string => context.cache(CONFIG_MAP).get(name, where)?.data?.['ca-bundle.crt'] ?? '';
  const around: Surroundings = {
    faults: context.faults,
    proxy: context.cache(PROXY).get('cluster'),
    buckets: context.cache(BUCKET).all(),
    routes: context.cache(ROUTE).all('openshift-storage'),
    secret: (name, where) => secrets.get(name, where),
    trusts: (name) => bundle(name, trustNamespace).includes(bundle(routerAuthority.name, routerAuthority.namespace).trim()),
  };
  const infrastructure = await context.client.get(INFRASTRUCTURE, { name: 'cluster' });
  const { infrastructureName } = (infrastructure?.status ?? {}) as { infrastructureName?: string };
  return {
    secret: (name) => secrets.get(name, namespace),
    trusted: (name) => context.cache(CONFIG_MAP).get(name, trustNamespace),
    infrastructure: infrastructureName ?? 'cluster',
    head: (s3, keys) => headAnswer(s3, keys, around),
    create: () => createAnswer(around),
  };
}
