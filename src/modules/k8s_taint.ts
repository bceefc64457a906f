/** Taints of nodes: which pods they keep away. */
import { type KubeObject, kubeName } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import { isObject, type Json, type JsonObject } from '../core/value.ts';
import { absent, args, change, defineModule, failed, flag, json, listOf, ok, oneOf, text } from './define.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { equal } from './kube/compare.ts';
import { objectKey, readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';

const EFFECTS = ['NoSchedule', 'NoExecute', 'PreferNoSchedule'] as const;

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: (typeof EFFECTS)[number];
}
interface Args {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly taints: readonly Taint[];
  readonly replace: boolean;
}

const refOf = ({ name }: Args) => ({ apiVersion: 'v1', kind: 'Node', name });

const taintsOf = (node: KubeObject): readonly Taint[] => {
  const { taints } = isObject(node['spec']) ? (node['spec'] as JsonObject) : {};
  return Array.isArray(taints) ? (taints as unknown as readonly Taint[]) : [];
};

/** A taint without effect means those with any. */
const same = (a: Taint, b: Taint): boolean =>
  a.key === b.key && (a.effect === undefined || b.effect === undefined || a.effect === b.effect);

const without = (taints: readonly Taint[], these: readonly Taint[]): readonly Taint[] =>
  taints.filter((taint) => !these.some((other) => same(taint, other)));

/** Those that are as wanted keep their place, and the time that the API server gave them. */
function wanted({ state, taints, replace }: Args, now: readonly Taint[]): readonly Taint[] {
  if (state === 'absent') return without(now, taints);
  const kept = now.filter((taint) => taints.some((other) => same(taint, other) && (taint.value ?? '') === (other.value ?? '')));
  const others = replace ? [] : without(now, taints);
  return [...now.filter((taint) => kept.includes(taint) || others.includes(taint)), ...without(taints, kept)];
}

const node = (...taints: Json[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'w1', resourceVersion: '71' },
  spec: { taints },
});
const storage = { key: 'storage', value: 'yes', effect: 'NoSchedule' };

export const k8sTaint = defineModule({
  name: 'k8s_taint',
  aliases: ['kubernetes.core.k8s_taint'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => [needOf({ ...given, kind: 'Node' }, ['get', 'patch'])],
  summary: 'Add taints to a node, or take them away',
  notes: [
    'Taints are told apart by key and effect; other taints of the node stay, unless replace is set.',
    'NoExecute ends the pods on the node that do not tolerate it.',
    'The update is refused if the node’s taints changed since they were read.',
  ],
  args: args({
    ...clusterArgs,
    name: text('Name of the node'),
    state: oneOf(['present', 'absent'], 'Whether the node shall have the taints', { default: 'present' }),
    taints: listOf(
      json<Taint>('A taint', {
        type: 'object',
        required: ['key'],
        additionalProperties: false,
        properties: { key: { type: 'string', minLength: 1 }, value: { type: 'string' }, effect: { enum: [...EFFECTS] } },
      }),
      'Taints as {key, value, effect}: NoSchedule, NoExecute or PreferNoSchedule. With state absent the effect may be left out: any',
      { minItems: 1 },
    ),
    replace: flag('The node shall have no other taints than these', false),
  }),
  argAliases: clusterArgAliases,
  examples: [
    { title: 'one more', args: { name: 'w1', taints: [storage] }, state: { node: node() }, expect: 'change' },
    { title: 'there already', args: { name: 'w1', taints: [storage] }, state: { node: node(storage) }, expect: 'ok' },
    {
      title: 'taken away, whatever its effect',
      args: { name: 'w1', state: 'absent', taints: [{ key: 'storage' }] },
      state: { node: node(storage) },
      expect: 'change',
    },
    { title: 'without an effect', args: { name: 'w1', taints: [{ key: 'storage' }] }, state: { node: node() }, expect: 'failed' },
    { title: 'no such node', args: { name: 'w9', taints: [storage] }, state: { node: null }, expect: 'absent' },
  ],
  reads: (given) => [readBy({ kind: 'Node', name: given.name })],
  read: async (given, io): Promise<{ readonly node: KubeObject | null }> => ({ node: (await io.get(refOf(given))) ?? null }),
  decide(given, { node: live }): Decision {
    const vague = given.state === 'present' ? given.taints.find(({ effect }) => effect === undefined) : undefined;
    if (vague) return failed(`taint ${vague.key} needs effect: one of ${EFFECTS.join(', ')}`, { code: 'args' });
    const name = kubeName(refOf(given));
    if (!live) return absent(objectKey(refOf(given)), `${name} does not exist`);
    const [before, after] = [taintsOf(live), wanted(given, taintsOf(live))] as readonly [readonly Taint[], readonly Taint[]];
    const [was, shall] = [before, after] as unknown as readonly [Json, Json];
    if (equal(was, shall)) return ok({ result: withoutNoise(live) });
    const version = live.metadata['resourceVersion'];
    return change({
      op: 'update',
      summary: `${given.state === 'present' ? 'taint' : 'untaint'} ${name}: ${given.taints.map(taintName).join(', ')}`,
      before: { taints: was },
      after: { taints: shall },
      steps: [
        {
          ...{ do: 'kube.patch', ref: refOf(given), type: 'merge', patch: { spec: { taints: shall } } },
          ...(typeof version === 'string' ? { resourceVersion: version } : {}),
        },
      ],
      provides: [objectKey(refOf(given))],
    });
  },
});

/** As oc adm taint has it: key=value:effect. */
const taintName = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
