/** Passwords asked for or read from files before anything starts: never a prompt in mid-run. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { PbError } from '../core/diagnostic.ts';

/** Asks on the terminal; `hidden` shows nothing of what is typed. */
export async function ask(question: string, hidden = true): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new PbError('args', `cannot ask "${question.replace(/:\s*$/, '')}": there is no terminal`, {
      hint: 'use a password file instead',
    });
  }
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}

export async function passwordFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new PbError('args', `cannot read the password file ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
