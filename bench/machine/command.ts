/** Programs that only have to succeed. */
import { execFile } from 'node:child_process';

/** What it printed. Throws with what it said when it failed. */
export function output(program: string, args: readonly string[], options: { readonly cwd?: string } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { ...options, encoding: 'utf8', maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args[0] ?? ''}: ${stderr.trim().slice(-2000) || error.message}`));
      else resolve(stdout);
    });
  });
}
