/** Ctrl-C, twice: first nothing new is started and waits end, then running steps are ended too. A terminal that has gone counts as the first. */

export interface Interrupt {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** Puts the process's own signal handling back. */
  release(): void;
}

export function onInterrupt(tell: (text: string) => void): Interrupt {
  const stop = new AbortController();
  const kill = new AbortController();
  const handle = (): void => {
    if (!stop.signal.aborted) {
      tell('interrupted: nothing new is started; running steps are let end (press Ctrl-C again to end them too)');
      stop.abort();
    } else if (!kill.signal.aborted) {
      tell('interrupted again: ending running steps');
      kill.abort();
    }
  };
  const hangUp = (): void => {
    if (!stop.signal.aborted) handle();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  process.on('SIGHUP', hangUp);
  return {
    stop: stop.signal,
    kill: kill.signal,
    release() {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
      process.off('SIGHUP', hangUp);
    },
  };
}
