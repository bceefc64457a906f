/** Starting programs: found along PATH, run in a process of their own, or in place of the shell. */
import type { Image } from '../kernel/machine.ts';
import { Errno } from '../world/errno.ts';
import type { Shell } from './state.ts';

/** What runs for these words; or the exit code where nothing does, after saying why. */
async function imageFor(shell: Shell, argv: readonly string[]): Promise<Image | number> {
  const [word = ''] = argv;
  const path = shell.get('PATH');
  shell.process.env = shell.exported();
  if (path !== undefined) shell.process.env.set('PATH', path);
  const found = shell.machine.search(shell.process, word);
  if (found === 'denied') {
    await shell.complain(`${word}: Permission denied`);
    return 126;
  }
  const image = found && shell.machine.load(shell.machine, found, argv);
  if (image) return image;
  await shell.complain(
    word.includes('/') ? `${word}: ${found ? 'cannot execute' : new Errno('ENOENT').message}` : `${word}: command not found`,
  );
  return found ? 126 : 127;
}

/** Runs a program and waits for it. */
export async function launch(shell: Shell, argv: readonly string[]): Promise<number> {
  const image = await imageFor(shell, argv);
  if (typeof image === 'number') return image;
  const child = shell.machine.fork(shell.process, argv);
  const exit = await shell.process.until(shell.machine.run(child, image));
  return exit.code;
}

/** `exec`: the program takes the shell's place, process and all. Gives its exit code, with which the shell ends. */
export async function replace(shell: Shell, argv: readonly string[]): Promise<number> {
  const image = await imageFor(shell, argv);
  if (typeof image === 'number') return image;
  const { process } = shell;
  process.handler = undefined;
  process.argv = argv;
  shell.traps.delete('EXIT');
  return image(process);
}
