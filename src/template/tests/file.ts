/** Tests on files of the controller. */
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { plugin } from '../eval/plugin.ts';
import { text } from '../filters/args.ts';
import { fail } from '../value/undef.ts';

const stat = (path: string, follow = true) => (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false });

/** A directory is a mount point when it lies on another device than the one above it. */
function mounted(path: string): boolean {
  const here = stat(path, false);
  const above = stat(posix.join(path, '..'), false);
  return here !== undefined && above !== undefined && (here.dev !== above.dev || here.ino === above.ino);
}

const asks = (names: string, check: (path: string) => boolean) =>
  plugin(names, 'value', (_, value) => {
    try {
      return check(text(value));
    } catch (error) {
      // Not allowed to look, or a file where a directory should be: as far as one can tell it is not there.
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  });

function vaulted(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').startsWith('$ANSIBLE_VAULT;');
  } catch (error) {
    return fail(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

export const fileTests = [
  asks('exists', (path) => stat(path) !== undefined),
  asks('link_exists', (path) => stat(path, false) !== undefined),
  plugin('vaulted_file', 'value', (_, value) => vaulted(text(value))),
  asks('file is_file', (path) => stat(path)?.isFile() ?? false),
  asks('directory is_dir', (path) => stat(path)?.isDirectory() ?? false),
  asks('link is_link', (path) => stat(path, false)?.isSymbolicLink() ?? false),
  asks('mount is_mount', mounted),
  asks('abs is_abs', (path) => path.startsWith('/')),
  plugin('same_file is_same_file', 'value, other', (_, value, other) => {
    const [a, b] = [stat(text(value)), stat(text(other))];
    return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
  }),
];
