/** Who is doing what right now: the text of the live view. */
import type { RunEvent, TaskHead, Where } from '../core/event.ts';
import type { TaskId } from '../core/value.ts';
import { duration } from './style.ts';

interface AtWork {
  readonly since: number;
  readonly label?: string;
  readonly says?: string;
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
          says: `waiting ${duration(event.elapsedMs)}/${duration(event.timeoutMs)}: ${event.why}${event.seen ? `  ${event.seen}` : ''}`,
        });
        return;
      case 'task.retry':
        this.#set(event.where, { since: event.at, says: `attempt ${event.attempt} of ${event.retries + 1}: ${event.why}` });
        return;
      case 'task.change':
        this.#set(event.where, { since: event.at, says: event.change.summary });
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

  get title(): string {
    const names = [...new Set([...this.#atWork.values()].map((one) => this.#heads.get(one.where.task)?.name ?? one.where.task))];
    return names.length === 1 ? `${names[0]}` : `${names.length} tasks`;
  }

  lines(now: number): string {
    const all = [...this.#atWork.values()];
    const shown = all.slice(0, MOST_LINES).map((one) => {
      const label = one.label ? ` (${one.label})` : '';
      return `${one.where.host}${label}  ${one.says ?? `for ${duration(now - one.since)}`}`;
    });
    return [...shown, ...(all.length > MOST_LINES ? [`and ${all.length - MOST_LINES} more hosts`] : [])].join('\n');
  }

  #set(where: Where, what: AtWork): void {
    this.#atWork.set(key(where), { ...this.#atWork.get(key(where)), ...what, where });
  }
}

const key = (where: Where): string => `${where.task}/${where.host}/${where.item ?? ''}`;
