/** The marketplace operator: the default catalogs, kept as OperatorHub says. */
import type { Context } from './context.ts';
import { CATALOG_SOURCE, type CatalogSource, OPERATOR_HUB, type OperatorHub } from './kinds.ts';
import { globalNamespace } from './olm/catalog-source.ts';
import { type Again, on } from './toolkit/controller.ts';
import { covers } from './toolkit/objects.ts';

const managedBy = 'operatorframework.io/managed-by';
const marketplace = 'marketplace-operator';

const defaults = [
  { name: 'redhat-operators', index: 'redhat-operator-index', displayName: 'Red Hat Operators', priority: -100 },
  { name: 'certified-operators', index: 'certified-operator-index', displayName: 'Certified Operators', priority: -200 },
  { name: 'redhat-marketplace', index: 'redhat-marketplace-index', displayName: 'Red Hat Marketplace', priority: -300 },
  { name: 'community-operators', index: 'community-operator-index', displayName: 'Community Operators', priority: -400 },
] as const;

export function defaultCatalogs(version: string): CatalogSource[] {
  const [major, minor] = version.split('.');
  return defaults.map(({ name, index, displayName, priority }) => ({
    metadata: { name, namespace: globalNamespace, annotations: { [managedBy]: marketplace } },
    spec: {
      sourceType: 'grpc',
      image: `registry.redhat.io/redhat/${index}:v${major}.${minor}`,
      displayName,
      publisher: 'Red Hat',
      priority,
      grpcPodConfig: {
        extractContent: { cacheDir: '/tmp/cache', catalogDir: '/configs' },
        memoryTarget: '30Mi',
        securityContextConfig: 'restricted',
      },
      icon: { base64data: '', mediatype: '' },
      updateStrategy: { registryPoll: { interval: Number(minor) >= 18 ? '240m' : '10m' } },
    },
  }));
}

export interface SourceState {
  readonly name: string;
  readonly disabled: boolean;
  readonly status: string;
  readonly message?: string;
}

/** What becomes of each source: the global switch, overridden per source. Pure. */
export function sourceStates(spec: OperatorHub['spec']): SourceState[] {
  const own = new Map((spec?.sources ?? []).map((source) => [source.name, source.disabled ?? false]));
  const known = defaults.map(({ name }) => ({
    name,
    disabled: own.get(name) ?? spec?.disableAllDefaultSources ?? false,
    status: 'Success',
  }));
  const unknown = [...own.keys()].filter((name) => !defaults.some((one) => one.name === name));
  const message = 'Not present in the default definitions';
  return [...known, ...unknown.map((name) => ({ name, disabled: own.get(name) ?? false, status: 'Error', message }))];
}

export function startMarketplace(context: Context): void {
  const { client } = context;
  const hubs = context.cache(OPERATOR_HUB);
  const catalogs = context.cache(CATALOG_SOURCE);

  context.controller(
    marketplace,
    [on(hubs), on(catalogs, (catalog) => (catalog.metadata.namespace === globalNamespace ? ['cluster'] : []))],
    async (key): Promise<Again | undefined> => {
      const hub = hubs.get(key);
      if (!hub) return undefined;
      const states = sourceStates(hub.spec);
      for (const wanted of defaultCatalogs(context.options.version)) {
        const { disabled } = states.find((one) => one.name === wanted.metadata.name) ?? { disabled: false };
        const live = await client.get(CATALOG_SOURCE, wanted.metadata);
        if (disabled) {
          // A user's catalog of the same name stays.
          if (live?.metadata.annotations?.[managedBy] === marketplace) await client.delete(CATALOG_SOURCE, wanted.metadata);
        } else if (!live) await client.ensure(CATALOG_SOURCE, wanted);
        else if (!covers(live.spec, wanted.spec) || live.metadata.annotations?.[managedBy] !== marketplace) {
          await client.edit(CATALOG_SOURCE, wanted.metadata, (one) => {
            one.spec = wanted.spec;
            one.metadata.annotations = { ...one.metadata.annotations, ...wanted.metadata.annotations };
          });
        }
      }
      await client.editStatus(OPERATOR_HUB, { name: key }, (one) => {
        one.status = { ...one.status, sources: [...states] };
      });
      return undefined;
    },
  );
}
