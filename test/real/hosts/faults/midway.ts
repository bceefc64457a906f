/** What happens to work that is under way: the link goes, the time is up, somebody presses Ctrl-C, pb itself is killed. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, errorOf, interruptions, pb, type Running, results, start, stats } from '../cli.ts';
import { type Fleet, site } from '../fleet.ts';

export function midway(fleet: Fleet): void {
  const runs = (pattern: string) => expect.poll(async () => (await fleet.onAlpha.sh(`pgrep -f '^${pattern}'`)).code, { timeout: 60_000 });
  const isRunning = (pattern: string) => runs(pattern).toBe(0);
  const hasEnded = (pattern: string) => runs(pattern).toBe(1);
  const begun = (run: Running, task: string) => run.event((event) => event.type === 'task.start' && event.task.name === task);
  const started = (ended: Ended) => ended.events.flatMap((event) => (event.type === 'task.start' ? [event.task.name] : []));

  describe('a link that is cut', () => {
    test('in the middle of a task: unreachable, with a word on what may have run, and no second try', async () => {
      await fleet.onAlpha.sh('rm -f /tmp/ran');
      fleet.setUp(
        { alpha: {}, beta: {} },
        '- name: Long\n  shell: "echo ran >>/tmp/ran; [ $(hostname) = beta ] || exec sleep 4701"\n- name: After\n  ping:\n',
      );
      const run = start(fleet.project, ['run', ...site]);
      await isRunning('sleep 4701');
      await fleet.alpha.dropConnections();
      const ended = await run.ended;
      expect([ended.exitCode, stats(ended)]).toMatchObject([4, { alpha: { unreachable: 1, ok: 0 }, beta: { ok: 2 } }]);
      expect(errorOf(ended, 'alpha')).toMatchObject({
        code: 'unreachable',
        message: expect.stringMatching(/^alpha: the connection was lost: .*may have run, in part or whole/),
        hint: expect.stringContaining('running the playbook again'),
      });
      expect((await fleet.onAlpha.sh('cat /tmp/ran; pkill -f "^sleep 4701"')).stdout.toString()).toBe('ran\n');
    });

    test('between two tasks: it connects again, and nobody notices', async () => {
      const go = join(fleet.project.dir, 'go');
      fleet.setUp(
        { alpha: {} },
        `- name: Before\n  command: id -un\n- name: Hold\n  wait_for: { path: ${go} }\n  delegate_to: localhost\n- name: Again\n  command: id -un\n`,
      );
      const run = start(fleet.project, ['run', ...site]);
      await begun(run, 'Hold');
      await fleet.alpha.dropConnections();
      fleet.project.write({ go: '' });
      const ended = await run.ended;
      expect([ended.exitCode, results(ended, 'Again')['alpha']?.status]).toEqual([0, 'changed']);
    });
  });

  describe('a time limit', () => {
    test('ends the command on the host', async () => {
      fleet.setUp({ alpha: {} }, '- name: Long\n  command: sleep 4702\n  timeout: 3\n');
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, errorOf(ended, 'alpha')]).toMatchObject([
        2,
        { code: 'timeout', message: expect.stringContaining('run sleep 4702') },
      ]);
      await hasEnded('sleep 4702');
    });
  });

  describe('Ctrl-C', () => {
    const tasks = '- name: First\n  shell: "sleep 3; touch /tmp/first"\n- name: Second\n  command: touch /tmp/second\n';
    const clean = () => fleet.onAlpha.sh('rm -f /tmp/first /tmp/second');

    test('once: the step ends, nothing more begins', async () => {
      await clean();
      fleet.setUp({ alpha: {} }, tasks);
      const run = start(fleet.project, ['run', ...site]);
      await run.event((event) => event.type === 'step.start');
      await run.interrupt();
      const ended = await run.ended;
      expect([ended.exitCode, started(ended), results(ended, 'First')['alpha']?.status]).toEqual([130, ['First'], 'changed']);
      expect(stats(ended)['alpha']).toMatchObject({ ok: 1, changed: 1, failed: 0 });
      expect(interruptions(ended.events)).toEqual([expect.stringContaining('nothing new is started')]);
      expect((await fleet.onAlpha.sh('ls /tmp/first /tmp/second')).stdout.toString()).toBe('/tmp/first\n');
    });

    test('once, while waiting: the wait ends, and says what it waited for', async () => {
      fleet.setUp({ alpha: {} }, '- name: Wait\n  wait_for: { path: /tmp/never-there }\n- name: After\n  ping:\n');
      const run = start(fleet.project, ['run', ...site]);
      await run.event((event) => event.type === 'task.pending');
      await run.interrupt();
      const ended = await run.ended;
      expect([ended.exitCode, started(ended)]).toEqual([130, ['Wait']]);
      expect(errorOf(ended, 'alpha')).toMatchObject({ code: 'interrupted', message: expect.stringContaining('/tmp/never-there') });
    });

    test('twice: what runs on the host is ended', async () => {
      fleet.setUp({ alpha: {} }, '- name: Long\n  command: sleep 4703\n- name: After\n  ping:\n');
      const run = start(fleet.project, ['run', ...site]);
      await isRunning('sleep 4703');
      await run.interrupt();
      await run.interrupt();
      const ended = await run.ended;
      expect([ended.exitCode, started(ended)]).toEqual([130, ['Long']]);
      expect(errorOf(ended, 'alpha')).toMatchObject({ code: 'interrupted', message: expect.stringMatching(/sleep 4703.*half done/) });
      await hasEnded('sleep 4703');
    });

    test('twice with the cable pulled: it ends all the same, and says that the command may go on', async () => {
      fleet.setUp({ alpha: {} }, '- name: Long\n  command: sleep 4704\n');
      const run = start(fleet.project, ['run', ...site]);
      await isRunning('sleep 4704');
      await fleet.alpha.cutLink();
      await run.interrupt();
      await run.interrupt();
      const ended = await run.ended;
      await fleet.alpha.restoreLink();
      expect(ended.exitCode).toBe(130);
      expect(errorOf(ended, 'alpha')).toMatchObject({ code: 'interrupted', message: expect.stringContaining('half done') });
      await fleet.onAlpha.sh('pkill -f "^sleep 4704"');
    }, 60_000);
  });

  describe('pb killed outright', () => {
    test('the command under way comes to its own end, and nothing else is left on the host', async () => {
      await fleet.onAlpha.sh('rm -f /tmp/whole');
      fleet.setUp(
        { alpha: {} },
        '- name: First\n  become: true\n  shell: "sleep 2.75; touch /tmp/whole"\n- name: Second\n  command: touch /tmp/second\n',
      );
      const run = start(fleet.project, ['run', ...site]);
      await isRunning('sleep 2.75');
      run.kill();
      expect((await run.ended).exitCode).toBeNull();
      await expect.poll(async () => (await fleet.onAlpha.sh('test -e /tmp/whole')).code, { timeout: 30_000 }).toBe(0);
      // A shell of pb's has its nonce in its command line.
      await hasEnded('(sudo|sh|/bin/sh|bash) .*pb-[0-9a-f]{32}');
      await hasEnded('sh$');
    });
  });

  describe('a host that dies', () => {
    test('in the middle of a task is unreachable, and the other goes on', async () => {
      fleet.setUp({ alpha: {}, beta: {} }, '- name: Long\n  shell: "[ $(hostname) = beta ] || exec sleep 4705"\n- name: After\n  ping:\n');
      const run = start(fleet.project, ['run', ...site]);
      await isRunning('sleep 4705');
      await fleet.alpha.kill();
      const ended = await run.ended;
      expect([ended.exitCode, stats(ended)]).toMatchObject([4, { alpha: { unreachable: 1, ok: 0 }, beta: { ok: 2, unreachable: 0 } }]);
      expect(errorOf(ended, 'alpha').message).toMatch(/the connection was lost: .*may have run/);
    });
  });
}
