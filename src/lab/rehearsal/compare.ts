/** Holding one stream of events against another: what check said and what the run did. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../core/change.ts';
import type { Failure, HostStats, RunEvent, Where } from '../../core/event.ts';

type Events = readonly RunEvent[];

const keyOf = (where: Where): string => `${where.task} ${where.host}${where.item === undefined ? '' : ` ${where.item}`}`;

/** By task, host and item; without what is not known to change anything (a probe of a bucket, a request of uri). */
export const changes = (events: Events): ReadonlyMap<string, Change> =>
  new Map(
    events.flatMap((event) =>
      event.type === 'task.change' && !event.change.uncounted ? [[keyOf(event.where), event.change] as const] : [],
    ),
  );

/** Tasks that check could not foretell, with the task each waits for. */
export const unknowns = (events: Events): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap((event) =>
      (event.type === 'host.end' || event.type === 'item.end') && event.result.status === 'unknown'
        ? [[keyOf(event.where), event.result.until] as const]
        : [],
    ),
  );

export const results = (events: Events, status: string): readonly string[] =>
  events.flatMap((event) => (event.type === 'host.end' && event.result.status === status ? [keyOf(event.where)] : []));

export const stats = (events: Events): { readonly [host: string]: HostStats } => {
  const end = events.findLast((event) => event.type === 'run.end');
  return end?.type === 'run.end' ? end.stats : {};
};

export const taskNames = (events: Events): ReadonlyMap<string, string> =>
  new Map(events.flatMap((event) => (event.type === 'task.start' ? [[event.task.id, event.task.name] as const] : [])));

export interface FailedOn {
  readonly task: string;
  readonly host: string;
  readonly status: 'failed' | 'unreachable';
  readonly error: Failure;
}

/** Those that were ignored only where they are asked for. */
export function failures(events: Events, ignored = false): readonly FailedOn[] {
  const names = taskNames(events);
  return events.flatMap((event) => {
    if (event.type !== 'host.end') return [];
    const { result, where } = event;
    if ((result.status !== 'failed' && result.status !== 'unreachable') || (result.ignored && !ignored)) return [];
    return [{ task: names.get(where.task) ?? where.task, host: where.host, status: result.status, error: result.error }];
  });
}

export const failureText = ({ error }: FailedOn): string => `${error.message}${error.hint ? ` ${error.hint}` : ''}`.replaceAll(/\s+/g, ' ');

/** How the run departs from what check announced; empty: it did just that. */
export function departures(check: Events, run: Events): readonly string[] {
  const announced = changes(check);
  const open = unknowns(check);
  const names = taskNames(run);
  const said = (key: string): string => key.replace(/^\S+/, (id) => `"${names.get(id) ?? id}" on`);
  const done = changes(run);
  const wrong: string[] = [];
  for (const [key, change] of done) {
    const before = announced.get(key);
    // What could not be foretold was named as unknown, item by item or as a whole task.
    if (before === undefined && !open.has(key) && !open.has(key.split(' ').slice(0, 2).join(' ')))
      wrong.push(`${said(key)}: check did not announce ${change.summary}`);
    else if (before !== undefined && !isDeepStrictEqual(before, change) && !open.has(key))
      wrong.push(
        `${said(key)}: check announced ${before.summary}, the run did ${change.summary === before.summary ? 'the same with other content' : change.summary}`,
      );
  }
  for (const [key, change] of announced)
    if (!done.has(key)) wrong.push(`${said(key)}: check announced ${change.summary}, the run did not do it`);
  return wrong;
}
