/** Signals by name and number, and how a process ends. */

export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
} as const;
export type Signal = keyof typeof SIGNALS;

/** What a process does not die of, unless told to. */
export const HARMLESS: ReadonlySet<Signal> = new Set(['CHLD', 'CONT', 'STOP']);

/** "TERM", "SIGTERM", "15" → TERM; 0 → 0; undefined for anything else. */
export function signalOf(text: string): Signal | 0 | undefined {
  if (text === '0') return 0;
  const bare = text.toUpperCase().replace(/^SIG/, '');
  if (bare in SIGNALS) return bare as Signal;
  return (Object.keys(SIGNALS) as Signal[]).find((name) => String(SIGNALS[name]) === text);
}

/** How a process ended; `signal` where it was killed, then the code is 128 + n. */
export interface Exit {
  readonly code: number;
  readonly signal?: Signal;
}

/** Thrown inside a process that a signal has ended: nothing of it goes on. */
export class Killed extends Error {
  readonly signal: Signal;
  constructor(signal: Signal) {
    super(`killed by SIG${signal}`);
    this.name = 'Killed';
    this.signal = signal;
  }
}
