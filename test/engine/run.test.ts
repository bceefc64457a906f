import { describe, expect, it } from 'vitest';
import { Unknown } from '../../src/core/value.ts';
import { block, expr, play, runPlays, task, tpl } from './harness.ts';
import { assign, put, say, World } from './world.ts';

describe('a task that changes something', () => {
  it('is read, changed and read again; the second run changes nothing', async () => {
    const world = new World();
    const plays = [play(['a', 'b'], [task(put, { key: 'k', value: 'v' })])];
    const first = await runPlays(world, plays);
    expect(first.story).toEqual(['put a changed', 'put b changed']);
    expect(first.exitCode).toBe(0);
    expect(world.writes).toEqual(['a: put k v', 'b: put k v']);
    const second = await runPlays(world, plays);
    expect(second.story).toEqual(['put a ok', 'put b ok']);
    expect(world.writes).toHaveLength(2);
  });

  it('tells its whole life as events', async () => {
    const ran = await runPlays(new World(), [play(['a'], [task(put, { key: 'k', value: 'v' }, { id: 'p/1:put' as never })])]);
    expect(ran.events.map((event) => event.type)).toEqual([
      'run.start',
      'play.start',
      'task.start',
      'host.start',
      'task.change',
      'step.start',
      'step.end',
      'host.end',
      'task.end',
      'run.end',
    ]);
  });

  it('has one host at a time change a machine that is several of them', async () => {
    const world = new World();
    const value = tpl('{{ inventory_hostname }}', (scope) => scope.get('inventory_hostname') as string);
    const settings = { environment: [], delegate_to: 'c' };
    const ran = await runPlays(world, [play(['a', 'b', 'c'], [task(put, { key: 'k', value }, { settings })])]);
    expect(ran.story.toSorted()).toEqual(['put a changed', 'put b changed', 'put c changed']);
    expect(world.writes.toSorted()).toEqual(['c: put k a', 'c: put k b', 'c: put k c']);
  });

  it('fails as not converged when the step says 0 and did nothing', async () => {
    const world = new World();
    world.lying.add('k');
    const ran = await runPlays(world, [play(['a'], [task(put, { key: 'k' })])]);
    const end = ran.events.find((event) => event.type === 'host.end');
    expect(end).toMatchObject({ result: { status: 'failed', error: { code: 'not-converged' } } });
    expect(ran.exitCode).toBe(2);
  });
});

