/** The controller itself as a host: commands are child processes, each in a session of its own as sshd would have it. */
import { spawn } from 'node:child_process';
import { constants, userInfo } from 'node:os';
import { drained, type Link, LinkLost, type Wire } from '../link.ts';

export interface LocalOptions {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where commands run; left out: where pb itself does. */
  readonly directory?: string | undefined;
}

export function localLink(options: LocalOptions): Link {
  const running = new Set<Wire & { kill(): void }>();
  let alive = true;
  return {
    name: options.name,
    user: userInfo().username,
    get alive() {
      return alive;
    },
    async open(command) {
      if (!alive) throw new LinkLost('the connection was closed', false);
      const wire = start(command, options);
      running.add(wire);
      const done = () => running.delete(wire);
      wire.ended.then(done, done);
      return wire;
    },
    async close() {
      alive = false;
      for (const wire of running) wire.kill();
    },
  };
}

function start(command: string, { env, directory }: LocalOptions): Wire & { kill(): void } {
  const child = spawn('/bin/sh', ['-c', command], { env, cwd: directory, detached: true, stdio: 'pipe' });
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(new LinkLost(`/bin/sh did not start: ${error.message}`, false)));
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
  // A command may end without reading its input.
  child.stdin.on('error', () => undefined);
  const ended = drained(exit, [child.stdout, child.stderr]);
  ended.catch(() => undefined);
  const close = () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    close,
    kill() {
      close();
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    },
  };
}

/** 128+n, as a shell reports a command that signal n ended. */
export const exitCodeOf = (signal: string | null | undefined): number =>
  128 + (constants.signals[signal as keyof typeof constants.signals] ?? 0);
