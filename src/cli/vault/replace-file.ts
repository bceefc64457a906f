/** Files put in place whole: never half written, and never for others to read while they hold plain text. */
import { randomBytes } from 'node:crypto';
import { chown, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a hidden file beside it (mode 0600) and renames that; a link is followed. `keepMode`: the file's own mode and owner stay. */
export async function replaceFile(file: string, content: Uint8Array, keepMode: boolean): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const known = keepMode ? await stat(target).catch(() => undefined) : undefined;
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      if (known) await handle.chmod(known.mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // only root may give a file away; for everyone else it stays theirs
    if (known && process.getuid?.() === 0) await chown(beside, known.uid, known.gid);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Overwrites before removing. What a journal or a flash disk keeps of it is beyond any program: the folder should be in memory. */
export async function shred(file: string): Promise<void> {
  try {
    const handle = await open(file, 'r+');
    try {
      const { size } = await handle.stat();
      for (let from = 0; from < size; from += 65_536) await handle.write(randomBytes(Math.min(65_536, size - from)), 0, null, from);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true });
  }
}
