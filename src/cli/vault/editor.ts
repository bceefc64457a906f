/** The user's editor on plain text that nobody else can read, and that is gone afterwards. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { execa } from 'execa';
import { PbError } from '../../core/diagnostic.ts';
import { shellWords } from '../../project/words.ts';
import { shred } from './replace-file.ts';

/** What the text was after the editor had ended. Throws PbError 'args' where the editor cannot be run or fails. */
export async function edited(text: Uint8Array, like: string, env: NodeJS.ProcessEnv): Promise<Uint8Array> {
  const words = shellWords(env['VISUAL'] || env['EDITOR'] || 'vi');
  const [program = 'vi', ...args] = words ?? [];
  // mkdtemp makes it for the owner alone; a folder in memory leaves nothing on a disk
  const folder = await mkdtemp(join(env['XDG_RUNTIME_DIR'] || tmpdir(), 'pb-vault-'));
  const file = join(folder, `edit${extname(like)}`);
  const ending = holdSignals();
  try {
    await writeFile(file, text, { mode: 0o600 });
    const { exitCode, shortMessage, failed } = await execa(program, [...args, file], {
      reject: false,
      stdio: 'inherit',
      cancelSignal: ending.signal,
      env,
    });
    if (ending.signal.aborted) throw new PbError('interrupted', 'ended while the editor was open: nothing was changed');
    if (failed)
      throw new PbError(
        'args',
        `the editor ${program} ${exitCode === undefined ? `could not be run: ${shortMessage}` : `ended with ${exitCode}`}`,
        {
          hint: 'nothing was changed; set VISUAL or EDITOR to the editor you want',
        },
      );
    return await readFile(file);
  } finally {
    // editors leave copies and swap files beside the file
    for (const name of await readdir(folder)) await shred(join(folder, name)).catch(() => {});
    await rm(folder, { recursive: true, force: true });
    ending.release();
  }
}

/** Ctrl-C is the editor's own; a request to end takes the editor and the plain text along. */
function holdSignals(): { readonly signal: AbortSignal; release(): void } {
  const end = new AbortController();
  const ignore = (): void => {};
  const stop = (): void => end.abort();
  process.on('SIGINT', ignore);
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return {
    signal: end.signal,
    release() {
      process.off('SIGINT', ignore);
      for (const name of ['SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
    },
  };
}
