/** The built command line, run in a folder of its own. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';

export const PROGRAM = resolve(process.env['PB_TEST_CLI'] ?? 'dist/pb.js');

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Folder {
  readonly path: string;
  pb(...args: readonly string[]): Promise<Ran>;
  events(...args: readonly string[]): Promise<readonly RunEvent[]>;
}

/** A folder with these files; it is gone when the test ends. */
export async function folder(files: { readonly [path: string]: string }): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'pb-e2e-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  const pb = async (...args: readonly string[]): Promise<Ran> => {
    const options = { cwd: path, reject: false, stdin: 'ignore', env: { NO_COLOR: '1', HOME: path, KUBECONFIG: '' } } as const;
    const { exitCode = -1, stdout, stderr } = await execa('node', [PROGRAM, ...args], options);
    return { exitCode, stdout, stderr };
  };
  return {
    path,
    pb,
    async events(...args) {
      const { stdout } = await pb(...args, '--output', 'json');
      return stdout.split('\n').map((line) => JSON.parse(line) as RunEvent);
    },
  };
}

export const changesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'task.change' ? [{ ...event, at: 0 }] : []));

export const statsOf = (events: readonly RunEvent[]) => {
  const end = events.findLast((event) => event.type === 'run.end');
  return end?.type === 'run.end' ? end.stats : {};
};
