/** A file fetched from a host, put in place on the controller. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PbError } from '../core/diagnostic.ts';

/** Atomic: written beside its place, then renamed; directories above are made. Throws PbError 'exec' where the content is not as announced. */
export async function keep(
  content: Uint8Array,
  { path, to, sha256 }: { readonly path: string; readonly to: string; readonly sha256: string },
): Promise<void> {
  const sum = createHash('sha256').update(content).digest('hex');
  if (sum !== sha256) {
    throw new PbError('exec', `${path} has sha256 ${sum} by now, expected ${sha256}`, {
      hint: 'it was written while it was fetched; run again',
      retryable: true,
    });
  }
  const beside = `${to}.pb-${randomUUID()}`;
  try {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(beside, content);
    await rename(beside, to);
  } catch (error) {
    await rm(beside, { force: true });
    throw new PbError('exec', `cannot write ${to} on the controller: ${(error as Error).message}`, { cause: error });
  }
}
