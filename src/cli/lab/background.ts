/** The same command once more as a process of its own, left running when it says that it is ready. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import { type LabState, logFile } from './state.ts';

/** Undefined where it ended after saying why. */
export async function inBackground(folder: string): Promise<LabState | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const log = await open(logFile(folder), 'w', 0o600);
  const [program = '', ...args] = process.argv;
  const child = spawn(program, [...args, '--foreground'], { detached: true, stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  try {
    const state = await new Promise<LabState | undefined>((resolve, reject) => {
      child.once('error', (error) => reject(new PbError('args', `the lab cannot be started: ${error.message}`)));
      child.once('message', (message) => resolve(message as LabState));
      child.once('exit', () => resolve(undefined));
    });
    if (!state) process.stderr.write(await readFile(logFile(folder), 'utf8'));
    return state;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
    await log.close();
  }
}