describe('check mode', () => {
  it('shows the very change that the run makes, and writes nothing', async () => {
    const world = new World();
    const plays = [play(['a'], [task(put, { key: 'k', value: 'v' })])];
    const changes = (ran: { events: readonly { type: string }[] }): unknown[] =>
      ran.events.filter((event) => event.type === 'task.change').map((event) => (event as { change?: unknown }).change);
    const check = await runPlays(world, plays, { check: true });
    expect(world.writes).toEqual([]);
    expect(check.story).toEqual(['put a would-change']);
    const apply = await runPlays(world, plays);
    expect(changes(check)).toEqual(changes(apply));
  });

  it('goes on with what is known of a result although the task was not applied', async () => {
    const first = task(put, { key: 'k' }, { id: 'first' as never, register: 'r' });
    const known = task(say, { msg: tpl('r.place', (scope) => (scope.get('r') as Unknown).known['place'] ?? null) });
    const ran = await runPlays(new World(), [play(['a'], [first, known])], { check: true });
    expect(ran.story).toEqual(['put a would-change', 'say a ok']);
    const last = ran.events.findLast((event) => event.type === 'host.end');
    expect(last).toMatchObject({ result: { output: { msg: 'k' } } });
  });

  it('does not fail on what an earlier task would create, and names that task', async () => {
    const world = new World();
    const first = task(put, { key: 'base' }, { id: 'first' as never });
    const ran = await runPlays(world, [play(['a'], [first, task(put, { key: 'k', needs: 'base' })])], { check: true });
    expect(ran.story).toEqual(['put a would-change', 'put a would-change']);
    expect(ran.events.findLast((event) => event.type === 'host.end')).toMatchObject({
      result: { note: 'base is not set: it comes with first' },
    });
  });

  it('fails on a prerequisite that nothing provides', async () => {
    const ran = await runPlays(new World(), [play(['a'], [task(put, { key: 'k', needs: 'base' })])], { check: true });
    expect(ran.story).toEqual(['put a failed']);
  });

  it('carries what is not known through register, when, loops and set_fact', async () => {
    const world = new World();
    const maker = task(put, { key: 'k' }, { id: 'maker' as never, register: 'r' });
    const ask = (name: string) => (scope: { get(n: string): unknown }) => {
      const r = scope.get('r') as Unknown;
      return r instanceof Unknown && !(name in r.known) ? r : (r as never as { [k: string]: never })[name];
    };
    const ran = await runPlays(
      world,
      [
        play(
          ['a'],
          [
            maker,
            task(say, { msg: tpl('{{ r.k }}', ask('k') as never) }, { name: 'template' }),
            task(say, {}, { name: 'when', when: [expr('r.k == 1', ask('k') as never)] }),
            task(
              say,
              {},
              {
                name: 'loop',
                loop: {
                  items: tpl('{{ r.list }}', ask('list') as never),
                  at: { file: 'f', line: 1, column: 1 },
                  loopVar: 'item',
                  extended: false,
                  allItems: true,
                  breakWhen: [],
                },
              },
            ),
            task(assign, { fact: tpl('{{ r.k }}', ask('k') as never), plain: 1 }, { name: 'assign' }),
            task(say, { msg: tpl('{{ plain }}', (scope) => scope.get('plain') as never) }, { name: 'known' }),
            task(say, { msg: tpl('{{ fact }}', (scope) => scope.get('fact') as never) }, { name: 'fact' }),
          ],
        ),
      ],
      { check: true },
    );
    expect(ran.story.map((line) => line.replace(' a ', ' '))).toEqual([
      'put would-change',
      'template unknown',
      'when unknown',
      'loop unknown',
      'assign ok',
      'known ok',
      'fact unknown',
    ]);
    const unknowns = ran.events.flatMap((event) =>
      event.type === 'host.end' && event.result.status === 'unknown' ? [event.result.until] : [],
    );
    expect(new Set(unknowns)).toEqual(new Set(['maker']));
  });

  it('reports a wait as unknown instead of waiting', async () => {
    const ran = await runPlays(new World(), [play(['a'], [task(put, { key: 'k', wait: true })])], { check: true });
    expect(ran.events.findLast((event) => event.type === 'host.end')).toMatchObject({
      result: { status: 'unknown', why: 'would wait: k is null' },
    });
  });
});

describe('waiting', () => {
  it('reads again until the world is as wanted, saying what it sees', async () => {
    const world = new World();
    let reads = 0;
    world.onRead = (host, key) => {
      if (++reads === 3) world.of(host).set(key, 'x');
    };
    const ran = await runPlays(world, [play(['a'], [task(put, { key: 'k', wait: true })])]);
    expect(ran.events.filter((event) => event.type === 'task.pending')).toHaveLength(2);
    expect(ran.story).toEqual(['put a ok']);
  });

  it('gives up after its time, with the last thing seen and what to do', async () => {
    const ran = await runPlays(new World(), [play(['a'], [task(put, { key: 'k', wait: true, timeout: 5 })])]);
    expect(ran.events.find((event) => event.type === 'host.end')).toMatchObject({
      result: {
        status: 'failed',
        error: { code: 'timeout', message: 'gave up after 5 s: k is null; last seen: k=null (want x)', hint: 'put k' },
      },
    });
  });
});

describe('blocks', () => {
  const broken = () => task(put, { key: 'k', breaks: true }, { name: 'broken' });
  it('rescue takes up failed hosts only, always takes all', async () => {
    const world = new World();
    world.of('b').set('k', 'x');
    const nodes = [
      block([broken(), task(say, {}, { name: 'after' })], {
        rescue: [task(say, {}, { name: 'rescue' })],
        always: [task(say, {}, { name: 'always' })],
      }),
      task(say, {}, { name: 'end' }),
    ];
    const ran = await runPlays(world, [play(['a', 'b'], nodes)]);
    expect(ran.story).toEqual([
      'broken b ok',
      'broken a failed',
      'after b ok',
      'rescue a ok',
      'always a ok',
      'always b ok',
      'end a ok',
      'end b ok',
    ]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stats['a']).toMatchObject({ failed: 0, rescued: 1, ok: 3 });
    expect(ran.events.flatMap((event) => (event.type === 'host.rescued' ? [event.host] : []))).toEqual(['a']);
  });

  it('always runs on a failed host, which stays failed', async () => {
    const ran = await runPlays(new World(), [
      play(['a'], [block([broken()], { always: [task(say, {}, { name: 'always' })] }), task(say, {}, { name: 'end' })]),
    ]);
    expect(ran.story).toEqual(['broken a failed', 'always a ok']);
    expect(ran.exitCode).toBe(2);
  });
});

