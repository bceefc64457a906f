/** What came of a trial, held against what should have. Pure. */
import type { ExitCode, RunEvent } from '../../core/event.ts';
import type { Expectation } from '../scenario/types.ts';
import { changes, departures, type FailedOn, failures, failureText } from './compare.ts';

export interface Ran {
  readonly exitCode: ExitCode;
  readonly events: readonly RunEvent[];
}

export interface Verdict {
  /** "plain run", "F15 …", "interrupted after …" */
  readonly trial: string;
  readonly good: boolean;
  /** One line: what came of it. */
  readonly outcome: string;
  /** What is not as wanted. */
  readonly wrong: readonly string[];
}

const changed = (ran: Ran): number => changes(ran.events).size;
const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function endedBadly(what: string, ran: Ran): readonly string[] {
  if (ran.exitCode === 0) return [];
  const first = failures(ran.events)[0];
  return [`${what} ended with exit code ${ran.exitCode}${first ? `: "${first.task}" on ${first.host}: ${failureText(first)}` : ''}`];
}

export function judgePlain(check: Ran, run: Ran, again: Ran): Verdict {
  const wrong = [
    ...endedBadly('check', check),
    ...endedBadly('the run', run),
    ...(check.exitCode === 0 && run.exitCode === 0 ? departures(check.events, run.events) : []),
    ...endedBadly('the second run', again),
    ...[...changes(again.events)].map(([where, change]) => `the second run changed something: ${where}: ${change.summary}`),
  ];
  const outcome = `check announced ${many(changed(check), 'change')}, the run made ${changed(run)}, the second ${changed(again)}`;
  return { trial: 'plain', good: wrong.length === 0, outcome, wrong };
}

export interface FaultTrial {
  readonly trial: string;
  readonly run: Ran;
  /** After the faults have ended. */
  readonly again?: Ran;
  /** Left out where nobody said what should come of it. */
  readonly expect?: Expectation;
  /** Hosts that the expectation's pattern names. */
  readonly hosts?: readonly string[];
}

export function judgeFault({ trial, run, again, expect, hosts }: FaultTrial): Verdict {
  const failed = failures(run.events);
  const wrong = [
    ...(expect ? unexpected(run, expect, hosts) : untold(run)),
    ...(again && (expect?.recovers ?? expect === undefined) ? endedBadly('after the fault had ended, another run', again) : []),
  ];
  const ended = again?.exitCode === 0 ? '; without the fault another run finishes the job' : '';
  const outcome = `${failed.length > 0 ? stopText(failed, changed(run)) : `done, ${many(changed(run), 'change')}`}${ended}`;
  return { trial, good: wrong.length === 0, outcome, wrong };
}

/** The first failure, and every host it came to. */
function stopText(failed: readonly FailedOn[], before: number): string {
  const [first] = failed;
  if (!first) return '';
  const hosts = failed.filter(({ task }) => task === first.task).map(({ host }) => host);
  return `stops at "${first.task}" on ${hosts.join(', ')} after ${many(before, 'change')}: ${failureText(first)}`;
}

function unexpected(run: Ran, expect: Expectation, hosts: readonly string[] | undefined): readonly string[] {
  const failed = failures(run.events);
  const message = expect.message === undefined ? undefined : new RegExp(expect.message);
  const off = failed.filter(
    ({ task, host }) => (expect.task !== undefined && task !== expect.task) || (hosts !== undefined && !hosts.includes(host)),
  );
  const missing = hosts?.filter((host) => !failed.some((one) => one.host === host)) ?? [];
  return [
    ...(run.exitCode === expect.exit ? [] : [`exit code ${run.exitCode}, expected ${expect.exit}`]),
    ...off.map((one) => `failed at "${one.task}" on ${one.host}: ${failureText(one)}`),
    ...(expect.exit !== 0 && expect.task !== undefined && failed.length === 0 ? [`"${expect.task}" did not fail`] : []),
    ...(expect.exit === 0 ? [] : missing.map((host) => `no failure on ${host}`)),
    ...(message && failed.length > 0 && !failed.some((one) => message.test(failureText(one)))
      ? [`no failure says ${message.source}: ${failed.map(failureText).join(' | ')}`]
      : []),
    ...(expect.untouched && changed(run) > 0 ? [`${many(changed(run), 'change')} made before it failed`] : []),
  ];
}

/** Without an expectation a run may fail, but it must say why and must not be at fault itself. */
function untold(run: Ran): readonly string[] {
  const failed = failures(run.events);
  return [
    ...failed.filter(({ error }) => error.code === 'bug').map((one) => `a fault of pb: ${failureText(one)}`),
    ...(run.exitCode !== 0 && failed.length === 0 ? [`exit code ${run.exitCode} without a failure that says why`] : []),
  ];
}

/** `after` is check when the second run has ended: nothing may be left to do. */
export function judgeInterrupt(trial: string, runs: { readonly cut: Ran; readonly again: Ran; readonly after: Ran }): Verdict {
  const { cut, again, after } = runs;
  const wrong = [
    ...endedBadly('the second run', again),
    ...endedBadly('check after it', after),
    ...[...changes(after.events)].map(([where, change]) => `the second run left undone: ${where}: ${change.summary}`),
  ];
  const outcome = `${many(changed(cut), 'change')} before, ${changed(again)} after`;
  return { trial, good: wrong.length === 0, outcome, wrong };
}
