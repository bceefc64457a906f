/** Holding a check's stream of events against the run's. */
import type { RunEvent } from '../../../src/core/event.ts';

const key = (where: { task: string; host: string; item?: number }): string =>
  `${where.task} ${where.host}${where.item === undefined ? '' : ` ${where.item}`}`;

export const changes = (events: readonly RunEvent[]) =>
  new Map(events.flatMap((event) => (event.type === 'task.change' ? [[key(event.where), event.change] as const] : [])));

/** Tasks that check could not foretell, with the task each waits for. */
export const unknowns = (events: readonly RunEvent[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap((event) =>
      (event.type === 'host.end' || event.type === 'item.end') && event.result.status === 'unknown'
        ? [[key(event.where), event.result.until] as const]
        : [],
    ),
  );

export const results = (events: readonly RunEvent[], status: string): readonly string[] =>
  events.flatMap((event) => (event.type === 'host.end' && event.result.status === status ? [key(event.where)] : []));

export const stats = (events: readonly RunEvent[]) => {
  const end = events.findLast((event) => event.type === 'run.end');
  return end?.type === 'run.end' ? end.stats : {};
};
