/** Builtins that take input apart: read and getopts. */
import { textOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import type { Shell } from './state.ts';

/** One line from standard input into variables; 1 at the end of the file. */
export async function read(shell: Shell, args: readonly string[]): Promise<number> {
  const names = [...args];
  let raw = false;
  while (names[0]?.startsWith('-')) raw ||= names.shift()?.includes('r') === true;
  let line = '';
  let ended = false;
  try {
    for (;;) {
      const bytes = await shell.process.until(shell.process.file(0).readLine());
      if (bytes === undefined) {
        ended = true;
        break;
      }
      line += textOf(bytes);
      ended = !line.endsWith('\n');
      line = line.replace(/\n$/, '');
      if (raw || ended || !/(^|[^\\])(\\\\)*\\$/.test(line)) break;
      line = line.slice(0, -1);
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await shell.complain(`read: read error: 0: ${error.message}`);
    return 1;
  }
  await distribute(shell, names.length > 0 ? names : ['REPLY'], { line: line.replaceAll('\0', ''), raw });
  return ended ? 1 : 0;
}

async function distribute(shell: Shell, names: readonly string[], { line, raw }: { line: string; raw: boolean }): Promise<void> {
  const ifs = shell.get('IFS') ?? ' \t\n';
  const blanks = [...ifs].filter((character) => ' \t\n'.includes(character));
  const isBlank = (character: string | undefined): boolean => character !== undefined && blanks.includes(character);
  let at = 0;
  while (isBlank(line[at])) at++;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    let value = '';
    let keep = 0;
    for (; at < line.length; at++) {
      const character = line[at] ?? '';
      if (!raw && character === '\\') {
        value += line[++at] ?? '';
        keep = value.length;
      } else if (!last && ifs.includes(character)) break;
      else {
        value += character;
        if (!isBlank(character)) keep = value.length;
      }
    }
    await shell.set(name, last ? value.slice(0, keep) : value);
    while (isBlank(line[at])) at++;
    if (!last && at < line.length && ifs.includes(line[at] ?? '') && !isBlank(line[at])) {
      at++;
      while (isBlank(line[at])) at++;
    }
  }
}

export async function getopts(shell: Shell, args: readonly string[]): Promise<number> {
  const [options = '', name = 'opt', ...given] = args;
  const words = given.length > 0 ? given : shell.positional;
  const quiet = options.startsWith(':');
  const index = Number(shell.get('OPTIND') ?? '1');
  const word = words[index - 1];
  const end = async (next: number): Promise<number> => {
    await shell.set('OPTIND', String(next));
    await shell.set(name, '?');
    shell.optionAt = 0;
    return 1;
  };
  if (word === undefined || !/^-./.test(word)) return end(index);
  if (word === '--') return end(index + 1);
  const at = shell.optionAt === 0 ? 1 : shell.optionAt;
  const letter = word[at] ?? '';
  const known = options.replace(/^:/, '').indexOf(letter);
  const takes = options.replace(/^:/, '')[known + 1] === ':';
  const rest = word.slice(at + 1);
  shell.optionAt = rest !== '' && !takes ? at + 1 : 0;
  let next = shell.optionAt === 0 ? index + 1 : index;
  if (known < 0 || letter === ':') {
    await shell.set('OPTARG', quiet ? letter : '');
    await shell.set(name, '?');
    if (!quiet) await shell.complain(`illegal option -- ${letter}`);
  } else {
    const value = takes ? (rest !== '' ? rest : words[next++ - 1]) : '';
    await shell.set('OPTARG', value ?? letter);
    await shell.set(name, value === undefined ? (quiet ? ':' : '?') : letter);
  }
  await shell.set('OPTIND', String(next));
  return 0;
}
