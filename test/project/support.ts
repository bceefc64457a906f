/** Projects in temporary directories, loaded as the command line does. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Diagnostic, Loaded } from '../../src/core/diagnostic.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import type { Plan } from '../../src/core/plan.ts';
import { byPrecedence } from '../../src/core/precedence.ts';
import { resolveNow } from '../../src/core/resolve.ts';
import type { HostName, Resolved } from '../../src/core/value.ts';
import { compile, type Selection } from '../../src/plan/index.ts';
import { loadInventory, loadProject, type ProjectOptions } from '../../src/project/index.ts';
import { layerScope } from '../../src/project/vars/scope.ts';
import { createEngine } from '../../src/template/index.ts';
import { findModule, modules } from './modules.ts';

export const engine = createEngine();

export type Files = { readonly [path: string]: string | Uint8Array };

/** A directory with these files, gone after the test. */
export function inDirectory(files: Files): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'pb-project-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (typeof content === 'string' && content.startsWith('#!')) chmodSync(file, 0o755);
  }
  return directory;
}

export type More = Partial<Omit<ProjectOptions, 'engine' | 'inventory' | 'modules'>> & {
  readonly sources?: readonly string[];
  readonly selection?: Selection;
};

export interface Everything {
  readonly inventory: Inventory;
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly directory: string;
}

/** `hosts.yml`, `hosts.ini` or one host called "h"; `site.yml` is the playbook. */
export async function everything(files: Files, more: More = {}): Promise<Everything> {
  const directory = inDirectory(files);
  const { sources = ['hosts.yml', 'hosts.ini'].filter((name) => name in files), selection, ...rest } = more;
  const options = { engine, cwd: directory, ...rest };
  const inventory = await loadInventory(sources.length > 0 ? sources : ['h,'], options);
  const names = modules.flatMap((module) => [module.name, ...(module.aliases ?? [])]);
  const project = await loadProject({
    playbooks: ['site.yml'],
    ...options,
    inventory: got(inventory),
    modules: { find: findModule, names },
  });
  const plan = compile(got(project), selection);
  return {
    inventory: got(inventory),
    plan: got(plan),
    diagnostics: [...inventory.diagnostics, ...project.diagnostics, ...plan.diagnostics],
    directory,
  };
}

/** The plan of a project in which nothing is wrong. */
export async function planOf(files: Files, more: More = {}): Promise<Plan> {
  const { plan, diagnostics } = await everything(files, more);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(line).join('\n'));
  return plan;
}

export async function inventoryOf(files: Files, sources: readonly string[]): Promise<Loaded<Inventory>> {
  return loadInventory(sources, { engine, cwd: inDirectory(files) });
}

export function got<T>(loaded: Loaded<T>): T {
  if (loaded.value === undefined) throw new Error(loaded.diagnostics.map(line).join('\n'));
  return loaded.value;
}

/** `error[code] file:line:col summary (hint)` */
export const line = ({ severity, code, summary, hint, at }: Diagnostic): string =>
  `${severity}[${code}] ${at ? `${at.file}:${at.line}:${at.column}` : '-'} ${summary}${hint === undefined ? '' : ` (${hint})`}`;

/** What a host's inventory variables come to, strongest last. */
export function varsOf(inventory: Inventory, name: string): { readonly [name: string]: Resolved } {
  const scope = layerScope(byPrecedence(inventory.hosts.get(name as HostName)?.layers ?? []));
  return Object.fromEntries([...scope.names()].map((key) => [key, resolveNow(scope.get(key) ?? null, scope)]));
}
