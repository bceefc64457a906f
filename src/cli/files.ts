/** Files on the controller, found where Ansible looks: the role's folders, the task file's, then the playbook's. */
import { type BigIntStats, existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { PbError } from '../core/diagnostic.ts';
import type { Files } from '../core/module.ts';
import type { RoleRef } from '../core/plan.ts';
import { settled } from '../core/resolve.ts';
import type { Resolved, Scope, Vars } from '../core/value.ts';
import { withExtra } from '../engine/conditions.ts';
import type { FileOptions } from '../template/index.ts';
import type { Language } from './language.ts';

/** Text of a template file → its rendering in a scope; the expression language's part, given in. */
export type RenderFile = (text: string, from: FileOptions, scope: Scope) => Resolved;

export interface Place {
  readonly playbookDir: string;
  readonly role: Pick<RoleRef, 'path'> | undefined;
  readonly taskFile: string;
}

export type Kind = 'files' | 'templates' | 'vars' | 'tasks';

/** Every path a relative name may mean, best first (Ansible's "search paths"). */
export function candidates(kind: Kind, name: string, place: Place): readonly string[] {
  const plain = name.startsWith('~/') ? join(homedir(), name.slice(2)) : name;
  if (isAbsolute(plain)) return [plain];
  const bases = [place.role?.path, dirname(resolve(place.taskFile)), place.playbookDir].filter((base) => base !== undefined);
  return [...new Set(bases.flatMap((base) => [join(base, kind, plain), join(base, plain)]))];
}

export function filesFor(place: Place, scope: Scope, { render, opened }: Pick<Language, 'render' | 'opened'>): Files {
  return {
    base: resolve(place.playbookDir),
    async find(kind, name) {
      const tried = candidates(kind, name, place);
      for (const path of tried) if (existsSync(path)) return path;
      throw new PbError('args', `Could not find or access '${name}'`, { hint: `looked at ${tried.join(', ')}` });
    },
    async read(path, as) {
      const stored = await contentOf(path);
      return as === 'stored' ? stored : opened(stored, path);
    },
    async stat(path) {
      const found = statAt(path);
      if (!found) return undefined;
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
      const version = `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
      return { kind, size: Number(found.size), mode: `0${(found.mode & 0o7777n).toString(8)}`, version };
    },
    list: async (path) => (await readdir(path)).sort(),
    async render(path, vars, settings = {}) {
      const text = opened(await contentOf(path), path).toString();
      // One scope for all tries: what a lookup has found is kept with it.
      const inner = templateScope(path, scope, vars);
      return settled(() => render(text, { file: path, settings }, inner));
    },
  };
}

/** Up to this many bytes, handing a file to another thread costs more than reading it. */
const SMALL = 256 * 1024;

/** Asked for every host of a task, so at once where that takes no time; a pipe or a device may make its reader wait. */
async function contentOf(path: string): Promise<Buffer> {
  const found = statSync(path);
  return found.isFile() && found.size <= SMALL ? readFileSync(path) : readFile(path);
}

function statAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** The variables Ansible gives to a template file about itself, behind `vars`; an ansible_managed of the project's own stays. */
export const templateScope = (path: string, scope: Scope, vars: Vars = {}): Scope =>
  withExtra(scope, {
    template_path: path,
    template_fullpath: resolve(path),
    template_host: hostname(),
    ...(scope.get('ansible_managed') === undefined ? { ansible_managed: 'Ansible managed' } : {}),
    ...vars,
  });
