/** Text tools that just-bash has: grep, sed, awk, sort and their kin, working on this host's files. */
import type { IFileSystem } from 'just-bash';
import type { Machine } from '../kernel/machine.ts';
import type { Process } from '../kernel/process.ts';
import { bytesOf, fromUtf8, NOTHING, textOf, toUtf8 } from '../world/bytes.ts';
import { maybeFind } from '../world/files.ts';
import type { Live } from './program.ts';
import { textFiles } from './text-files.ts';

const TOOLS = [
  'grep',
  'egrep',
  'fgrep',
  'sed',
  'awk',
  'sort',
  'uniq',
  'comm',
  'cut',
  'paste',
  'tr',
  'rev',
  'nl',
  'fold',
  'expand',
  'unexpand',
  'join',
  'column',
  'tac',
  'strings',
  'diff',
  'base64',
  'seq',
  'expr',
  'basename',
  'dirname',
  'jq',
  'gzip',
  'gunzip',
  'zcat',
  'tar',
  'xxd',
] as const;

type Library = typeof import('just-bash');
let library: Promise<Library> | undefined;
const load = (): Promise<Library> => {
  library ??= import('just-bash');
  return library;
};

/** Files named, or none of them: then it reads its input. */
function readsInput(machine: Machine, process: Process): boolean {
  const [name = '', ...args] = process.argv;
  if (/(?:seq|expr|basename|dirname)$/.test(name)) return false;
  if (name.endsWith('tr') || args.includes('-')) return true;
  const words = args.filter((arg) => !arg.startsWith('-'));
  // The first word of grep, sed, awk and jq is what to look for.
  const files = /(?:grep|sed|awk|jq)$/.test(name) && !args.some((arg) => /^-[a-zA-Z]*[ef]$/.test(arg)) ? words.slice(1) : words;
  return !files.some((word) => word.includes('/') || maybeFind(machine.sight(process), word) !== undefined);
}

/** The library's `grep -q` says nothing of files it cannot read, as `-s` does: it is run without, and its output dropped. */
function loudly(name: string, args: readonly string[]): { readonly args: readonly string[]; readonly quiet: boolean } {
  const end = args.indexOf('--');
  const isOption = (arg: string, at: number): boolean =>
    /grep$/.test(name) && (end < 0 || at < end) && /^(?:-[a-zA-Z]*q[a-zA-Z]*|--quiet|--silent)$/.test(arg);
  if (!args.some(isOption)) return { args, quiet: false };
  const without = args.flatMap((arg, at) => (isOption(arg, at) ? arg.replace(/^--.*|q/g, '').replace(/^-$/, '') || [] : [arg]));
  return { args: without, quiet: true };
}

/** The library's tr knows no bytes by their octal numbers. */
const byte = (_: string, octal: string): string => {
  const code = octal === '\\' ? 0o134 : Number.parseInt(octal, 8) & 0xff;
  return code === 0o134 ? '\\\\' : String.fromCharCode(code);
};

/** Its paste reads its options one by one only, and no input that `-` does not name. */
function spelled(name: string, args: readonly string[]): readonly string[] {
  if (name === 'tr') return args.map((arg) => arg.replaceAll(/\\(\\|[0-7]{1,3})/g, byte));
  if (name !== 'paste') return args;
  const apart = args.flatMap((arg) => (/^-sd./.test(arg) ? ['-s', '-d', arg.slice(3)] : [arg]));
  const named = apart.some((arg, at) => (arg === '-' || !arg.startsWith('-')) && apart[at - 1] !== '-d');
  return named ? apart : [...apart, '-'];
}

async function live(machine: Machine, process: Process): Promise<number> {
  const [called = '', ...given] = process.argv;
  const name = called.slice(called.lastIndexOf('/') + 1);
  const { args, quiet } = loudly(name, spelled(name, given));
  const stdin = readsInput(machine, process) ? await process.until(process.file(0).readAll()) : NOTHING;
  const { Bash, stdoutAsBytes, latin1FromBytes } = await load();
  const files: IFileSystem = textFiles(machine, process);
  const bash = new Bash({ fs: files, commands: [name as 'grep'], defenseInDepth: false });
  const result = await process.until(
    bash.exec(name, {
      args: args.map(toUtf8),
      env: { ...Object.fromEntries([...process.env].map(([key, value]) => [key, toUtf8(value)])) },
      replaceEnv: true,
      cwd: toUtf8(process.cwd),
      stdin: textOf(stdin),
      stdinKind: 'bytes',
      rawScript: true,
      signal: process.alive,
    }),
  );
  const code = quiet && result.stdout !== '' ? 0 : result.exitCode;
  if (result.stdout !== '' && !quiet)
    await process.write(1, bytesOf(latin1FromBytes(stdoutAsBytes(result as unknown as Parameters<typeof stdoutAsBytes>[0]))));
  if (result.stderr !== '') await process.write(2, bytesOf(fromUtf8(result.stderr.replace(/^bash: /gm, ''))));
  return code;
}

export const textTools: Live = { names: [...TOOLS], live };
