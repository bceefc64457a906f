/** The default router: routes get their host and are admitted, the older one where two namespaces want the same host. */
import type { Context } from './context.ts';
import { INGRESS } from './kinds.ts';
import { ROUTE, type Route, type RouteIngress } from './openshift-kinds.ts';
import { type NewCondition, withConditions } from './toolkit/conditions.ts';
import { type Again, on } from './toolkit/controller.ts';
import { keyOf, parseKey } from './toolkit/objects.ts';

const registryRoute = 'imageregistry.openshift.io';

/** "apps.lab.example.com"; undefined until the cluster's Ingress says so. */
export const appsDomain = (context: Context): string | undefined =>
  (context.cache(INGRESS).get('cluster')?.spec as { domain?: string } | undefined)?.domain;

export function startIngress(context: Context): void {
  const { client, faults } = context;
  const routes = context.cache(ROUTE);
  const ingresses = context.cache(INGRESS);
  const every = (): string[] => routes.all().map(keyOf);

  const controller = context.controller('ingress', [on(routes, every), on(ingresses, every)], async (key): Promise<Again | undefined> => {
    const { name, namespace = '' } = parseKey(key);
    const route = routes.get(name, namespace);
    const domain = appsDomain(context);
    if (!route || !domain) return undefined;
    const soon = context.wait(`route/${route.metadata.uid}`, 'react');
    if (soon) return soon;
    if (!route.spec.host) {
      await client.edit(ROUTE, { name, namespace }, (live) => {
        live.spec.host ||= `${name}-${namespace}.${domain}`;
      });
      return undefined;
    }
    const { host } = route.spec;
    const owner = claimant(route, routes.all());
    const fault = faults.get('F31');
    const refused = owner ?? (fault && isMeant(route, fault.route) ? { metadata: { name: 'another-route' } } : undefined);
    const admitted: NewCondition = refused
      ? {
          type: 'Admitted',
          status: 'False',
          reason: 'HostAlreadyClaimed',
          message: `route ${refused.metadata.name} already exposes ${host} and is older`,
        }
      : { type: 'Admitted', status: 'True' };
    await client.editStatus(ROUTE, { name, namespace }, (live) => {
      live.status = { ...live.status, ingress: withRouter(live.status?.ingress ?? [], { host, domain, admitted }) };
    });
    return undefined;
  });
  faults.listen(() => {
    for (const key of every()) controller.add(key);
  });
}

const isMeant = (route: Route, name: string | undefined): boolean =>
  name === undefined ? route.metadata.annotations?.[registryRoute] !== undefined : route.metadata.name === name;

/** An older route of another namespace with the same host. Pure. */
export function claimant(route: Route, all: readonly Route[]): Route | undefined {
  const age = (one: Route): string => `${one.metadata.creationTimestamp ?? ''}/${one.metadata.uid ?? ''}`;
  return all.find(
    (other) => other.spec.host === route.spec.host && other.metadata.namespace !== route.metadata.namespace && age(other) < age(route),
  );
}

function withRouter(
  ingress: readonly RouteIngress[],
  { host, domain, admitted }: { readonly host: string; readonly domain: string; readonly admitted: NewCondition },
): RouteIngress[] {
  const before = ingress.find(({ routerName }) => routerName === 'default');
  const ours = {
    ...{ host, routerName: 'default', routerCanonicalHostname: `router-default.${domain}`, wildcardPolicy: 'None' },
    conditions: withConditions(before?.conditions, [admitted]),
  };
  return [...ingress.filter((one) => one !== before), ours];
}
