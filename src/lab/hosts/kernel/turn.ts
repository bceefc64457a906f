/** Turns: shells that need nothing but the processor would keep logins, requests and timers waiting until the last of them is done. */

/** Ms of work of all hosts together before everything else has its turn. */
const LONGEST_MS = 10;
let ends = 0;
let next: Promise<void> | undefined;

/** Something to wait for when this turn is over, and undefined until then. */
export function turnOver(): Promise<void> | undefined {
  if (performance.now() < ends) return undefined;
  next ??= new Promise((resolve) =>
    setImmediate(() => {
      next = undefined;
      ends = performance.now() + LONGEST_MS;
      resolve();
    }),
  );
  return next;
}