describe('hosts that are lost', () => {
  it('an unreachable host is out, the others go on; exit code 4', async () => {
    const world = new World();
    world.down.add('a');
    const ran = await runPlays(world, [play(['a', 'b'], [task(put, { key: 'k' }), task(say, {})])]);
    expect(ran.story).toEqual(['put a unreachable', 'put b changed', 'say b ok']);
    expect(ran.exitCode).toBe(4);
  });

  it('any_errors_fatal ends the run for everyone', async () => {
    const world = new World();
    world.down.add('a');
    const ran = await runPlays(world, [
      play(['a', 'b'], [task(put, { key: 'k' }), task(say, {})], { anyErrorsFatal: true }),
      play(['c'], [task(say, {}, { name: 'never' })]),
    ]);
    expect(ran.story).toEqual(['put a unreachable', 'put b changed']);
  });

  it('a batch in which all are lost ends the run; the next batch is not begun', async () => {
    const world = new World();
    world.down.add('a');
    const ran = await runPlays(world, [play(['a', 'b'], [task(put, { key: 'k' })], { serial: [1] })]);
    expect(ran.story).toEqual(['put a unreachable']);
  });

  it('ignore_errors goes on and is counted', async () => {
    const nodes = [task(put, { key: 'k', breaks: true }, { settings: { environment: [], ignore_errors: true } }), task(say, {})];
    const ran = await runPlays(new World(), [play(['a'], nodes)]);
    expect(ran.story).toEqual(['put a failed', 'say a ok']);
    expect(ran.stats['a']).toMatchObject({ ok: 2, ignored: 1, failed: 0 });
    expect(ran.exitCode).toBe(0);
  });
});

describe('handlers', () => {
  const handler = (name: string, more = {}) => task(say, {}, { name, ...more });
  it('run once at the end of the section, in the order of definition, only where something changed', async () => {
    const world = new World();
    world.of('b').set('k', 'x');
    const nodes = [
      task(put, { key: 'k' }, { notify: ['second', 'topic'] }),
      task(put, { key: 'l' }, { notify: ['second'] }),
      task(say, {}, { name: 'last' }),
    ];
    const handlers = [handler('first', { listen: ['topic'] }), handler('second')];
    const ran = await runPlays(world, [play(['a', 'b'], nodes, { handlers })]);
    expect(ran.story.slice(4)).toEqual(['last a ok', 'last b ok', 'first a ok', 'second a ok', 'second b ok']);
  });

  it('an unknown handler fails the task with the nearest name', async () => {
    const ran = await runPlays(new World(), [
      play(['a'], [task(put, { key: 'k' }, { notify: ['restrat'] })], { handlers: [handler('restart')] }),
    ]);
    expect(ran.events.find((event) => event.type === 'host.end')).toMatchObject({ result: { error: { hint: 'did you mean "restart"?' } } });
  });

  it('what a failure leaves owed is told', async () => {
    const nodes = [task(put, { key: 'k' }, { notify: ['restart'] }), task(put, { key: 'z', breaks: true })];
    const ran = await runPlays(new World(), [play(['a'], nodes, { handlers: [handler('restart')] })]);
    expect(ran.events.find((event) => event.type === 'notice')).toMatchObject({
      severity: 'warning',
      text: 'a: 1 notified handler(s) did not run: restart',
    });
  });
});

