/** Shell text for one command: environment, directory, guard, then the command itself, all in one script. */
import { PbError } from '../../core/diagnostic.ts';
import { reveal, type Text } from '../../core/secret.ts';
import { quote, quoteAll } from '../quote.ts';

/** Appended, so that tools such as blkid are found by users whose PATH lacks them. */
export const PATH = 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH';
/** Messages and numbers in the one form that parsers know. */
export const C_LOCALE = 'LC_ALL=C; export LC_ALL';

export interface Command {
  readonly argv: readonly Text[];
  readonly chdir?: string | undefined;
  readonly env?: { readonly [name: string]: Text } | undefined;
  readonly guard?: readonly string[] | undefined;
  readonly hasInput: boolean;
}

/**
 * `mark` (a nonce) is written to stderr as "\n<mark> chdir 2\n", "\n<mark> guard 1\n" where that step failed, or "\n<mark> run 0\n" right
 * before a command that such steps precede: see `cutPreamble`. One that nothing precedes needs no mark: it would be a packet of its own.
 */
export function commandScript(command: Command, mark: string): string {
  const stop = (step: string) => `|| { c=$?; printf '\\n%s %s %s\\n' ${mark} ${step} "$c" >&2; exit 1; }`;
  const lines = [PATH];
  if (command.chdir !== undefined) lines.push(`cd -P -- ${quote(command.chdir)} ${stop('chdir')}`);
  for (const [name, value] of Object.entries(command.env ?? {})) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new PbError('args', `"${name}" cannot be the name of an environment variable`);
    lines.push(`${name}=${quote(reveal(value))}; export ${name}`);
  }
  if (command.guard) lines.push(`( exec ${quoteAll(command.guard)} ) </dev/null >/dev/null ${stop('guard')}`);
  const preceded = lines.length > 1;
  if (!command.hasInput) lines.push('exec </dev/null');
  if (preceded) lines.push(`printf '\\n%s run 0\\n' ${mark} >&2`);
  lines.push(`exec ${quoteAll(command.argv.map(reveal))}`);
  return lines.join('\n');
}

export interface Preamble {
  /** What the script came to: the command itself, or the step that stopped it, with its exit code. */
  readonly at: 'run' | 'chdir' | 'guard';
  readonly code: number;
  /** What the steps before the command wrote. */
  readonly said: string;
  /** What the command wrote. */
  readonly stderr: Buffer;
}

/** Parts stderr at the mark; undefined where there is none. */
export function cutPreamble(stderr: Buffer, mark: string): Preamble | undefined {
  const at = stderr.indexOf(`\n${mark} `);
  const end = at < 0 ? -1 : stderr.indexOf('\n', at + 1);
  const found = /^(run|chdir|guard) (\d+)$/.exec(stderr.toString('latin1', at + mark.length + 2, Math.max(end, 0)));
  if (!found) return undefined;
  return {
    at: found[1] as Preamble['at'],
    code: Number(found[2]),
    said: stderr.toString('utf8', 0, at).trim(),
    stderr: stderr.subarray(end + 1),
  };
}

/** `$$` and $PPID say something else in a subshell. */
const KNOWS_ITS_PROCESS = /\$\$|PPID/;

/** Shell text for a probe. A script is run by the shell that reads it: another one would cost as much as many a probe itself. */
export function probeScript(argv: readonly string[]): string {
  const [sh, option, script, _name, ...args] = argv;
  const inline = sh === 'sh' && option === '-c' && script !== undefined && !KNOWS_ITS_PROCESS.test(script);
  return `${PATH}\n${C_LOCALE}\n${inline ? `set -- ${quoteAll(args)}\n${script}` : `exec ${quoteAll(argv)}`}`;
}
