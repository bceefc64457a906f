/** How kinds are served. What was found is kept for the run; what was not is asked again each time, for a CRD may have come. */
import { isObject, type Json } from '../../core/value.ts';
import type { Api } from './api.ts';
import { root } from './paths.ts';
import { refusal } from './trouble.ts';

export interface Served {
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** A watch opened right after a CustomResourceDefinition came may stay silent for ever: the server builds the kind's storage twice. */
const YOUNG_MS = 30_000;

export interface Discovery {
  served(apiVersion: string, kind: string): Promise<Served | undefined>;
  /** The kind was asked for in vain a moment ago. */
  isYoung(apiVersion: string, kind: string): boolean;
  /** The server answered 404 for the kind itself: its CRD went away. */
  forget(apiVersion: string): void;
}

export function createDiscovery(api: Api): Discovery {
  const loaded = new Map<string, ReadonlyMap<string, Served>>();
  /** When a kind was last asked for in vain. */
  const missed = new Map<string, number>();
  /** Questions under way: several calls at once share one. */
  const asking = new Map<string, Promise<ReadonlyMap<string, Served>>>();
  const ask = (apiVersion: string): Promise<ReadonlyMap<string, Served>> => {
    const asked = load(api, apiVersion).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, asked);
    return asked;
  };
  return {
    async served(apiVersion, kind) {
      const known = loaded.get(apiVersion)?.get(kind);
      if (known) return known;
      const kinds = await (asking.get(apiVersion) ?? ask(apiVersion));
      loaded.set(apiVersion, kinds);
      const found = kinds.get(kind);
      if (!found) missed.set(`${apiVersion} ${kind}`, Date.now());
      return found;
    },
    isYoung: (apiVersion, kind) => Date.now() - (missed.get(`${apiVersion} ${kind}`) ?? 0) < YOUNG_MS,
    forget: (apiVersion) => void loaded.delete(apiVersion),
  };
}

async function load(api: Api, apiVersion: string): Promise<ReadonlyMap<string, Served>> {
  const answer = await api.ask({ method: 'GET', path: root(apiVersion) }, 'always');
  if (answer.status?.code === 404) return new Map();
  if (answer.status) throw refusal(answer.status, `ask which kinds ${apiVersion} has`);
  const resources = isObject(answer.body) ? answer.body['resources'] : undefined;
  return new Map((Array.isArray(resources) ? resources : []).flatMap(entry));
}

/** Subresources ("pods/log") have a slash in their name and are no kind of their own. */
function entry(resource: Json): [string, Served][] {
  const { name, kind, namespaced, verbs } = resource as { name: string; kind: string; namespaced: boolean; verbs?: readonly string[] };
  return name.includes('/') ? [] : [[kind, { plural: name, namespaced, verbs: verbs ?? [] }]];
}
