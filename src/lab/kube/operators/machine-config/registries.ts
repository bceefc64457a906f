/** /etc/containers/registries.conf and policy.json, as the cluster's mirror policies and registry sources make them. Pure. */
import type { ContentSourcePolicy, DigestMirrorSet, MirrorRule, RegistrySources, TagMirrorSet } from '../openshift-kinds.ts';

export interface Mirror {
  readonly location: string;
  readonly pull: 'digest-only' | 'tag-only';
}
export interface Registry {
  readonly location: string;
  readonly blocked: boolean;
  readonly insecure: boolean;
  readonly mirrors: readonly Mirror[];
}
export interface Registries {
  /** Asked, in this order, for names without a registry. */
  readonly search: readonly string[];
  readonly registries: readonly Registry[];
}

export interface Policies {
  readonly contentSources: readonly ContentSourcePolicy[];
  readonly digests: readonly DigestMirrorSet[];
  readonly tags: readonly TagMirrorSet[];
  readonly sources: RegistrySources;
}

export const defaultSearch = ['registry.access.redhat.com', 'docker.io'] as const;

export function registriesOf({ contentSources, digests, tags, sources }: Policies): Registries {
  const found = new Map<string, { blocked: boolean; insecure: boolean; mirrors: Mirror[] }>();
  const at = (location: string) => {
    const registry = found.get(location) ?? { blocked: false, insecure: false, mirrors: [] };
    found.set(location, registry);
    return registry;
  };
  const add = (rules: readonly MirrorRule[] | undefined, pull: Mirror['pull']): void => {
    for (const { source, mirrors = [], mirrorSourcePolicy } of rules ?? []) {
      const registry = at(source);
      if (mirrorSourcePolicy === 'NeverContactSource') registry.blocked = true;
      for (const location of mirrors)
        if (!registry.mirrors.some((one) => one.location === location && one.pull === pull)) registry.mirrors.push({ location, pull });
    }
  };
  for (const one of contentSources) add(one.spec?.repositoryDigestMirrors, 'digest-only');
  for (const one of digests) add(one.spec?.imageDigestMirrors, 'digest-only');
  for (const one of tags) add(one.spec?.imageTagMirrors, 'tag-only');
  for (const location of sources.blockedRegistries ?? []) at(location).blocked = true;
  for (const location of sources.insecureRegistries ?? []) at(location).insecure = true;
  const registries = [...found].map(([location, rest]) => ({ location, ...rest })).sort((a, b) => (a.location < b.location ? -1 : 1));
  return { search: sources.containerRuntimeSearchRegistries ?? [...defaultSearch], registries };
}

export const isPlain = ({ search, registries }: Registries): boolean => registries.length === 0 && search.join() === defaultSearch.join();

export function registriesText({ search, registries }: Registries): string {
  const sections = registries.map(({ location, blocked, insecure, mirrors }) =>
    [
      '',
      '[[registry]]',
      '  prefix = ""',
      `  location = "${location}"`,
      ...(blocked ? ['  blocked = true'] : []),
      ...(insecure ? ['  insecure = true'] : []),
      ...mirrors.flatMap((mirror) => [
        '',
        '  [[registry.mirror]]',
        `    location = "${mirror.location}"`,
        `    pull-from-mirror = "${mirror.pull}"`,
      ]),
    ].join('\n'),
  );
  const head = `unqualified-search-registries = [${search.map((one) => `"${one}"`).join(', ')}]\nshort-name-mode = ""\n`;
  return [head, ...sections.map((section) => `${section}\n`)].join('');
}

/** Reads what `registriesText` writes. */
export function parseRegistries(text: string): Registries {
  const [head = '', ...sections] = text.split('\n[[registry]]\n');
  const value = (part: string, key: string): string => new RegExp(`^ *${key} = "?([^"\\n]*)"?$`, 'm').exec(part)?.[1] ?? '';
  return {
    search: [...(/^unqualified-search-registries = \[(.*)\]$/m.exec(head)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(([, name = '']) => name),
    registries: sections.map((section) => {
      const [own = '', ...mirrors] = section.split('[[registry.mirror]]');
      return {
        location: value(own, 'location'),
        blocked: value(own, 'blocked') === 'true',
        insecure: value(own, 'insecure') === 'true',
        mirrors: mirrors.map((part) => ({
          location: value(part, 'location'),
          pull: value(part, 'pull-from-mirror') === 'tag-only' ? 'tag-only' : 'digest-only',
        })),
      };
    }),
  };
}

/** Whether pods may stay while the runtime takes the new file: only mirrors for digests were added. */
export function onlyAddsDigestMirrors(before: Registries, after: Registries): boolean {
  if (before.search.join() !== after.search.join()) return false;
  const has = (mirrors: readonly Mirror[], one: Mirror): boolean =>
    mirrors.some(({ location, pull }) => location === one.location && pull === one.pull);
  const lost = before.registries.some((old) => {
    const now = after.registries.find(({ location }) => location === old.location);
    return !now || now.blocked !== old.blocked || now.insecure !== old.insecure || old.mirrors.some((one) => !has(now.mirrors, one));
  });
  if (lost) return false;
  return after.registries.every((now) => {
    const old = before.registries.find(({ location }) => location === now.location);
    const added = now.mirrors.filter((one) => !has(old?.mirrors ?? [], one));
    return added.every(({ pull }) => pull === 'digest-only') && (old !== undefined || (!now.blocked && !now.insecure));
  });
}

/** policy.json; undefined where every registry may be pulled from. */
export function policyText({ allowedRegistries, blockedRegistries }: RegistrySources): string | undefined {
  if (!allowedRegistries?.length && !blockedRegistries?.length) return undefined;
  const accept = [{ type: 'insecureAcceptAnything' }];
  const reject = [{ type: 'reject' }];
  const rules = (names: readonly string[], rule: typeof accept) => Object.fromEntries(names.map((name) => [name, rule]));
  const docker = allowedRegistries?.length ? rules(allowedRegistries, accept) : rules(blockedRegistries ?? [], reject);
  const daemon = { 'docker-daemon': { '': accept } };
  return JSON.stringify({
    default: allowedRegistries?.length ? reject : accept,
    transports: { atomic: docker, docker, ...daemon },
  });
}