describe('loops, retries and run_once', () => {
  const at = { file: 'f', line: 1, column: 1 };
  const loop = (items: readonly string[]) => ({ items, at, loopVar: 'item', extended: false, allItems: true, breakWhen: [] });
  const item = tpl('{{ item }}', (scope) => scope.get('item') as never);

  it('a loop registers every item and notices one change', async () => {
    const world = new World();
    world.of('a').set('two', 'x');
    const ran = await runPlays(world, [
      play(
        ['a'],
        [
          task(put, { key: item }, { register: 'r', loop: loop(['one', 'two']) }),
          task(say, {
            n: tpl('{{ r.results | length }}', (scope) => (scope.get('r') as { results: never[] }).results.length),
            c: tpl('{{ r.changed }}', (scope) => (scope.get('r') as { changed: boolean }).changed),
          }),
        ],
      ),
    ]);
    expect(ran.events.flatMap((event) => (event.type === 'item.end' ? [`${event.label} ${event.result.status}`] : []))).toEqual([
      'one changed',
      'two ok',
    ]);
    expect(ran.events.findLast((event) => event.type === 'host.end')).toMatchObject({ result: { output: { n: 2, c: true } } });
  });

  it('until tries again after a delay of the clock, and says so', async () => {
    let tries = 0;
    const retry = { until: [expr('tries > 2', () => ++tries > 2)], retries: 5, delay: 10 };
    const ran = await runPlays(new World(), [play(['a'], [task(say, {}, { retry })])]);
    const retries = ran.events.filter((event) => event.type === 'task.retry');
    expect(retries.map((event) => (event.type === 'task.retry' ? [event.at, event.attempt] : []))).toEqual([
      [0, 1],
      [10_000, 2],
    ]);
    expect(ran.story).toEqual(['say a ok']);
  });

  it('until that never holds fails after all attempts', async () => {
    const retry = { until: [expr('false', () => false)], retries: 2, delay: 1 };
    const ran = await runPlays(new World(), [play(['a'], [task(say, {}, { retry })])]);
    expect(ran.events.find((event) => event.type === 'host.end')).toMatchObject({
      result: { error: { message: 'gave up after 3 attempts: until: false' } },
    });
  });

  it('run_once runs on the first host and registers on all', async () => {
    const ran = await runPlays(new World(), [
      play(
        ['a', 'b'],
        [
          task(put, { key: 'k', value: 'v' }, { register: 'r', settings: { environment: [], run_once: true } }),
          task(say, { k: tpl('{{ r.k }}', (scope) => (scope.get('r') as { k: string }).k) }),
        ],
      ),
    ]);
    expect(ran.story).toEqual(['put a changed', 'say a ok', 'say b ok']);
  });
});

describe('order', () => {
  it('linear: no host starts a task before all have ended the one before', async () => {
    const ran = await runPlays(
      new World(),
      [play(['a', 'b', 'c'], [task(put, { key: 'k' }, { name: 'one' }), task(put, { key: 'l' }, { name: 'two' })])],
      { forks: 1 },
    );
    expect(ran.story.map((line) => line.split(' ')[0])).toEqual(['one', 'one', 'one', 'two', 'two', 'two']);
  });

  it('serial takes batches through all tasks; the last size repeats', async () => {
    const nodes = [task(say, {}, { name: 'one' }), task(say, {}, { name: 'two' })];
    const ran = await runPlays(new World(), [play(['a', 'b', 'c', 'd'], nodes, { serial: [1, '50%'] })]);
    expect(ran.story.map((line) => line.replace(' ok', ''))).toEqual([
      'one a',
      'two a',
      'one b',
      'one c',
      'two b',
      'two c',
      'one d',
      'two d',
    ]);
  });

  it('an interrupt starts nothing more and exits 130', async () => {
    const world = new World();
    const nodes = [task(put, { key: 'k' }), task(put, { key: 'l' })];
    const ran = await runPlays(world, [play(['a'], nodes)], {
      onEvent: (event, stop) => {
        if (event.type === 'step.start') stop.abort();
      },
    });
    expect(world.writes).toEqual(['a: put k x']);
    expect(ran.exitCode).toBe(130);
    expect(ran.events.find((event) => event.type === 'host.end')).toMatchObject({
      result: { error: { code: 'interrupted', message: 'interrupted after "set k to x" was done, before the host was looked at again' } },
    });
  });
});
