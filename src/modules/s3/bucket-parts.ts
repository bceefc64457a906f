/** The settings of a bucket, one by one: how they are, how they shall be, and the requests in between. Pure. */
import type { Step } from '../../core/change.ts';
import type { Json, JsonObject } from '../../core/value.ts';
import { BLOCKS, type BucketArgs, type BucketState } from './bucket-look.ts';
import { publicActions, READ, withPublicActions } from './public-access.ts';
import { at, xmlOf } from './xml.ts';

export interface Part {
  readonly name: string;
  readonly before: Json;
  readonly after: Json;
  readonly steps: readonly Step[];
}

const set = (bucket: string, what: string, body: string): Step => ({
  do: 'store.request',
  request: { api: 's3', method: 'PUT', bucket, query: { [what]: '' }, body },
});
const unset = (bucket: string, what: string): Step => ({
  do: 'store.request',
  request: { api: 's3', method: 'DELETE', bucket, query: { [what]: '' } },
});

/** Every setting that is asked for, whether it differs or not. */
export const partsOf = (given: BucketArgs, state: BucketState): readonly Part[] => [
  ...versioning(given, state),
  ...lifecycle(given, state),
  ...tags(given, state),
  ...access(given, state),
];

function versioning({ name, versioning: wanted }: BucketArgs, { versioning: now }: BucketState): readonly Part[] {
  if (wanted === undefined) return [];
  const after = wanted ? 'enabled' : now === 'enabled' ? 'suspended' : (now ?? 'never');
  const status = wanted ? 'Enabled' : 'Suspended';
  const steps = after === now ? [] : [set(name, 'versioning', xmlOf('VersioningConfiguration', { Status: status }))];
  return [{ name: 'versioning', before: now ?? 'never', after, steps }];
}

const RULE = 'pb-abort-incomplete-multipart';
const daysOf = (rule: Json): number => Number(at(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation'));

function lifecycle({ name, abort_incomplete_multipart_days: days }: BucketArgs, { lifecycle: now = [] }: BucketState): readonly Part[] {
  if (days === undefined) return [];
  const part = 'abort_incomplete_multipart_days';
  if (now === 'server') return [{ name: part, before: 'by the store itself', after: 'by the store itself', steps: [] }];
  const mine = now.find((rule) => at(rule, 'ID') === RULE);
  // Any rule for the whole bucket will do; where there is none, or it says other days, one of our own is put beside the others.
  const whole = now.find((rule) => !Number.isNaN(daysOf(rule)) && at(rule, 'Status') === 'Enabled' && isForAll(rule));
  const before = whole === undefined ? null : daysOf(whole);
  if (before === days) return [{ name: part, before, after: days, steps: [] }];
  const rule: JsonObject = {
    ...{ ID: RULE, Filter: { Prefix: '' }, Status: 'Enabled' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: String(days) },
  };
  const rules = [...now.filter((one) => one !== mine && one !== whole), ...(whole && whole !== mine ? rest(whole) : []), rule];
  return [{ name: part, before, after: days, steps: [set(name, 'lifecycle', xmlOf('LifecycleConfiguration', { Rule: rules }))] }];
}

const isForAll = (rule: Json): boolean => {
  const filter = at(rule, 'Filter');
  return (
    at(rule, 'Prefix') === undefined &&
    (filter === undefined || at(filter, 'Prefix') === undefined) &&
    at(rule, 'Filter', 'And') === undefined &&
    at(rule, 'Filter', 'Tag') === undefined
  );
};

/** What else the rule is for. */
function rest(rule: Json): readonly Json[] {
  const { AbortIncompleteMultipartUpload: _, ...others } = rule as { [name: string]: Json };
  return Object.keys(others).some((name) => /Expiration|Transition/.test(name)) ? [others] : [];
}

function tags({ name, tags: wanted, purge_tags }: BucketArgs, { tags: now = {} }: BucketState): readonly Part[] {
  if (wanted === undefined) return [];
  const asked = Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, String(value)]));
  const after = sorted(purge_tags ? asked : { ...now, ...asked });
  const before = sorted(now);
  if (JSON.stringify(before) === JSON.stringify(after)) return [{ name: 'tags', before, after, steps: [] }];
  const list = Object.entries(after).map(([Key, Value]) => ({ Key, Value }));
  const body = xmlOf('Tagging', { TagSet: { Tag: list } });
  return [{ name: 'tags', before, after, steps: [list.length === 0 ? unset(name, 'tagging') : set(name, 'tagging', body)] }];
}

const sorted = (dict: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(dict).sort(([a], [b]) => (a < b ? -1 : 1)));

function access({ name, public_access: wanted }: BucketArgs, { policy = null, blocked = null }: BucketState): readonly Part[] {
  if (wanted === undefined) return [];
  const actions = wanted === 'read' ? READ : [];
  const now = publicActions(policy);
  const steps: Step[] = [];
  const block = wanted === 'none';
  // A block would refuse the policy: it goes before, and comes after.
  if (blocked === true && !block) steps.push(unset(name, 'publicAccessBlock'));
  if (now.join() !== actions.join()) {
    const next = withPublicActions(policy, name, actions);
    steps.push(next === null ? unset(name, 'policy') : set(name, 'policy', JSON.stringify(next)));
  }
  if (blocked === false && block) {
    const body = xmlOf('PublicAccessBlockConfiguration', Object.fromEntries(BLOCKS.map((one) => [one, 'true'])));
    steps.push(set(name, 'publicAccessBlock', body));
  }
  const shown = (allowed: readonly string[], isBlocked: boolean): Json => ({
    actions: [...allowed],
    ...(blocked === null ? {} : { blocked: isBlocked }),
  });
  return [{ name: 'public_access', before: shown(now, blocked === true), after: shown(actions, block), steps }];
}
