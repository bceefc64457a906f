/** MachineConfigs out of the cluster's settings, and for each pool one that merges all of its own. */
import type { Context } from '../context.ts';
import { CONFIG_MAP, IMAGE_CONFIG, NODE, SECRET } from '../kinds.ts';
import {
  CONTENT_SOURCE_POLICY,
  DIGEST_MIRRORS,
  MACHINE_CONFIG,
  MACHINE_CONFIG_POOL,
  type MachineConfig,
  type MachineConfigPool,
  PROXY,
  type RegistrySources,
  TAG_MIRRORS,
} from '../openshift-kinds.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { type Obj, same } from '../toolkit/objects.ts';
import { selectsAll } from '../volumes/match.ts';
import { annotate, stateOf } from './annotations.ts';
import { generated, isRendered, merged, renderedName } from './configs.ts';
import { policyPath, pullSecretPath, registriesPath, userCaPath } from './effect.ts';
import { poolOf, targetOf } from './pool.ts';
import { isPlain, policyText, registriesOf, registriesText } from './registries.ts';
import { versionBefore } from './version.ts';

const settings = 'openshift-config';

export function startRender(context: Context): void {
  const { client, faults, options } = context;
  const pools = context.cache(MACHINE_CONFIG_POOL);
  const configs = context.cache(MACHINE_CONFIG);
  const nodes = context.cache(NODE);
  const policies = [context.cache(CONTENT_SOURCE_POLICY), context.cache(DIGEST_MIRRORS), context.cache(TAG_MIRRORS)] as const;
  const images = context.cache(IMAGE_CONFIG);
  const secrets = context.cache(SECRET);
  const maps = context.cache(CONFIG_MAP);
  const proxies = context.cache(PROXY);
  const every = (): string[] => pools.all().map((pool) => pool.metadata.name);
  const inSettings = (object: Obj): string[] => (object.metadata.namespace === settings ? every() : []);

  const controller = context.controller(
    'machine-config-render',
    [
      ...[on(pools), on(configs, every), on(policies[0], every), on(policies[1], every), on(policies[2], every)],
      ...[on(images, every), on(proxies, every), on(secrets, inSettings), on(maps, inSettings)],
    ],
    async (name): Promise<Again | undefined> => {
      const pool = pools.get(name);
      if (!pool) return undefined;
      const target = targetOf(pool);
      // A cluster that came without its MachineConfigs has what its settings say.
      const adopting = target !== '' && !(await client.get(MACHINE_CONFIG, { name: target }));
      const wanted = generatedFor(pool);
      if (!adopting) {
        const changed = wanted.filter((config) => !same(configs.get(config.metadata.name)?.spec, config.spec));
        const soon = changed.length > 0 ? context.wait(`render/${name}/${JSON.stringify(changed)}`, 'render') : undefined;
        if (soon) return soon;
      }
      context.clock.forget(`render/${name}/`);
      for (const config of wanted) await write(config);
      const { items } = await client.list(MACHINE_CONFIG);
      const mine = items.filter(
        (one) => !isRendered(one.metadata.name) && selectsAll(pool.spec?.machineConfigSelector, one.metadata.labels),
      );
      const spec = merged(mine);
      const current = items.find((one) => one.metadata.name === target);
      if (current && same(current.spec, spec)) return undefined;
      const rendered = adopting ? target : renderedName(name, spec);
      await write({ metadata: { name: rendered, ownerReferences: [] }, spec });
      await client.edit(MACHINE_CONFIG_POOL, { name }, (live) => {
        const source = mine.map((one) => ({ apiVersion: MACHINE_CONFIG.apiVersion, kind: MACHINE_CONFIG.kind, name: one.metadata.name }));
        live.spec = { ...live.spec, configuration: { name: rendered, source } };
      });
      if (adopting) await adoptNodes(pool, rendered);
      return undefined;
    },
  );
  faults.listen(() => {
    for (const name of every()) controller.add(name);
  });

  const generatedFor = (pool: MachineConfigPool): MachineConfig[] => {
    const { name } = pool.metadata;
    if (name !== 'master' && name !== 'worker') return [];
    const pull = secrets.get('pull-secret', settings)?.data?.['.dockerconfigjson'];
    const bundle = proxies.get('cluster')?.spec?.trustedCA?.name;
    const base = generated(`00-${name}`, name, {
      [pullSecretPath]: pull === undefined ? undefined : Buffer.from(pull, 'base64').toString('utf8'),
      [userCaPath]: bundle ? maps.get(bundle, settings)?.data?.['ca-bundle.crt'] : undefined,
    });
    const registries = registriesFor(name);
    return registries ? [base, registries] : [base];
  };

  const complained = new Set<string>();
  /** Undefined: what there is stays as it is. */
  const registriesFor = (pool: string): MachineConfig | undefined => {
    const [contentSources, digests, tags] = [policies[0].all(), policies[1].all(), policies[2].all()];
    const exclusive = faults.get('F22') !== undefined || versionBefore(options.version, fixed);
    if (exclusive && contentSources.length > 0 && digests.length + tags.length > 0) {
      if (!complained.has(pool)) options.log(`machine-config ${pool}: both imagecontentsourcepolicy and imagedigestmirrorset exist`);
      complained.add(pool);
      return undefined;
    }
    complained.delete(pool);
    const name = `99-${pool}-generated-registries`;
    const before = configs.get(name);
    const sources = (images.get('cluster')?.spec as { registrySources?: RegistrySources } | undefined)?.registrySources ?? {};
    const registries = registriesOf({ contentSources, digests, tags, sources });
    const policy = policyText(sources);
    if (!before && isPlain(registries) && policy === undefined) return undefined;
    return generated(name, pool, { [registriesPath]: registriesText(registries), [policyPath]: policy });
  };

  const write = async (config: MachineConfig): Promise<void> => {
    if (await client.ensure(MACHINE_CONFIG, config)) return;
    await client.edit(MACHINE_CONFIG, config.metadata, (live) => {
      if (!same(live.spec, config.spec) && config.spec) live.spec = config.spec;
    });
  };

  const adoptNodes = async (pool: MachineConfigPool, rendered: string): Promise<void> => {
    const mine = nodes.all().filter((node) => poolOf(node, pools.all())?.metadata.name === pool.metadata.name);
    for (const node of mine) {
      const { currentConfig } = stateOf(node);
      if (currentConfig === rendered || (currentConfig !== '' && (await client.get(MACHINE_CONFIG, { name: currentConfig })))) continue;
      await client.edit(NODE, node.metadata, (live) => annotate(live, { currentConfig: rendered, desiredConfig: rendered, state: 'Done' }));
    }
  };
}

/** Where the two kinds of policy began to get along. */
const fixed = { '4.13': 27, '4.14': 3 } as const;
