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

export interface Discovery {
  served(apiVersion: string, kind: string): Promise<Served | undefined>;
  /** The server answered 404 for the kind itself: its CRD went away. */
  forget(apiVersion: string): void;
}

export function createDiscovery(api: Api): Discovery {
  const versions = new Map<string, Promise<ReadonlyMap<string, Served>>>();
  const ask = (apiVersion: string): Promise<ReadonlyMap<string, Served>> => {
    const asked = load(api, apiVersion);
    versions.set(apiVersion, asked);
    asked.catch(() => versions.delete(apiVersion));
    return asked;
  };
  return {
    async served(apiVersion, kind) {
      const known = versions.get(apiVersion);
      const found = known && (await known).get(kind);
      // Several calls at once share the one question that is under way.
      if (found || (known && versions.get(apiVersion) !== known)) return found ?? (await versions.get(apiVersion))?.get(kind);
      return (await ask(apiVersion)).get(kind);
    },
    forget: (apiVersion) => void versions.delete(apiVersion),
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
