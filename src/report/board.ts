/** Who is doing what right now: the text of the live view. */
import type { RunEvent, TaskHead, Where } from '../core/event.ts';
import type { TaskId } from '../core/value.ts';
import { duration } from './style.ts';
import { waiting } from './waiting.ts';

interface AtWork {
  readonly since: number;
  readonly label?: string;
  /** A wait tells its own time. */
  says?(now: number): string;
}

const MOST_LINES = 12;

export class Board {
  readonly #heads = new Map<TaskId, TaskHead>();
  readonly #atWork = new Map<string, AtWork & { readonly where: Where }>();

  note(event: RunEvent): void {
    switch (event.type) {
      case 'task.start':
        this.#heads.set(event.task.id, event.task);
        return;
      case 'host.start':
        this.#set(event.where, { since: event.at, ...(event.label ? { label: event.label } : {}) });
        return;
      case 'task.pending': {
        const since = event.at - event.elapsedMs;
        this.#set(event.where, { since, says: (now) => waiting({ ...event, elapsedMs: now - since }) });
        return;
      }
      case 'task.retry':
        this.#saying(event, `attempt ${event.attempt} of ${event.retries + 1}: ${event.why}`);
        return;
      case 'task.change':
        this.#saying(event, event.change.summary);
        return;
      case 'item.end':
      case 'host.end':
        this.#atWork.delete(key(event.where));
        return;
      default:
    }
  }

  get busy(): boolean {
    return this.#atWork.size > 0;
  }

  /** What is being done, and below it a line for everyone who does it. */
  text(now: number): string {
    return [this.#title, ...this.#lines(now)].join('\n');
  }

  get #title(): string {
    const names = [...new Set([...this.#atWork.values()].map((one) => this.#heads.get(one.where.task)?.name ?? one.where.task))];
    return names.length === 1 ? `${names[0]}` : `${names.length} tasks`;
  }

  #lines(now: number): readonly string[] {
    const every = [...this.#atWork.values()];
    // A host in a loop is shown with its item.
    const items = new Set(every.flatMap(({ where }) => (where.item === undefined ? [] : [`${where.task}/${where.host}`])));
    const all = every.filter(({ where }) => where.item !== undefined || !items.has(`${where.task}/${where.host}`));
    const shown = all.slice(0, MOST_LINES).map((one) => {
      const label = one.label ? ` (${one.label})` : '';
      return `${one.where.host}${label}  ${one.says?.(now) ?? duration(now - one.since)}`;
    });
    return [...shown, ...(all.length > MOST_LINES ? [`and ${all.length - MOST_LINES} more`] : [])];
  }

  #saying({ at, where }: { readonly at: number; readonly where: Where }, what: string): void {
    this.#set(where, { since: at, says: (now) => `${what}  ${duration(now - at)}` });
  }

  #set(where: Where, what: AtWork): void {
    this.#atWork.set(key(where), { ...this.#atWork.get(key(where)), ...what, where });
  }
}

const key = (where: Where): string => `${where.task}/${where.host}/${where.item ?? ''}`;
