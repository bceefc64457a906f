/** The two paces of a rehearsal. */

/** Reaching hosts and the API takes real time: a timeout must leave room for it. */
const SHARE = 10;

/**
 * How much faster the run's waits, timeouts and faults pass, at a cluster's speed: a tenth of that and at least real time. What is ready in
 * time on a real cluster is ready in time here.
 */
export const runFactor = (speed: number): number => Math.max(1, speed / SHARE);
