/** wait, as the kubernetes.core modules have it: until objects are ready, or until a condition holds. */
import { type KubeObject, type KubeQuery, kubeName, refOf } from '../../core/kube.ts';
import type { Decision } from '../../core/module.ts';
import { integer, json, optional } from '../define.ts';
import { judgeConditions } from './conditions.ts';
import { type Readiness, readiness } from './ready.ts';
import { type ConditionArg, wantedOf } from './waiting.ts';

const text = { type: 'string' };

export const untilReadyArgs = {
  wait_condition: optional(
    json<ConditionArg>('With wait: the condition in status.conditions that has to hold, instead of being ready: {type, status, reason}', {
      type: 'object',
      properties: { type: text, status: { type: ['string', 'boolean'] }, reason: text },
      required: ['type'],
      additionalProperties: false,
    }),
  ),
  wait_sleep: integer('Accepted: pb watches the objects', { default: 5, minimum: 0 }),
};

const stateOf = (object: KubeObject, condition: ConditionArg | undefined): Readiness =>
  condition === undefined ? readiness(object) : judgeConditions(object, [wantedOf(condition)]);

/** Undefined where all of them are ready. */
export function unready(objects: readonly KubeObject[], condition: ConditionArg | undefined): Decision<never> | undefined {
  const open = objects.filter((object) => !stateOf(object, condition).holds);
  if (open.length === 0) return undefined;
  const names = open.map((object) => kubeName(refOf(object))).join(', ');
  return {
    is: 'pending',
    why: condition === undefined ? `${names} to be ready` : `${names} to have ${condition.type}=${wantedOf(condition).status}`,
    seen: open.map((object) => `${kubeName(refOf(object))}: ${stateOf(object, condition).seen}`).join('; '),
    watch: open.map((object): KubeQuery => refOf(object)),
  };
}
