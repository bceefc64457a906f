/** Who is doing what right now: the text of the live view. */
import type { RunEvent, TaskHead, Where } from '../core/event.ts';
import type { TaskId } from '../core/value.ts';
import { duration } from './style.ts';
import { waiting } from './waiting.ts';

interface AtWork {
  readonly since: number;
  readonly label?: string;
  readonly says?: string;
  /** What it says holds the time already. */
  readonly timed?: boolean;
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
      case 'task.pending':
        this.#set(event.where, {
          since: event.at - event.elapsedMs,
          says: waiting(event),
          timed: true,
        });
        return;
      case 'task.retry':
        this.#set(event.where, { since: event.at, says: `attempt ${event.attempt} of ${event.retries + 1}: ${event.why}` });
        return;
      case 'task.change':
        this.#set(event.where, { since: event.at, says: event.change.summary, timed: false });
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
      const time = one.timed ? '' : `${one.says ? '  ' : ''}${duration(now - one.since)}`;
      return `${one.where.host}${label}  ${one.says ?? ''}${time}`;
    });
    return [...shown, ...(all.length > MOST_LINES ? [`and ${all.length - MOST_LINES} more`] : [])];
  }

  #set(where: Where, what: AtWork): void {
    this.#atWork.set(key(where), { ...this.#atWork.get(key(where)), ...what, where });
  }
}

const key = (where: Where): string => `${where.task}/${where.host}/${where.item ?? ''}`;
