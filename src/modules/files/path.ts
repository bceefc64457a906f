/** Paths on the host, as text: no IO but for `~` and for what a relative path starts from. */
import { posix } from 'node:path';
import type { HostReader } from '../../core/module.ts';
import { home } from '../../probes/home.ts';
import { workingDirectory } from '../../probes/working-directory.ts';

/** As `expanded`, and what is relative lies in the directory in which the host's commands run. */
export async function absolute(path: string, io: HostReader): Promise<string> {
  const full = await expanded(path, io);
  return full === '' || full.startsWith('/') ? full : posix.join(await io.ask(workingDirectory, null), full);
}

/** `~` and `~user` at the start worked out; everything else stays as written. */
export async function expanded(path: string, io: HostReader): Promise<string> {
  const tilde = /^~([A-Za-z0-9._-]*)(?=\/|$)/.exec(path);
  if (!tilde) return path;
  return (await io.ask(home, tilde[1] ?? '')) + path.slice(tilde[0].length);
}

export const parentOf = (path: string): string => {
  const trimmed = trim(path);
  const cut = trimmed.lastIndexOf('/');
  return cut < 0 ? '.' : cut === 0 ? '/' : trimmed.slice(0, cut);
};

export const baseOf = (path: string): string => trim(path).slice(trim(path).lastIndexOf('/') + 1);

export const join = (directory: string, name: string): string => `${trim(directory) === '/' ? '' : trim(directory)}/${name}`;

/** Without slashes at the end. */
export const trim = (path: string): string => path.replace(/(?<=.)\/+$/, '');

/** Every directory above `path` that is not "/" or ".", outermost first. */
export function above(path: string): readonly string[] {
  const parents: string[] = [];
  for (let at = parentOf(path); at !== '/' && at !== '.'; at = parentOf(at)) parents.unshift(at);
  return parents;
}
