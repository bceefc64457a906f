import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openQmp, type Qmp } from './qmp.ts';

/** A running emulated machine: its controls, and what its console says. */
export type Machine = {
  qmp: Qmp;
  /** How often the guest has come up. */
  boots(): Promise<number>;
  /** Waits till it has come up that often. */
  up(boots: number, timeoutMs: number): Promise<void>;
  /** Cuts the power; the folder stays. */
  kill(): Promise<void>;
  close(): Promise<void>;
};

const guard = fileURLToPath(new URL('guard.sh', import.meta.url));

export async function startMachine(folder: string, qemuArgs: string[]): Promise<Machine> {
  const consoleLog = join(folder, 'console.log');
  const socket = join(folder, 'qmp');
  const controls = ['-serial', `file:${consoleLog}`, '-qmp', `unix:${socket},server=on,wait=off`];
  const guarded = spawn(guard, [folder, 'qemu-system-x86_64', ...qemuArgs, ...controls], { stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = new Promise<void>((resolve) => guarded.once('close', () => resolve()));
  const ended = endOf(guarded);
  const close = async () => {
    guarded.stdin?.end();
    await closed;
  };
  const readConsole = () => readFile(consoleLog, 'utf8').catch(() => '');
  const boots = async () => (await readConsole()).split('HOST-READY').length - 1;
  try {
    const qmp = await openQmp(socket, ended.signal);
    const up: Machine['up'] = async (times, timeoutMs) => {
      const deadline = AbortSignal.any([ended.signal, AbortSignal.timeout(timeoutMs)]);
      while ((await boots()) < times) {
        if (deadline.aborted)
          throw new Error(`the guest did not come up: ${deadline.reason}; its console ends: ${(await readConsole()).slice(-1500)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const kill = async () => {
      guarded.stdin?.write('kill\n');
      await ended.promise;
    };
    const closeAll = async () => {
      qmp.close();
      await close();
    };
    return { qmp, boots, up, kill, close: closeAll };
  } catch (error) {
    await close();
    throw error;
  }
}

/** qemu alone keeps the guard's output open: when that ends, so has qemu, and what it printed is why. */
function endOf(guarded: ChildProcess): { signal: AbortSignal; promise: Promise<void> } {
  const aborter = new AbortController();
  let said = '';
  guarded.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const promise = new Promise<void>((resolve) => {
    guarded.on('error', (error) => {
      said += error.message;
      resolve();
    });
    guarded.stdout?.resume().once('end', resolve);
  }).then(() => aborter.abort(new Error(`qemu has ended: ${said.trim()}`)));
  return { signal: aborter.signal, promise };
}
