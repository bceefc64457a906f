/** Wait for objects of the cluster: the form of wait_for that has `k8s`. */
import { type KubeEvent, type KubeObject, kubeName, refOf } from '../core/kube.ts';
import { type Decision, OPEN } from '../core/module.ts';
import { isObject, type Json, type JsonObject } from '../core/value.ts';
import { args, defineModule, expression, failed, integer, json, number, ok, oneOf, optional, text } from './define.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';
import { type Found, type Selected, selected, type WaitArgs, type WaitState } from './kube/wait-args.ts';
import { lookAt } from './kube/wait-look.ts';
import { badConditions, eventLines, goal, shown, status } from './kube/wait-words.ts';
import type { ConditionArg } from './kube/waiting.ts';

const example = { api_version: 'v1', kind: 'PersistentVolumeClaim', namespace: 'web', name: 'data' };
const claim = (phase: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'web' },
  status: { phase },
});

export const waitForK8s = defineModule({
  name: 'wait_for',
  target: 'cluster',
  effect: 'converge',
  access: ({ k8s }) => [needOf(isObject(k8s) ? (k8s as JsonObject) : { kind: OPEN }, ['list', 'watch'])],
  summary: 'Wait for objects of the cluster',
  notes: [
    'Without until, condition, count, min_count and state it waits until the objects are ready, by the rules of their kind.',
    'Of several objects all must be ready, and those that are not are named with their reasons: kind ClusterOperator alone waits for a whole cluster.',
    'A CustomResourceDefinition is ready once its kinds are served and can be listed, not when it says Established.',
    'An object or a kind that does not exist is waited for. What is undefined in until counts as not yet.',
    'In check mode pb looks once: what is so already is ok, everything else is unknown.',
    'It waits by watching, so it goes on within a moment after the change.',
  ],
  args: args({
    ...clusterArgs,
    k8s: json<Selected>('Which objects: api_version, kind, name, namespace, label_selectors, field_selectors', {
      type: 'object',
      required: ['kind'],
      additionalProperties: false,
      properties: {
        api_version: { type: 'string', default: 'v1', description: 'apiVersion of the kind' },
        kind: { type: 'string', description: 'Kind of the objects' },
        name: { type: 'string', description: 'Name of the one object; without it all of the kind' },
        namespace: { type: 'string', description: 'Their namespace; without it all namespaces' },
        label_selectors: { type: ['array', 'string'], items: { type: 'string' }, description: 'Labels they must have' },
        field_selectors: { type: ['array', 'string'], items: { type: 'string' }, description: 'Fields they must have' },
      },
    }),
    condition: optional(
      json<ConditionArg | readonly ConditionArg[]>(
        'A condition in status.conditions, or a list that must hold together: type, status (True), reason',
        {
          type: ['object', 'array'],
        },
      ),
    ),
    until: optional(expression('An expression over object, metadata, spec and status that shall be true')),
    count: optional(integer('Exactly so many objects that meet until or condition, or that exist', { minimum: 0 })),
    min_count: optional(integer('At least so many', { minimum: 0 })),
    state: optional(oneOf(['present', 'absent'], 'present: the objects exist; absent: none is left')),
    fail_when: optional(expression('An expression of the same kind: once it is true for an object the wait has failed')),
    fail_after: number('Seconds for which fail_when must hold without a break', { default: 0, minimum: 0 }),
    timeout: number('Seconds until it counts as failed', { default: 600, minimum: 0 }),
    msg: optional(text('What it waits for, in words: said meanwhile, when the time is up, and when fail_when holds')),
    hint: optional(text('What to do where it does not come: told as help when the time is up, or fail_when holds')),
  }),
  argAliases: clusterArgAliases,
  timeoutMs: (given) => given.timeout * 1000,
  examples: [
    {
      title: 'a claim is bound',
      args: { k8s: example },
      state: {
        served: true,
        objects: [{ object: claim('Bound'), holds: true, seen: 'phase=Bound', failing: false }],
        failingMs: null,
        events: [],
      },
      expect: 'ok',
    },
    {
      title: 'not yet',
      args: { k8s: example, until: "status.phase == 'Bound'" },
      state: {
        served: true,
        objects: [{ object: claim('Pending'), holds: false, seen: 'phase=Pending (want Bound)', failing: false }],
        failingMs: null,
        events: [
          {
            type: 'Normal',
            reason: 'WaitForFirstConsumer',
            message: 'waiting for first consumer',
            count: 3,
            lastSeen: '2026-03-01T10:00:00Z',
          },
        ],
      },
      expect: 'pending',
    },
    {
      title: 'it will not come',
      args: { k8s: example, fail_when: "status.phase == 'Lost'" },
      state: {
        served: true,
        objects: [{ object: claim('Lost'), holds: false, seen: 'phase=Lost (want Bound)', failing: true }],
        failingMs: 0,
        events: [],
      },
      expect: 'failed',
    },
    {
      title: 'its kind is not served yet',
      args: { k8s: { kind: 'LocalVolume' } },
      state: { served: false, objects: [], failingMs: null, events: [] },
      expect: 'pending',
    },
  ],
  reads: ({ k8s }) => [readBy(k8s)],
  read: (given, io): Promise<WaitState> => lookAt(given, io),
  decide(given, state): Decision {
    if (state.problem !== undefined) return failed(state.problem, { code: 'args' });
    const failing = state.objects.filter((found) => found.failing);
    if (state.failingMs !== null && state.failingMs >= given.fail_after * 1000) return gaveUp(given, failing, state.events);
    const meeting = state.objects.filter(({ holds }) => holds);
    if (isDone(given, state, meeting)) {
      const resources = meeting.map(({ object }) => withoutNoise(object));
      return ok({ resources, seen: shown(given, given.state === 'absent' ? [] : meeting) || 'nothing is there' } as Json);
    }
    const held = state.failingMs === null ? [] : [Math.max(1, given.fail_after * 1000 - state.failingMs)];
    const soon = [...held, ...state.objects.flatMap(({ lookAgainMs }) => lookAgainMs ?? [])];
    const open = state.objects.find(({ unknown }) => unknown)?.unknown;
    if (open) return { is: 'unknown', until: open.until, why: `${goal(given)}: ${open.why}` };
    return {
      is: 'pending',
      why: given.msg ?? goal(given),
      seen: state.served ? status(given, state.objects, meeting) : `the cluster does not serve ${given.k8s.kind} yet`,
      watch: [selected(given)],
      detail: eventLines(state.events),
      ...(given.hint === undefined ? {} : { hint: given.hint }),
      ...(soon.length > 0 ? { pollMs: Math.min(15_000, ...soon) } : {}),
    };
  },
});

function isDone(given: WaitArgs, state: WaitState, meeting: readonly Found[]): boolean {
  if (given.state === 'absent') return meeting.length === 0;
  if (!state.served) return false;
  if (given.count !== undefined) return meeting.length === given.count;
  if (given.min_count !== undefined) return meeting.length >= given.min_count;
  return meeting.length > 0 && meeting.length === state.objects.length;
}

function gaveUp(given: WaitArgs, failing: readonly Found[], events: readonly KubeEvent[]): Decision {
  const names = failing.map(({ object }) => kubeName(refOf(object))).join(', ');
  const lasting = given.fail_after > 0 ? ` for ${given.fail_after} s` : '';
  const bad = failing.flatMap(({ object }) => badConditions(object));
  const details = [...new Set(bad), ...eventLines(events)];
  const said = given.msg === undefined ? `${given.fail_when?.source} holds` : `gave up waiting for ${given.msg}: fail_when holds`;
  return failed(`${names}: ${said}${lasting}${details.length > 0 ? `\n${details.join('\n')}` : ''}`, {
    output: { resources: failing.map(({ object }) => withoutNoise(object)) } as Json,
    ...(given.hint === undefined ? {} : { hint: given.hint }),
  });
}
