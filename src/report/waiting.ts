/** A wait in words: "waiting 7s/5m00s for port 22 to be open  Connection refused". */
import type { RunEvent } from '../core/event.ts';
import { duration } from './style.ts';

export function waiting(event: Extract<RunEvent, { type: 'task.pending' }>): string {
  // Many reasons begin with the word themselves.
  const why = event.why.startsWith('waiting ') ? event.why.slice('waiting'.length) : `: ${event.why}`;
  return `waiting ${duration(event.elapsedMs)}/${duration(event.timeoutMs)}${why}${event.seen ? `  ${event.seen}` : ''}`;
}
