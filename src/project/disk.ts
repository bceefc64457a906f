/** Reading files of the project: every fault is a diagnostic, never a crash. */
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Span } from '../core/diagnostic.ts';
import type { Context } from './context.ts';
import { decrypt, isVault } from './vault/decrypt.ts';

/** Larger files are data, not playbooks: a parsed value takes some fifty times the room of its text. */
const LARGEST = 4 * 1024 * 1024;
/** A vault is twice hexadecimal: four times its contents. */
const LARGEST_VAULT = 4 * LARGEST + 1024;

export interface SourceFile {
  /** As shown in messages: relative to the working directory where it lies below it. */
  readonly file: string;
  readonly path: string;
  readonly text: string;
  /** The file was encrypted as a whole: all its strings are secrets. */
  readonly secret: boolean;
}

export const shown = (context: { readonly cwd: string }, file: string): string => {
  const relative = path.relative(context.cwd, file);
  return relative === '' || relative.startsWith('..') ? file : relative;
};

export const kindOf = async (file: string): Promise<'file' | 'directory' | undefined> => {
  const info = await stat(file).catch(() => undefined);
  return info?.isDirectory() ? 'directory' : info ? 'file' : undefined;
};

export const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The first of these that is a file. */
export async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) if ((await kindOf(candidate)) === 'file') return candidate;
  return undefined;
}

export const listDirectory = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory).catch(() => [])).sort((a, b) => (a < b ? -1 : 1));

/** The text of a file, and whoever wants to know of it is told. */
export async function readSource(context: Context, file: string, at?: Span): Promise<SourceFile | undefined> {
  const source = await readPlain(context, file, at);
  if (source) context.onSource?.(source);
  return source;
}

/** Decrypted where the whole file is a vault; undefined after reporting what was wrong. `at` is who asked for it. */
async function readPlain(context: Context, file: string, at?: Span): Promise<SourceFile | undefined> {
  const { problems } = context;
  const name = shown(context, file);
  let bytes: Uint8Array;
  try {
    const { size } = await stat(file);
    if (size > LARGEST_VAULT) return tooLarge(context, name, size);
    bytes = await readFile(file);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    const reason = why === 'ENOENT' ? 'it does not exist' : why === 'EACCES' ? 'permission denied' : (error as Error).message;
    problems.error('file-unreadable', `cannot read ${name}: ${reason}`, { at });
    return undefined;
  }
  const decoded = decode(context, name, bytes);
  if (decoded === undefined) return undefined;
  if (!isVault(decoded))
    return bytes.length > LARGEST ? tooLarge(context, name, bytes.length) : { file: name, path: file, text: decoded, secret: false };
  const answer = decrypt(decoded, context.vault);
  if ('plain' in answer) return { file: name, path: file, text: answer.plain, secret: true };
  problems.error('vault', `${name} ${answer.why}`, { at: { file: name, line: 1, column: 1 }, hint: answer.hint });
  return undefined;
}

function tooLarge({ problems }: Context, name: string, size: number): undefined {
  problems.error('file-too-large', `${name} has ${size} bytes; playbooks, variables and inventories may have ${LARGEST}`, {
    at: { file: name, line: 1, column: 1 },
    hint: 'copy large data with the copy module instead of loading it as variables',
  });
}

function decode(context: Context, file: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // the lossy text is as long up to the first bad byte, so it tells the place
    const lossy = new TextDecoder('utf-8').decode(bytes);
    const before = lossy.slice(0, lossy.indexOf('\uFFFD')).split('\n');
    const at = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    context.problems.error('invalid-utf8', `${file} is not UTF-8 text`, { at, hint: 'save the file in UTF-8' });
    return undefined;
  }
}
