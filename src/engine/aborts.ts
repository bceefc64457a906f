/** Many who wait for one signal: Node looks through a signal's listeners one by one, so each signal gets one, which tells the others. */

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `act` once when the signal aborts, at once where it has; what comes back lets go of it. */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => {};
  }
  const all = waiting.get(signal) ?? listening(signal);
  all.add(act);
  return () => all.delete(act);
}

function listening(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  waiting.set(signal, all);
  const tell = (): void => {
    for (const act of all) act();
    all.clear();
  };
  signal.addEventListener('abort', tell, { once: true });
  return all;
}
