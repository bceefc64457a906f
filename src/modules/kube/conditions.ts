/** status.conditions, the one thing nearly all kinds have in common. */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json } from '../../core/value.ts';

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Wanted {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export const statusOf = (object: KubeObject): { readonly [key: string]: Json } =>
  isObject(object['status']) ? (object['status'] as { [key: string]: Json }) : {};

export function conditionsOf(object: KubeObject): readonly Condition[] {
  const { conditions } = statusOf(object);
  return Array.isArray(conditions) ? (conditions.filter(isObject) as unknown as Condition[]) : [];
}

export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

export const meets = (found: Condition | undefined, { status, reason }: Wanted): boolean =>
  found !== undefined && found.status === status && (reason === undefined || found.reason === reason);

/** "Available=False (want True): NoReplicasAvailable: The deployment does not have available replicas" */
export function shownCondition(found: Condition | undefined, want: Wanted): string {
  const wanted = want.reason === undefined ? want.status : `${want.status}, ${want.reason}`;
  if (!found) return `${want.type} not reported (want ${wanted})`;
  // The AWS SDK tells the cause, say x509, on a line of its own.
  const said = [
    found.reason,
    found.message
      ?.trim()
      .split(/\n(?!caused by)/)[0]
      ?.replaceAll('\n', ' '),
  ]
    .filter(Boolean)
    .join(': ');
  return `${want.type}=${found.status} (want ${wanted})${said ? `: ${said}` : ''}`;
}

/** All of them must hold; `seen` tells of those that do not. */
export function judgeConditions(object: KubeObject, wanted: readonly Wanted[]): { readonly holds: boolean; readonly seen: string } {
  const open = wanted.filter((want) => !meets(conditionOf(object, want.type), want));
  const shown = open.length > 0 ? open.map((want) => shownCondition(conditionOf(object, want.type), want)) : wanted.map(held);
  return { holds: open.length === 0, seen: shown.join('; ') };
}

const held = ({ type, status, reason }: Wanted): string => `${type}=${status}${reason === undefined ? '' : ` ${reason}`}`;

/** "Available=False NoReplicasAvailable, Progressing=True": for messages that show whatever there is. */
export const shownConditions = (conditions: readonly Condition[]): string =>
  conditions.map(({ type, status, reason }) => `${type}=${status}${reason ? ` ${reason}` : ''}`).join(', ');
