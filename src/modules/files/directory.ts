/** Directories that have to exist. Pure. */
import type { FileStat } from '../../probes/stat.ts';
import { type Asked, attributeChange, newAttributes, settle } from './attributes.ts';
import type { Part } from './place.ts';

/** A directory and what is there now; links are followed. `expected`: missing, but an earlier task of the run makes it. */
export type DirectorySlot = { readonly path: string; readonly now: FileStat | null; readonly expected?: true };

/** The change that makes one; `asked` undefined leaves an existing one alone. */
export function makeDirectory({ path, now, expected }: DirectorySlot, fresh: Asked, existing: Asked | undefined): Part | undefined {
  if (expected) return undefined;
  if (now === null) {
    const attributes = newAttributes(fresh, '0755', true);
    return {
      path,
      op: 'create',
      before: null,
      after: { state: 'directory', ...attributes },
      steps: [{ do: 'exec', argv: ['mkdir', '--', path] }, ...settle(path, attributes)],
    };
  }
  if (existing === undefined) return undefined;
  const { before, after, steps } = attributeChange(path, now, existing);
  return steps.length === 0 ? undefined : { path, op: 'update', before, after, steps };
}

export const notDirectory = (slots: readonly DirectorySlot[]): DirectorySlot | undefined =>
  slots.find(({ now }) => now !== null && now.kind !== 'directory');
