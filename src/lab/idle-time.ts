/**
 * A lab's time: it passes while there is nothing to do but wait. Work – logins, requests, reconciles – takes as long as the machine needs for it,
 * and none of that counts, so that nothing runs out of time only because the machine is slow. Hosts, cluster and, in a rehearsal, the run share
 * one process, and with it one event loop: its idle time is the lab's.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';

/** Both in ms, growing: real time, and the share of it that the event loop has waited. */
export interface Reading {
  readonly real: number;
  readonly idle: number;
}

/** How often the time is looked at. */
const TICK_MS = 20;
/** A wait that ends this much later than a tick was the machine's: the process was not let in. */
const MOST_MS = TICK_MS + 5;
/** Even where the work never ends time must pass, or nothing would ever give up. */
const WORK_SHARE = 1 / 20;

/** Must be asked at least once a tick; each answer is what has passed since the first. */
export function idleTimeOf(read: () => Reading): () => number {
  let last = read();
  let passed = 0;
  return () => {
    const now = read();
    const idle = Math.min(now.idle - last.idle, MOST_MS);
    passed += idle + (now.real - last.real - idle) * WORK_SHARE;
    last = now;
    return passed;
  };
}

const ofLoop = idleTimeOf(() => ({ real: performance.now(), idle: performance.eventLoopUtilization().idle }));
let ticks = false;

/** Ms of lab time in this process, growing. */
export function idleTime(): number {
  if (!ticks) setInterval(ofLoop, TICK_MS).unref();
  ticks = true;
  return ofLoop();
}

const LONGEST_MS = 2 ** 31 - 1;

/** Fulfilled after so many ms of lab time, or rejected when aborted. */
export async function idleSleep(ms: number, signal: AbortSignal): Promise<void> {
  const due = idleTime() + ms;
  for (let left = ms; left > 0; left = due - idleTime()) await after(Math.min(Math.ceil(left), LONGEST_MS), undefined, { signal });
}
