/** What one run of a program takes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Of the program and everything it started. */
export interface Took {
  /** s */
  readonly wall: number;
  /** s of processor time */
  readonly cpu: number;
  /** MiB */
  readonly peak: number;
  readonly stdout: string;
}

export interface Job {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

/** Longer than the slowest peer takes for the largest workload. */
const LIMIT_S = 1800;

/** Throws with the end of what it said when it fails. */
export async function measure({ argv, cwd, env }: Job): Promise<Took> {
  const wrapper = join(import.meta.dirname, 'tree.py');
  const child = spawn('python3', [wrapper, String(LIMIT_S), ...argv], {
    ...(cwd ? { cwd } : {}),
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr, report] = await Promise.all([child.stdio[1], child.stdio[2], child.stdio[3]].map(text));
  const took = JSON.parse(report || '{}') as Partial<Took> & { code?: number; late?: boolean };
  const { wall, cpu, peak, code, late } = took;
  if (code !== 0 || late || wall === undefined || cpu === undefined || peak === undefined) {
    const why = late ? `did not end within ${LIMIT_S} s` : `ended with ${code}`;
    throw new Error(`${argv.join(' ').slice(0, 200)} ${why}\n${stdout?.slice(-2000)}\n${stderr?.slice(-2000)}`);
  }
  return { wall, cpu, peak, stdout: stdout ?? '' };
}

async function text(stream: unknown): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}
