/** `sh` as a program: a command string, a script file, or commands from its input. */
import type { Machine } from '../kernel/machine.ts';
import { openPath } from '../kernel/opening.ts';
import type { Process } from '../kernel/process.ts';
import { bytesOf, textOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { parseScript, SyntaxTrouble } from './parse.ts';
import { runList, runText, toTheEnd } from './run.ts';
import { type Option, Shell } from './state.ts';

/** sh [-eux…] [-c text [name [argument…]] | file [argument…] | -s [argument…]] */
export async function shellMain(machine: Machine, process: Process): Promise<number> {
  const [called = 'sh', ...words] = process.argv;
  const given: string[] = [];
  while (/^[-+]./.test(words[0] ?? '')) {
    const word = words.shift() ?? '';
    if (word === '--') break;
    if (word === '--login' || word === '--noprofile' || word === '--norc' || word === '--posix') continue;
    if (word === '-o' || word === '+o') words.shift();
    else given.push(...word.slice(1));
  }
  const text = given.includes('c') ? (words.shift() ?? '') : undefined;
  const base = called.slice(called.lastIndexOf('/') + 1).replace(/^-/, '');
  const file = text === undefined && !given.includes('s') ? words.shift() : undefined;
  const name = text === undefined ? (file ?? base) : (words.shift() ?? base);
  const shell = new Shell(machine, process, { name, positional: words });
  shell.fromText = text !== undefined;
  for (const letter of given) if ('euxfCanv'.includes(letter)) shell.options.add(letter as Option);
  return toTheEnd(shell, () => {
    if (text !== undefined) return runText(shell, text);
    return file === undefined ? fromInput(shell) : fromFile(shell, file);
  });
}

async function fromFile(shell: Shell, path: string): Promise<number> {
  try {
    const file = openPath(shell.machine, shell.process, path, 'read');
    const text = textOf(await shell.process.until(file.readAll()));
    file.release();
    return await runText(shell, text.replace(/^#![^\n]*\n/, '\n'));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await shell.process.write(2, bytesOf(`sh: ${path}: ${error.message}\n`));
    return 127;
  }
}

/** Reads no further than the command it runs: what follows may be that command's input. */
async function fromInput(shell: Shell): Promise<number> {
  let text = '';
  let framed = false;
  for (;;) {
    const line = await shell.process.until(shell.process.file(0).readLine());
    if (line === undefined) {
      if (text.trim() !== '') await runText(shell, text);
      return shell.status;
    }
    const more = textOf(line);
    // A framed command is a subshell that ends with a line of its own: all before that is not worth parsing.
    if (text === '') framed = more === '(\n';
    else if (more.startsWith(')')) framed = false;
    text += more;
    if (framed) continue;
    try {
      const tree = await parseScript(text);
      text = '';
      await runList(shell, tree.statements);
    } catch (error) {
      if (!(error instanceof SyntaxTrouble)) throw error;
      if (error.incomplete) continue;
      text = '';
      shell.status = 2;
      await shell.complain(error.message);
    }
  }
}
