/** Commands that change a host: input, guards, time limits. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { failure } from '../failure.ts';
import type { Given } from './given.ts';

export function steps(given: Given): void {
  const { at, ask, run, sh } = given;

  describe('exec', () => {
    test('input, directory and environment', async () => {
      const step = { stdin: Secret.of('in\0put'), chdir: given.world.dir, env: { A: "it's", B: Secret.of('$HOME') } };
      expect(await sh('pwd; printf "%s|" "$A" "$B"; cat', step)).toEqual({
        code: 0,
        stdout: `${given.world.dir}\nit's|$HOME|in\0put`,
        stderr: '',
      });
    });

    test('without input it finds the end of file', async () => {
      expect(await sh('cat; echo end')).toEqual({ code: 0, stdout: 'end\n', stderr: '' });
    });

    test('a large input', async () => {
      const text = 'x'.repeat(5_000_000);
      expect((await sh('wc -c', { stdin: text })).stdout.trim()).toBe('5000000');
    });

    test('input that nobody reads is no error', async () => {
      expect((await sh('exit 4', { stdin: 'x'.repeat(3_000_000) })).code).toBe(4);
    });

    test('what stays behind in the background does not hold it up', async () => {
      const { stdout } = await sh('sleep 600 & echo $!');
      await given.far.sh(`kill ${Number(stdout)}`);
    });

    test('secrets are in nobody’s process list while they travel', async () => {
      const { stdout } = await sh('cat /proc/*/cmdline', {
        env: { TOKEN: Secret.of('s3cr3t-in-transit') },
        stdin: Secret.of('s3cr3t-in-transit'),
      });
      expect(stdout).not.toContain('s3cr3t-in-transit');
    });

    test('a directory that is not there is named, and nothing runs', async () => {
      const error = await failure(sh(`touch ${at('ran')}`, { chdir: '/no/such/place' }));
      expect(error).toMatchObject({ code: 'exec', message: expect.stringContaining('cannot change into /no/such/place') });
      expect(await given.far.exists('ran')).toBe(false);
    });

    test('a NUL in an argument is refused before anything runs', async () => {
      expect(await failure(run({ do: 'exec', argv: ['echo', 'a\0b'] }))).toMatchObject({ code: 'args' });
    });
  });

  describe('guards', () => {
    test('a guard that says no stops the command, and its reason is the error', async () => {
      const error = await failure(sh(`touch ${at('guarded')}`, { guard: ['sh', '-c', 'echo no room; echo disk is in use >&2; exit 7'] }));
      expect(error).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('disk is in use'),
        details: { output: { code: 7, stderr: 'disk is in use' }, guard: ['sh', '-c', expect.any(String)] },
      });
      expect(await given.far.exists('guarded')).toBe(false);
    });

    test('a guard leaves no trace in the output, nor takes the input', async () => {
      const step = { guard: ['sh', '-c', 'cat; echo out; echo err >&2'] as const, stdin: 'input' };
      expect(await sh('cat; echo own >&2', step)).toEqual({ code: 0, stdout: 'input', stderr: 'own\n' });
    });

    test('guard and command are children of one shell, one right after the other', async () => {
      const { stdout } = await sh('echo $$', { guard: ['sh', '-c', `echo $PPID >${at('guard-parent')}`] });
      expect(await given.far.text('guard-parent')).toBe(stdout);
    });
  });

  describe('stopping', () => {
    const stopDuring = async (reason: unknown) => {
      const control = new AbortController();
      const pids = `pids-${randomBytes(4).toString('hex')}`;
      const script = `trap '' TERM; echo said; sleep 600 & echo $! >${at(pids)}; sleep 601; sleep 602`;
      const ended = failure(given.writer.run({ do: 'exec', argv: ['sh', '-c', script] }, control.signal));
      await vi.waitFor(async () => expect(await given.far.text(pids)).toMatch(/\d+\n/), { timeout: 80_000 });
      control.abort(reason);
      const error = await ended;
      expect(await given.far.isRunning(Number(await given.far.text(pids)))).toBe(false);
      return error;
    };

    test('a time limit ends the command with all it started, even if it ignores being asked', async () => {
      expect(await stopDuring(new DOMException('too late', 'TimeoutError'))).toMatchObject({
        code: 'timeout',
        message: 'sh was stopped after its time was up: it was ended on the host',
        details: { output: { stdout: 'said\n', stderr: '' }, mayHaveRun: true },
      });
    });

    test('so does an interruption', async () => {
      expect(await stopDuring('ctrl-c')).toMatchObject({ code: 'interrupted' });
    });

    test('other questions and commands go on meanwhile', async () => {
      const control = new AbortController();
      const long = failure(given.writer.run({ do: 'exec', argv: ['sleep', '600'] }, control.signal));
      expect((await ask('echo', 'x')).stdout).toBe('x\n');
      expect((await sh('echo y')).stdout).toBe('y\n');
      control.abort();
      await long;
    });

    test('what was stopped before it began does not begin', async () => {
      const error = await failure(given.writer.run({ do: 'exec', argv: ['touch', at('never')] }, AbortSignal.abort()));
      expect(error).toMatchObject({ code: 'interrupted', details: { mayHaveRun: false } });
      expect(await given.far.exists('never')).toBe(false);
    });
  });
}
