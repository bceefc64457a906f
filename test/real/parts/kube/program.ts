import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The line the program prints once all is up. */
export type Ready = {
  server: string;
  version: string;
  kubeconfig: string;
  caFile: string;
  tokens: { admin: string; nobody: string };
  kubeletPort: number;
  podsFile: string;
  callsFile: string;
  dataDir: string;
};

export type Answer = { ok: boolean; error?: string; revision?: number };

export type Program = { ready: Ready; command(line: string): Promise<Answer>; close(): Promise<void> };

/**
 * Starts the control plane's program and speaks its protocol: a line in, a line of JSON back. It watches its stdin,
 * whose other end the kernel closes however this process ends, and then stops its children and removes its data.
 */
export async function startProgram(path: string, args: readonly string[]): Promise<Program> {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const waiting: Array<{ resolve(line: string): void; reject(error: Error): void }> = [];
  let complaint = '';
  let over = false;
  child.on('error', (error) => {
    complaint += error.message;
  });
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  void exited.then(() => {
    over = true;
    for (const { reject } of waiting.splice(0)) reject(new Error(`the control plane has ended: ${complaint}`));
  });
  const nextLine = () =>
    new Promise<string>((resolve, reject) => {
      if (over) reject(new Error(`the control plane has ended: ${complaint}`));
      else waiting.push({ resolve, reject });
    });

  const ready = JSON.parse(await nextLine()) as Ready;
  const command: Program['command'] = async (line) => {
    const next = nextLine();
    child.stdin.write(`${line}\n`);
    const answer = JSON.parse(await next) as Answer;
    if (!answer.ok) throw new Error(`${line}: ${answer.error}`);
    return answer;
  };
  const close = async () => {
    child.stdin.end();
    await exited;
  };
  return { ready, command, close };
}
