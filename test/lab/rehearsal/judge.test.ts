import { expect, it } from 'vitest';
import { departures } from '../../../src/lab/rehearsal/compare.ts';
import { judgeFault, judgeInterrupt, judgePlain } from '../../../src/lab/rehearsal/judge.ts';
import { change, failed, ran, start, unknown } from './events.ts';

const task = start('p/1:copy', 'Copy');

it('a run departs from check by another content, by what was not announced, by what was not done', () => {
  const check = [task, change('p/1:copy', 'a', 'one'), change('p/1:copy', 'b', 'two')];
  expect(departures(check, check)).toEqual([]);
  expect(departures(check, [task, change('p/1:copy', 'a', 'other'), change('p/2:copy', 'a', 'three')])).toEqual([
    '"Copy" on a: check announced write one, the run did write other',
    '"p/2:copy" on a: check did not announce write three',
    '"Copy" on b: check announced write two, the run did not do it',
  ]);
});

it('what check named as unknown may change', () => {
  expect(departures([task, unknown('p/1:copy', 'a')], [task, change('p/1:copy', 'a', 'one')])).toEqual([]);
  expect(departures([task, unknown('p/1:copy', 'b')], [task, change('p/1:copy', 'a', 'one')])).toHaveLength(1);
});

it('the order of keys is no departure', () => {
  const one = change('p/1:copy', 'a', 'x');
  if (one.type !== 'task.change') throw new Error('no change');
  const turned = { ...one, change: { ...one.change, after: { b: 1, a: 2 } } };
  expect(departures([{ ...one, change: { ...one.change, after: { a: 2, b: 1 } } }], [turned])).toEqual([]);
});

it('plain: all three runs end well, the run does what check said, the second changes nothing', () => {
  const made = [task, change('p/1:copy', 'a', 'one')];
  expect(judgePlain(ran(0, ...made), ran(0, ...made), ran(0, task))).toEqual({
    ...{ trial: 'plain', good: true, wrong: [] },
    outcome: 'check announced 1 change, the run made 1, the second 0',
  });
  const verdict = judgePlain(ran(0, ...made), ran(2, ...made, failed('p/1:copy', 'a', 'no room')), ran(0, ...made));
  expect(verdict.good).toBe(false);
  expect(verdict.wrong).toEqual([
    'the run ended with exit code 2: "Copy" on a: no room do this',
    'the second run changed something: p/1:copy a: write one',
  ]);
});

const expect2 = { exit: 2, task: 'Copy', message: 'no r..m', untouched: true } as const;

it('a fault: exit code, task, hosts and message as expected', () => {
  const run = ran(2, task, failed('p/1:copy', 'a', 'no room'));
  expect(judgeFault({ trial: 'F', run, expect: expect2, hosts: ['a'] })).toMatchObject({
    good: true,
    outcome: 'stops at "Copy" on a after 0 changes: no room do this',
  });
  const wrong = (other: Parameters<typeof judgeFault>[0]): readonly string[] => judgeFault(other).wrong;
  expect(wrong({ trial: 'F', run: ran(0, task), expect: expect2 })).toEqual(['exit code 0, expected 2', '"Copy" did not fail']);
  expect(wrong({ trial: 'F', run, expect: { ...expect2, message: 'full' } })).toEqual(['no failure says full: no room do this']);
  expect(wrong({ trial: 'F', run, expect: { ...expect2, task: 'Other' } })).toEqual(['failed at "Copy" on a: no room do this']);
  expect(wrong({ trial: 'F', run, expect: expect2, hosts: ['a', 'b'] })).toEqual(['no failure on b']);
  const touched = ran(2, task, change('p/1:copy', 'b', 'x'), failed('p/1:copy', 'a', 'no room'));
  expect(wrong({ trial: 'F', run: touched, expect: expect2 })).toEqual(['1 change made before it failed']);
});

it('a fault nobody wrote an expectation for: a failure must say why, pb must not be at fault, and afterwards it goes through', () => {
  const run = ran(2, task, failed('p/1:copy', 'a', 'no room'));
  expect(judgeFault({ trial: 'F', run, again: ran(0, task) })).toMatchObject({
    good: true,
    outcome: expect.stringMatching(/do this; without the fault another run finishes the job$/),
  });
  expect(judgeFault({ trial: 'F', run, again: run }).wrong).toEqual([
    'after the fault had ended, another run ended with exit code 2: "Copy" on a: no room do this',
  ]);
  expect(judgeFault({ trial: 'F', run: ran(2, task) }).wrong).toEqual(['exit code 2 without a failure that says why']);
  expect(judgeFault({ trial: 'F', run: ran(2, task, failed('p/1:copy', 'a', 'x is undefined', 'bug')) }).wrong).toHaveLength(1);
});

it('interrupted: the second run finishes the job, and check finds nothing left to do', () => {
  const cut = ran(130, task);
  const again = ran(0, change('p/1:copy', 'a', 'x'));
  expect(judgeInterrupt('cut', { cut, again, after: ran(0, task) })).toMatchObject({ good: true, outcome: '0 changes before, 1 after' });
  expect(judgeInterrupt('cut', { cut, again: ran(2, task), after: ran(0, task) }).wrong).toEqual(['the second run ended with exit code 2']);
  expect(judgeInterrupt('cut', { cut, again: ran(0, task), after: again }).wrong).toEqual([
    'the second run left undone: p/1:copy a: write x',
  ]);
});
