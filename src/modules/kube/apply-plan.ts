/** From what each object is and what a dry run says of it, to the one change that makes them all right. */
import type { Change, Resource, Step } from '../../core/change.ts';
import { type KubeAnswer, type KubeObject, type KubeRef, kubeName, refOf } from '../../core/kube.ts';
import type { Decision, KubeReader } from '../../core/module.ts';
import type { Json } from '../../core/value.ts';
import { differences, equal, masked } from './compare.ts';
import { ownFields } from './fields.ts';
import { heldBy } from './gone.ts';
import { KIND_REMEDY, kindKey, namespaceKey, providedBy } from './keys.ts';
import { isTerminating, missingNamespace, refusedBy } from './refusals.ts';

/** One object: as it shall be, as it is, and as it would be. */
export interface Seen {
  readonly manifest: KubeObject;
  readonly served: boolean;
  readonly live: KubeObject | null;
  /** Null where the kind is not served. */
  readonly dry: KubeAnswer | null;
}

export async function look(manifest: KubeObject, force: boolean, io: Pick<KubeReader, 'served' | 'get' | 'dryRunApply'>): Promise<Seen> {
  const served = await io.served(manifest.apiVersion, manifest.kind);
  if (!served) return { manifest, served: false, live: null, dry: null };
  const own = served.namespaced ? manifest : withoutNamespace(manifest);
  const live = await io.get(refOf(own));
  return { manifest: own, served: true, live: live ?? null, dry: await io.dryRunApply(own, force) };
}

/** A namespace given for several objects does not concern the cluster-scoped ones among them. */
function withoutNamespace(manifest: KubeObject): KubeObject {
  const { namespace: _, ...metadata } = manifest.metadata;
  return { ...manifest, metadata } as KubeObject;
}

interface Update {
  readonly manifest: KubeObject;
  readonly op: 'create' | 'update';
  readonly before: Json;
  readonly after: Json;
}

/** `undefined`: everything is as it shall be. */
export function planApply(all: readonly Seen[], force: boolean): Decision<never> | undefined {
  const updates: Update[] = [];
  const coming = new Set<Resource>();
  let missing: Missing | undefined;
  for (const seen of all) {
    const name = kubeName(refOf(seen.manifest));
    const needs = missingFor(seen);
    if (needs && !coming.has(needs.what)) missing ??= needs;
    if (needs) updates.push(creation(seen.manifest));
    else if (seen.live?.metadata['deletionTimestamp']) return dying(seen.live);
    else if (seen.dry && 'status' in seen.dry) {
      if (isTerminating(seen.dry.status)) return ending(seen.manifest);
      return refusedBy(seen.dry.status, name);
    } else if (seen.dry) updates.push(...difference(seen, seen.dry.object));
    for (const resource of providedBy(seen.manifest)) coming.add(resource);
  }
  const [first, ...rest] = updates;
  const change = first ? changeOf([first, ...rest], force) : undefined;
  if (missing) return { is: 'absent', ...missing, ...(change ? { then: change } : {}) };
  return change && { is: 'change', change };
}

export interface Refusal {
  readonly object: KubeObject;
  readonly why: string;
}

/** Those that can be applied, each after the ones before it; and why the others cannot. */
export function sortOut(all: readonly Seen[], force: boolean): { readonly good: readonly Seen[]; readonly bad: readonly Refusal[] } {
  const good: Seen[] = [];
  const bad: Refusal[] = [];
  for (const seen of all) {
    const verdict = planApply([...good, seen], force);
    if (verdict?.is === 'failed' || verdict?.is === 'absent') bad.push({ object: seen.manifest, why: verdict.why });
    else good.push(seen);
  }
  return { good, bad };
}

interface Missing {
  readonly what: Resource;
  readonly why: string;
  readonly hint: string;
}

function missingFor({ manifest, served, dry }: Seen): Missing | undefined {
  const name = kubeName(refOf(manifest));
  if (!served) {
    const why = `${name}: the cluster does not serve ${manifest.kind} in ${manifest.apiVersion}`;
    return { what: kindKey(manifest.apiVersion, manifest.kind), why, hint: KIND_REMEDY };
  }
  const namespace = dry && 'status' in dry ? missingNamespace(dry.status) : undefined;
  if (namespace === undefined) return undefined;
  const why = `${name}: there is no namespace ${namespace}`;
  return { what: namespaceKey(namespace), why, hint: 'create it in an earlier task, or correct namespace' };
}

const isSecret = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === 'v1' && kind === 'Secret';

function shown(manifest: KubeObject, op: Update['op'], sides: { readonly before: Json; readonly after: Json }): Update {
  return { manifest, op, ...(isSecret(manifest) ? masked(sides.before, sides.after) : sides) };
}

const creation = (manifest: KubeObject): Update => shown(manifest, 'create', { before: null, after: manifest });

/** Nothing where every field pb sets, or set before, already is as it would be; who owns it then does not matter. */
function difference({ manifest, live }: Seen, wanted: KubeObject): readonly Update[] {
  const sides = ownFields(live, wanted, manifest);
  return equal(sides.before, sides.after) ? [] : [shown(manifest, live ? 'update' : 'create', sides)];
}

function changeOf(updates: readonly [Update, ...Update[]], force: boolean): Change {
  const [first, ...others] = updates;
  const single = others.length === 0;
  const side = (which: 'before' | 'after'): Json =>
    single ? first[which] : Object.fromEntries(updates.map((update) => [kubeName(refOf(update.manifest)), update[which]]));
  const step = ({ manifest }: Update): Step => ({ do: 'kube.apply', manifest, force });
  return {
    op: updates.every(({ op }) => op === 'create') ? 'create' : 'update',
    summary: updates.map(summary).join('; '),
    before: side('before'),
    after: side('after'),
    steps: [step(first), ...others.map(step)],
    provides: updates.flatMap(({ manifest }) => providedBy(manifest)),
  };
}

function summary({ manifest, op, before, after }: Update): string {
  const name = kubeName(refOf(manifest));
  return op === 'create' ? `create ${name}` : `update ${name}: ${differences(before, after).join(', ')}`;
}

/** What is applied to an object on its way out is lost with it. */
const dying = (live: KubeObject): Decision<never> => ({
  is: 'pending',
  why: `the old ${kubeName(refOf(live))} to be gone before it is made anew`,
  seen: `it is being deleted${heldBy(live)}`,
  watch: [refOf(live)],
});

function ending(manifest: KubeObject): Decision<never> {
  const namespace = manifest.metadata.namespace ?? '';
  const ref: KubeRef = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  return { is: 'pending', why: `the old namespace ${namespace} to be gone`, seen: 'it is being deleted', watch: [ref] };
}
