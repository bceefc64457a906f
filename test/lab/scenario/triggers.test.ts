import { expect, it } from 'vitest';
import { createTriggers } from '../../../src/lab/scenario/triggers.ts';
import type { ScenarioFault } from '../../../src/lab/scenario/types.ts';

/** Triggers with time that passes when told to, and what they switched. */
function stage(...faults: readonly ScenarioFault[]) {
  const done: string[] = [];
  let timers: { at: number; call: () => void }[] = [];
  let now = 0;
  const triggers = createTriggers(faults, (fault, on) => done.push(`${now} ${fault.fault} ${on ? 'on' : 'off'}`), {
    after(ms, call) {
      const timer = { at: now + ms, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
  const pass = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      now = next.at;
      timers = timers.filter((one) => one !== next);
      next.call();
    }
    now = until;
  };
  return { triggers, done, pass, pending: () => timers.length };
}

it('from the start, after some time, for some time', () => {
  const { triggers, done, pass } = stage(
    { fault: 'F16' },
    { fault: 'api_outage', after: '30s', for: '1.5m' },
    { fault: 'unreachable', hosts: 'all', for: '500ms' },
  );
  expect(done).toEqual([]);
  triggers.begin();
  pass(600_000);
  expect(done).toEqual(['0 F16 on', '0 unreachable on', '500 unreachable off', '30000 api_outage on', '120000 api_outage off']);
});

it('when a task begins, and once only', () => {
  const { triggers, done, pass } = stage({ fault: 'link_cut', hosts: 'w', at: 'task "Make the filesystem"', after: '2s' });
  triggers.begin();
  triggers.task('Another');
  pass(5000);
  expect(done).toEqual([]);
  triggers.task('Make the filesystem');
  pass(5000);
  triggers.task('Make the filesystem');
  pass(5000);
  expect(done).toEqual(['7000 link_cut on']);
});

it('calm ends what is on, drops what was to come, and lets nothing begin', () => {
  const { triggers, done, pass, pending } = stage({ fault: 'F36' }, { fault: 'F39', after: '10s' }, { fault: 'F18', at: 'task "x"' });
  triggers.begin();
  triggers.calm();
  expect(pending()).toBe(0);
  triggers.task('x');
  pass(60_000);
  expect(done).toEqual(['0 F36 on', '0 F36 off']);
});
