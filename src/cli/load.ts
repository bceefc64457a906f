/** Inventory, playbooks and selection → plan; everything that is wrong on the way is told at once. */
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Diagnostic, PbError } from '../core/diagnostic.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Plan } from '../core/plan.ts';
import type { Redactor } from '../core/secret.ts';
import { findModule, modules } from '../modules/index.ts';
import { compile } from '../plan/index.ts';
import { type InventoryOptions, loadInventory, loadProject, type VaultPassword } from '../project/index.ts';
import type { TemplateEngine } from '../template/index.ts';
import { clusterNodes } from './cluster-nodes.ts';
import type { RunFlags } from './options.ts';
import { ask } from './passwords.ts';

export interface Loading {
  readonly engine: TemplateEngine;
  readonly vault: readonly VaultPassword[];
  readonly redactor: Redactor;
  /** Told every file that is read. */
  readonly onSource?: InventoryOptions['onSource'];
}

export interface LoadedPlan {
  /** Missing where nothing can run. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

export async function loadPlan(
  playbooks: readonly string[],
  flags: RunFlags,
  { engine, vault, redactor, onSource }: Loading,
): Promise<LoadedPlan> {
  const options = { engine, vault, onSecret: (value: string) => redactor.add(value), ...(onSource ? { onSource } : {}) };
  const inventory = await loadInventory(flags.inventory, { ...options, nodes: clusterNodes(redactor), extraVars: flags.extraVars });
  if (!inventory.value) return { diagnostics: inventory.diagnostics };
  const names = modules.flatMap((module) => [module.name, ...(module.aliases ?? [])]);
  const project = await loadProject({
    ...options,
    playbooks,
    inventory: inventory.value,
    modules: { find: findModule, names },
    extraVars: flags.extraVars,
    ...(flags.rolesPath ? { rolePaths: flags.rolesPath } : {}),
    ...(process.stdin.isTTY ? { ask: (prompt) => ask(`${prompt.text}: `, prompt.private) } : {}),
  });
  const diagnostics = [...inventory.diagnostics, ...project.diagnostics];
  if (!project.value) return { diagnostics };
  const compiled = compile(project.value, {
    ...(flags.limit === undefined ? {} : { limit: await limits(flags.limit) }),
    // As ansible-playbook: the list of tags shows those of `never` tasks too.
    tags: flags.listTags && flags.tags.length === 0 ? ['all', 'never'] : flags.tags,
    skipTags: flags.skipTags,
    ...(flags.startAtTask === undefined ? {} : { startAtTask: flags.startAtTask }),
    shuffleSeed: shuffleSeed(process.env['PB_SHUFFLE_SEED']),
    allowEmpty: flags.allowEmpty,
    forceHandlers: flags.forceHandlers,
    gatherFacts: flags.gathering !== 'explicit',
  });
  const all = unique([...diagnostics, ...compiled.diagnostics]);
  return compiled.value ? { plan: compiled.value, diagnostics: all } : { diagnostics: all };
}

/** For order: shuffle: the given one, else another at each run. */
function shuffleSeed(given: string | undefined): number {
  if (given === undefined || given === '') return randomInt(2 ** 32);
  if (/^\d{1,10}$/.test(given)) return Number(given);
  throw new PbError('args', `PB_SHUFFLE_SEED must be a whole number, not ${JSON.stringify(given)}`);
}

/** The inventory as its sources are now. Throws PbError 'args' with the first thing that is wrong in them. */
export async function refreshed(flags: RunFlags, { engine, vault, redactor }: Loading): Promise<Inventory> {
  const own = { nodes: clusterNodes(redactor), extraVars: flags.extraVars };
  const { value, diagnostics } = await loadInventory(flags.inventory, { engine, vault, onSecret: (text) => redactor.add(text), ...own });
  const wrong = diagnostics.find(({ severity }) => severity === 'error');
  if (wrong || !value) throw new PbError('args', wrong?.summary ?? 'no inventory', { at: wrong?.at, hint: wrong?.hint });
  return value;
}

/** `@file` holds one host pattern a line, as --limit @site.retry. */
async function limits(limit: string): Promise<readonly string[]> {
  const parts = limit.split(',').map((part) => part.trim());
  const read = parts.map(async (part) => {
    if (!part.startsWith('@')) return [part];
    try {
      return (await readFile(part.slice(1), 'utf8')).split(/\s+/).filter((name) => name !== '');
    } catch (error) {
      throw new PbError('args', `cannot read ${part.slice(1)} for --limit: ${error instanceof Error ? error.message : error}`);
    }
  });
  return (await Promise.all(read)).flat();
}

const unique = (list: readonly Diagnostic[]): readonly Diagnostic[] => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
