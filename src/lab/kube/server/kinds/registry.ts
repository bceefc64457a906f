/** All resources that are served now: the built-in ones, and those of established custom resource definitions. */

import type { Obj } from '../json.ts';
import { builtinKinds } from './builtin.ts';
import { customResources } from './custom.ts';
import { byPreference, groupVersion, type Resource } from './resource.ts';

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

interface Served {
  readonly all: readonly Resource[];
  readonly byPath: ReadonlyMap<string, Resource>;
  readonly byKind: ReadonlyMap<string, Resource>;
  readonly buckets: readonly Resource[];
}

export class Registry {
  readonly #builtin = builtinKinds();
  #definitions: (() => readonly Obj[]) | undefined;
  #served: Served | undefined;

  /** Serves what these definitions define, and nothing else besides the built-in kinds. They are read when somebody asks. */
  setCustom(definitions: () => readonly Obj[]): void {
    this.#definitions = definitions;
    this.#served = undefined;
  }

  get #now(): Served {
    if (this.#served) return this.#served;
    const all = [...this.#builtin, ...(this.#definitions?.() ?? []).flatMap(customResources)];
    const seen = new Set<string>();
    this.#served = {
      all,
      byPath: new Map(all.map((one) => [`${groupVersion(one)}/${one.plural}`, one])),
      byKind: new Map([...all].reverse().map((one) => [`${groupVersion(one)}/${one.kind}`, one])),
      buckets: all.filter((one) => !seen.has(one.bucket) && seen.add(one.bucket) && one.verbs.includes('list')),
    };
    return this.#served;
  }

  get all(): readonly Resource[] {
    return this.#now.all;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#now.byPath.get(`${groupVersion({ group, version })}/${plural}`);
  }

  /** By the kind that an object or an owner reference names. */
  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.#now.byKind.get(`${apiVersion}/${kind}`);
  }

  /** One resource for each bucket: every stored object is seen once. */
  get buckets(): readonly Resource[] {
    return this.#now.buckets;
  }

  /** Groups in order of their names, each with its versions in order of preference. */
  get groups(): readonly { readonly group: string; readonly versions: readonly string[] }[] {
    const groups = new Map<string, string[]>();
    for (const { group, version } of this.all) {
      const versions = groups.get(group) ?? [];
      if (!versions.includes(version)) versions.push(version);
      groups.set(group, versions);
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, versions]) => ({ group, versions: versions.sort(byPreference) }));
  }

  of(gv: GroupVersion): readonly Resource[] {
    return this.all.filter((one) => one.group === gv.group && one.version === gv.version);
  }
}
