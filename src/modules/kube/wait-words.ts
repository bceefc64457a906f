/** A wait in words: what for, what was seen, what may explain it. */
import { type KubeEvent, type KubeObject, kubeName } from '../../core/kube.ts';
import { shownCondition } from './conditions.ts';
import { conditionsOf, type Found, selected, type WaitArgs } from './wait-args.ts';
import { wantedOf } from './waiting.ts';

export function goal(given: WaitArgs): string {
  const name = kubeName(selected(given));
  const wanted = conditionsOf(given)
    ?.map(wantedOf)
    .map(({ type, status, reason }) => `${type}=${status}${reason ? ` ${reason}` : ''}`);
  const what = given.until ? `until ${given.until.source}` : wanted ? `until ${wanted.join(' and ')}` : undefined;
  if (given.state === 'absent') return what ? `${name}: none left ${what}` : `${name} to be gone`;
  if (given.count !== undefined) return `${given.count} of ${name}${what ? `: ${what}` : ''}`;
  if (given.min_count !== undefined) return `at least ${given.min_count} of ${name}${what ? `: ${what}` : ''}`;
  return what ? `${name}: ${what}` : given.state === 'present' ? `${name} to exist` : `${name} to be ready`;
}

export function status(given: WaitArgs, objects: readonly Found[], meeting: readonly Found[]): string {
  if (objects.length === 0) return given.k8s.name === undefined ? 'there are none' : 'it does not exist';
  if (given.state === 'absent') return shown(given, meeting);
  const open = objects.filter(({ holds }) => !holds);
  if (given.k8s.name !== undefined) return shown(given, open);
  const head = `${meeting.length} of ${given.count ?? given.min_count ?? objects.length}`;
  return open.length > 0 ? `${head}; ${shown(given, open.slice(0, 3))}${open.length > 3 ? `; ${open.length - 3} more` : ''}` : head;
}

/** A single object needs no name before what is seen of it. */
export const shown = ({ k8s }: WaitArgs, found: readonly Found[]): string =>
  found.map(({ object, seen }) => (k8s.name === undefined ? `${object.metadata.name}: ${seen}` : seen)).join('; ');

export const eventLines = (events: readonly KubeEvent[]): string[] =>
  events.map(
    ({ type, reason, message, count, lastSeen }) => `${lastSeen} ${type} ${reason}${count > 1 ? ` (${count} times)` : ''}: ${message}`,
  );

/** Conditions whose message may tell why. */
export const badConditions = (object: KubeObject): readonly string[] => {
  const status = object['status'] as
    | { readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[] }
    | undefined;
  return (status?.conditions ?? [])
    .filter(({ message }) => message)
    .map((found) => shownCondition(found, { type: found.type, status: found.status }).replace(/ \(want [^)]*\)/, ''));
};
