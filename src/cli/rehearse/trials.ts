/** The trials of a rehearsal, each in a fresh lab: plain, under faults, interrupted. */
import type { RunEvent } from '../../core/event.ts';
import type { Lab } from '../../lab/lab.ts';
import { changes } from '../../lab/rehearsal/compare.ts';
import { judgeFault, judgeInterrupt, judgePlain, type Ran, type Verdict } from '../../lab/rehearsal/judge.ts';
import type { Scenario } from '../../lab/scenario/types.ts';
import { type Rehearsed, rehearseRun } from './run.ts';

export interface Stage {
  readonly what: Rehearsed;
  /** A fresh lab: the inventory's shape, changed by the scenarios. */
  lab(scenarios: readonly Scenario[]): Promise<Lab>;
  /** Hosts a pattern names. */
  matching(pattern: string): readonly string[];
  readonly stop: AbortSignal;
  /** What is going on, one line. */
  tell(line: string): void;
}

async function inLab<T>(stage: Stage, scenarios: readonly Scenario[], act: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await stage.lab(scenarios);
  try {
    return await act(lab);
  } finally {
    await lab.stop();
  }
}

export interface Plain {
  readonly verdict: Verdict;
  /** The first run's, for what follows. */
  readonly run: Ran;
}

export const plainTrial = (stage: Stage, base: readonly Scenario[]): Promise<Plain> =>
  inLab(stage, base, async (lab) => {
    const how = { stop: stage.stop };
    stage.tell('check');
    const check = await rehearseRun(stage.what, lab, { ...how, check: true });
    stage.tell('run');
    const run = await rehearseRun(stage.what, lab, how);
    stage.tell('run again');
    const again = await rehearseRun(stage.what, lab, how);
    // What only a later task made known as secret was shown before, but not in a later run.
    const hidden = (ran: Ran): Ran => ({ ...ran, events: stage.what.redactor.json(ran.events) });
    return { verdict: judgePlain(hidden(check), hidden(run), again), run };
  });

/** `expectation` false: it is about another playbook. */
export const faultTrial = (
  stage: Stage,
  base: readonly Scenario[],
  trial: { readonly scenario: Scenario; readonly expectation: boolean },
) =>
  inLab(stage, [...base, trial.scenario], async (lab): Promise<Verdict> => {
    const { scenario } = trial;
    stage.tell(scenario.name);
    lab.beginFaults();
    const run = await rehearseRun(stage.what, lab, { stop: stage.stop });
    await lab.calm();
    const expect = trial.expectation ? scenario.expect : undefined;
    const temporary = (scenario.faults ?? []).length > 0 && scenario.hosts === undefined && scenario.cluster === undefined;
    const again = run.exitCode !== 0 && (expect ? expect.recovers === true : temporary);
    const second = again ? await rehearseRun(stage.what, lab, { stop: stage.stop }) : undefined;
    return judgeFault({
      ...{ trial: scenario.name, run },
      ...(second ? { again: second } : {}),
      ...(expect ? { expect } : {}),
      ...(expect?.hosts === undefined ? {} : { hosts: expect.hosts === 'localhost' ? ['localhost'] : stage.matching(expect.hosts) }),
    });
  });

/** A place in the run at which it is cut: the end of a task, or the first step of one that changes something. */
export interface Cut {
  readonly after: number;
  readonly name: string;
  readonly inStep: boolean;
}

export const cutName = (cut: Cut): string => `interrupted ${cut.inStep ? 'in' : 'after'} "${cut.name}"`;

/** Every task of a run that went through, by its place in the order. */
export function cutsOf(run: Ran): readonly Cut[] {
  const changing = new Set([...changes(run.events).keys()].map((key) => key.split(' ')[0]));
  const starts = run.events.filter((event) => event.type === 'task.start');
  return starts.flatMap(({ task }, after): Cut[] => [
    ...(changing.has(task.id) ? [{ after, name: task.name, inStep: true }] : []),
    ...(after < starts.length - 1 ? [{ after, name: task.name, inStep: false }] : []),
  ]);
}

export const interruptTrial = (stage: Stage, base: readonly Scenario[], cut: Cut): Promise<Verdict> =>
  inLab(stage, base, async (lab) => {
    const trial = cutName(cut);
    stage.tell(trial);
    const first = await rehearseRun(stage.what, lab, { stop: stage.stop, watch: cutter(cut) });
    const again = await rehearseRun(stage.what, lab, { stop: stage.stop });
    const after = await rehearseRun(stage.what, lab, { stop: stage.stop, check: true });
    return judgeInterrupt(trial, { cut: first, again, after });
  });

function cutter(cut: Cut): (event: RunEvent, interrupt: () => void) => void {
  let started = -1;
  return (event, interrupt) => {
    if (event.type === 'task.start') started++;
    if (started !== cut.after) return;
    if (event.type === (cut.inStep ? 'step.start' : 'task.end')) interrupt();
  };
}
