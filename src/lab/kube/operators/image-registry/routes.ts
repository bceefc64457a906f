/** The registry's Routes, and the names under which it can be reached from outside. */
import type { Context } from '../context.ts';
import { appsDomain } from '../ingress.ts';
import { IMAGE_CONFIG, type RegistryConfig, SECRET } from '../kinds.ts';
import { ROUTE, type Route } from '../openshift-kinds.ts';
import { conditionOf } from '../toolkit/conditions.ts';
import { covers, same } from '../toolkit/objects.ts';
import { namespace, ownClaim, registryName } from './names.ts';

const defaultRoute = 'default-route';

/** Pure. `certificate` is the content of a Secret of the registry's namespace. */
export function wantedRoutes(
  { spec }: RegistryConfig,
  domain: string,
  certificate: (secret: string) => Record<string, string> | undefined,
): Route[] {
  const ofDefault = spec.defaultRoute ? [{ name: defaultRoute, hostname: `${defaultRoute}-${namespace}.${domain}` }] : [];
  return [...ofDefault, ...(spec.routes ?? [])].map((given): Route => {
    const data = 'secretName' in given && given.secretName ? certificate(given.secretName) : undefined;
    const text = (key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
    return {
      metadata: { name: given.name, namespace, annotations: { [ownClaim]: 'true' }, labels: { 'docker-registry': 'default' } },
      spec: {
        ...(given.hostname ? { host: given.hostname } : {}),
        to: { kind: 'Service', name: registryName, weight: 100 },
        port: { targetPort: '5000-tcp' },
        tls: {
          termination: 'reencrypt',
          ...(data ? { certificate: text('tls.crt'), key: text('tls.key'), caCertificate: text('tls.cacrt') } : {}),
        },
        wildcardPolicy: 'None',
      },
    };
  });
}

const isOurs = (route: Route): boolean => route.metadata.annotations?.[ownClaim] === 'true';

/** Routes as the Config has them, none when `config` is left out, and the registry's outer names in the cluster's image settings. */
export async function syncRoutes(context: Context, config?: RegistryConfig): Promise<void> {
  const { client } = context;
  const domain = appsDomain(context);
  const secrets = context.cache(SECRET);
  const wanted = config && domain ? wantedRoutes(config, domain, (name) => secrets.get(name, namespace)?.data) : [];
  for (const route of wanted) {
    if (await client.ensure(ROUTE, route)) continue;
    await client.edit(ROUTE, route.metadata, (live) => {
      if (!covers(live.spec, route.spec)) live.spec = { ...live.spec, ...route.spec };
    });
  }
  const mine = context.cache(ROUTE).all(namespace).filter(isOurs);
  for (const route of mine)
    if (!wanted.some((one) => one.metadata.name === route.metadata.name)) await client.delete(ROUTE, route.metadata);
  const admitted = wanted.flatMap((route) => {
    const live = mine.find((one) => one.metadata.name === route.metadata.name);
    return live && isAdmitted(live) && live.spec.host ? [live.spec.host] : [];
  });
  await client.editStatus(IMAGE_CONFIG, { name: 'cluster' }, (live) => {
    if (!same(live.status?.externalRegistryHostnames ?? [], admitted))
      live.status = { ...live.status, externalRegistryHostnames: admitted };
  });
}

const admission = (route: Route) => {
  const router = route.status?.ingress?.find(({ routerName }) => routerName === 'default');
  return conditionOf(router?.conditions, 'Admitted');
};
const isAdmitted = (route: Route): boolean => admission(route)?.status === 'True';

/** What keeps one of the registry's routes out; undefined when all are in or not yet looked at. */
export function routeTrouble(context: Context): string | undefined {
  const refused = context
    .cache(ROUTE)
    .all(namespace)
    .find((route) => isOurs(route) && admission(route)?.status === 'False');
  if (!refused) return undefined;
  return `route ${refused.metadata.name} (host ${refused.spec.host}, router default) not admitted: ${admission(refused)?.message}`;
}
