/** When faults begin and end: from the start, when a task begins, some time after, for some time. */
import type { ScenarioFault, When } from './types.ts';
import { msOf } from './units.ts';

export interface Timers {
  /** Calls back after so many ms of the run's time; the answer cancels. */
  after(ms: number, call: () => void): () => void;
}

export interface Triggers {
  /** The run begins. */
  begin(): void;
  task(name: string): void;
  /** Ends every fault there is, and lets none begin. */
  calm(): void;
}

/** The task a fault waits for; undefined: from the start. */
export const taskOf = (when: When): string | undefined => /^task "(.+)"$/.exec(when.at ?? '')?.[1];

export function createTriggers(
  faults: readonly ScenarioFault[],
  set: (fault: ScenarioFault, on: boolean) => void,
  timers: Timers,
): Triggers {
  const cancels = new Set<() => void>();
  const on = new Set<ScenarioFault>();
  const begun = new Set<ScenarioFault>();
  let calmed = false;
  const later = (span: string | undefined, call: () => void): void => {
    if (span === undefined) return call();
    const cancel = timers.after(msOf(span), () => {
      cancels.delete(cancel);
      call();
    });
    cancels.add(cancel);
  };
  const end = (fault: ScenarioFault): void => {
    if (on.delete(fault)) set(fault, false);
  };
  const start = (fault: ScenarioFault): void => {
    // Each once: a task that comes round again in a second run is not disturbed again.
    if (calmed || begun.has(fault)) return;
    begun.add(fault);
    later(fault.after, () => {
      on.add(fault);
      set(fault, true);
      if (fault.for !== undefined) later(fault.for, () => end(fault));
    });
  };
  return {
    begin() {
      for (const fault of faults) if (taskOf(fault) === undefined) start(fault);
    },
    task(name) {
      for (const fault of faults) if (taskOf(fault) === name) start(fault);
    },
    calm() {
      calmed = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
      for (const fault of [...on]) end(fault);
    },
  };
}
