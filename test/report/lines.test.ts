/** What `pb run` and `pb check` print, as whole texts. */
import { expect, test } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import type { HostName } from '../../src/core/value.ts';
import { changed, failed, ok, Story, skipped, unknown, unreachable, wouldChange } from './story.ts';

const write = (content: string, before: string | null = null): Change => ({
  op: before === null ? 'create' : 'update',
  summary: 'write /etc/chrony.conf',
  before: before === null ? null : { content: before, mode: '0644' },
  after: { content, mode: '0644' },
  steps: [{ do: 'write', path: '/etc/chrony.conf', content }],
});
const run = (cmd: string): Change => ({
  op: 'run',
  summary: `run ${cmd.split('\n')[0]}${cmd.includes('\n') ? ' … (2 lines)' : ''}`,
  before: null,
  after: { cmd },
  steps: [{ do: 'exec', argv: ['sh', '-c', cmd] }],
});
const golden = (name: string) => `./goldens/${name}.txt`;
const at = { result: ok() };

test('a run: ok, changed, skipped, a loop, a handler', async () => {
  const story = new Story('apply', ['w1', 'w2', 'w3'])
    .task('Everything is there', { w1: at, w2: at, w3: at })
    // The order in which hosts end is not that in which they are told.
    .task('Write the configuration', { w3: changed(write('pool b\n')), w1: changed(write('pool b\n')), w2: at })
    .task('Not here', { w1: { result: skipped }, w2: { result: skipped }, w3: at })
    .task('Directories', {
      w1: { result: { status: 'changed', output: null }, items: { a: changed(run('mkdir /a')).result, b: ok() } },
      w2: at,
      w3: at,
    })
    .task('Judged unchanged', { w1: { change: run('id'), result: ok() }, w2: at, w3: at })
    .task(
      'Restart chrony',
      { w1: changed(run('systemctl restart chronyd')), w3: changed(run('systemctl restart chronyd')) },
      { handler: true },
    )
    .end(0, { w1: { ok: 4, changed: 3, skipped: 1 }, w2: { ok: 3, skipped: 1 }, w10: { ok: 1 }, w3: { ok: 5, changed: 2 } });
  await expect(story.lines()).toMatchFileSnapshot(golden('run'));
  await expect(story.lines({ diff: true })).toMatchFileSnapshot(golden('run-with-diffs'));
});

test('a check: diffs, unknowns with their reasons', async () => {
  const story = new Story('check', ['w1', 'w2'])
    .task('Write the configuration', {
      w2: wouldChange(write('pool b\niburst\n', 'pool a\niburst\n')),
      w1: wouldChange(write('pool b\niburst\n')),
    })
    .task('A command', {
      w1: unknown('what "run systemctl reload x" does is known only after it ran', run('systemctl reload x')),
      w2: unknown('what "run systemctl reload x" does is known only after it ran', run('systemctl reload x')),
    })
    .task('A script', { w1: wouldChange(run('set -e\ntouch /x')), w2: at })
    .task('What depends on it', { w1: unknown('known after all/2:command'), w2: unknown('known after all/2:command') })
    .task('Format', { w1: wouldChange({ ...run('mkfs.ext4 /dev/sdb'), destroys: 'the xfs on sdb' }), w2: { result: skipped } })
    .end(0, { w1: { ok: 3, changed: 3, unknown: 2 }, w2: { ok: 2, changed: 1, unknown: 2, skipped: 1 } });
  await expect(story.lines({ diff: true })).toMatchFileSnapshot(golden('check'));
});

test('failures: told short in place and once in full at the end; rescued ones are no failures', async () => {
  const output = { code: 3, stdout: 'one\ntwo\n', stderr: 'no space left\n' };
  const broke = { message: 'run sync: exit code 3: no space left', output };
  const story = new Story('apply', ['w1', 'w2', 'w3', 'w4'])
    .task('Connect', {
      w4: unreachable('w4: cannot reach 10.0.0.4 port 22: no answer within 10 s', 'see whether the host is up'),
      w1: at,
      w2: at,
      w3: at,
    })
    .task('In a block', { w1: failed({ message: 'assertion failed: a == b', code: 'failed' }), w2: at, w3: at })
    .tell({ type: 'host.rescued', host: 'w1' as HostName })
    .task('Ignored', { w1: failed({ message: 'not so bad' }, { ignored: true }), w2: at, w3: at })
    .task('Sync', { w3: failed(broke, { change: run('sync') }), w2: failed(broke, { change: run('sync') }), w1: changed(run('sync')) })
    .tell({
      type: 'notice',
      severity: 'warning',
      text: 'w2: 1 notified handler(s) did not run: Reload',
      hint: 'run again with --force-handlers',
    })
    .end(4, {
      w1: { ok: 3, changed: 1, rescued: 1, ignored: 1 },
      w2: { ok: 3, failed: 1 },
      w3: { ok: 3, failed: 1 },
      w4: { unreachable: 1 },
    });
  await expect(story.lines()).toMatchFileSnapshot(golden('failures'));
});

test('waits and retries, then Ctrl-C', async () => {
  const where = { task: 'all/1:copy' as never, host: 'w1' as HostName };
  const interrupted = failed({ code: 'interrupted', message: 'interrupted while waiting: waiting for port 22 to be open' });
  const story = new Story('apply', ['w1'])
    .task(
      'Wait',
      { w1: interrupted },
      {
        meanwhile: [
          {
            type: 'task.pending',
            where,
            why: 'waiting for port 22 to be open',
            seen: 'Connection refused',
            elapsedMs: 7000,
            timeoutMs: 300_000,
          },
          {
            type: 'task.pending',
            where,
            why: 'waiting for port 22 to be open',
            seen: 'told too soon',
            elapsedMs: 8000,
            timeoutMs: 300_000,
          },
          { type: 'task.pending', where: { ...where, host: 'w2' as HostName }, why: '3 s to pass', elapsedMs: 1000, timeoutMs: 63_000 },
          { type: 'task.retry', where, attempt: 1, retries: 2, why: 'until: x is defined', delayMs: 5000 },
        ],
      },
    )
    .end(130, { w1: { failed: 1 } });
  await expect(story.lines()).toMatchFileSnapshot(golden('interrupted'));
});

test('a play of which no task is chosen has no line', () => {
  const story = new Story('apply', ['w1'])
    .task('Write', { w1: { result: ok() } })
    .play('Roll back', ['w1'])
    .end(0, { w1: { ok: 1 } });
  expect(story.lines()).not.toContain('Roll back');
});
