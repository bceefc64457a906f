/** One script with a process of its own: for what may run long, must be stopped on demand, or reads a large input. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Opening, openShell } from '../become.ts';
import { LinkLost, type Wire } from '../link.ts';
import { scriptBoot, scriptText } from './boot.ts';
import type { Answer } from './framed.ts';
import { killSession } from './kill.ts';

export interface Run {
  readonly script: string;
  readonly input?: Buffer | Readable | undefined;
  readonly signal: AbortSignal;
}

/** Thrown when the signal ended it; `partial` is what it had written. */
export class Stopped extends Error {
  readonly partial: Answer;
  readonly state: 'ended' | 'perhaps running' | 'not begun';
  constructor(partial: Answer, state: Stopped['state']) {
    super(`the command was stopped: ${state}`);
    this.name = 'Stopped';
    this.partial = partial;
    this.state = state;
  }
}

/** Rejects with Stopped once everything the script started has ended, and with LinkLost when its end was not seen. */
export async function runScript(opening: Omit<Opening, 'boot' | 'first'>, run: Run): Promise<Answer> {
  if (run.signal.aborted) throw new Stopped({ code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }, 'not begun');
  const boot = scriptBoot();
  const { wire, place } = await openShell({ ...opening, boot, first: Buffer.from(scriptText(boot, run.script)) });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  wire.stdout.on('data', (chunk: Buffer) => stdout.push(chunk)).resume();
  wire.stderr.on('data', (chunk: Buffer) => stderr.push(chunk)).resume();
  const answer = (code: number): Answer => ({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
  const feeding = feed(wire, run.input);
  const stop = stopper(run.signal);
  try {
    const code = await Promise.race([wire.ended, stop.stopped, feeding]);
    if (code !== 'stopped') return answer(code);
    const ended = place !== undefined && (await killSession(opening, place.session));
    throw new Stopped(answer(143), ended ? 'ended' : 'perhaps running');
  } catch (error) {
    if (error instanceof LinkLost) throw new LinkLost(error.message, true);
    throw error;
  } finally {
    stop.forget();
    wire.close();
  }
}

/** Rejects when the input cannot be read to its end; a command that ends without reading it is nobody's fault. */
async function feed(wire: Wire, input: Buffer | Readable | undefined): Promise<never> {
  const never = new Promise<never>(() => undefined);
  if (input === undefined || Buffer.isBuffer(input)) {
    wire.stdin.end(input ?? '');
    return never;
  }
  let broken: Error | undefined;
  input.once('error', (error) => {
    broken = error;
  });
  await pipeline(input, wire.stdin).catch(() => undefined);
  if (broken) throw broken;
  return never;
}

export function stopper(signal: AbortSignal): { stopped: Promise<'stopped'>; forget(): void } {
  let stop: () => void = () => undefined;
  const stopped = new Promise<'stopped'>((resolve) => {
    stop = () => resolve('stopped');
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return { stopped, forget: () => signal.removeEventListener('abort', stop) };
}
