/** `pb inventory`: hosts and groups as pb reads them, in the forms of ansible-inventory. */
import type { Inventory } from '../../core/inventory.ts';
import { byPrecedence } from '../../core/precedence.ts';
import { Redactor } from '../../core/secret.ts';
import { isLazy, Template, Unknown, type Value } from '../../core/value.ts';
import { loadInventory } from '../../project/index.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { clusterNodes } from '../cluster-nodes.ts';
import { languageWith } from '../language.ts';
import type { RunFlags } from '../options.ts';
import { lineReader } from '../read-line.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export interface InventoryFlags extends Pick<RunFlags, 'inventory' | 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'> {
  readonly graph: boolean;
  readonly host?: string;
  readonly extraVars: readonly string[];
}

export async function inventoryCommand(flags: InventoryFlags): Promise<number> {
  const redactor = new Redactor();
  const onSecret = (value: string): void => redactor.add(value);
  const { engine } = languageWith(onSecret);
  const options = {
    engine,
    vault: await vaultPasswords(flags, onSecret),
    onSecret,
    nodes: clusterNodes(redactor),
    extraVars: flags.extraVars,
  };
  const { value, diagnostics } = await loadInventory(flags.inventory, options);
  const readLine = lineReader();
  for (const one of diagnostics) process.stderr.write(`${redactor.text(renderDiagnostic(one, readLine))}\n`);
  if (!value || diagnostics.some(({ severity }) => severity === 'error')) return 1;
  const text = flags.graph ? graph(value) : JSON.stringify(flags.host === undefined ? listing(value) : varsOf(value, flags.host), null, 2);
  process.stdout.write(redactor.text(`${text}\n`));
  return 0;
}

const listing = (inventory: Inventory) => ({
  _meta: { hostvars: Object.fromEntries(named(inventory).map((name) => [name, varsOf(inventory, name)])) },
  ...Object.fromEntries([...inventory.groups].map(([name, hosts]) => [name, { hosts }])),
});

/** The hosts that the sources name. */
const named = (inventory: Inventory): readonly string[] =>
  [...inventory.hosts.values()].flatMap(({ name, implicit }) => (implicit ? [] : [name]));

/** Variables as written: templates are shown as their text. */
function varsOf(inventory: Inventory, name: string): { readonly [name: string]: unknown } {
  const host = [...inventory.hosts.values()].find((one) => one.name === name);
  const vars: { [name: string]: unknown } = {};
  for (const layer of byPrecedence(host?.layers ?? [])) for (const [key, value] of Object.entries(layer.vars)) vars[key] = plain(value);
  return vars;
}

function plain(value: Value): unknown {
  if (value instanceof Template) return value.source;
  if (value instanceof Unknown || value instanceof Date || value === null || typeof value !== 'object' || isLazy(value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value as { [key: string]: Value }).map(([key, item]) => [key, plain(item)]));
}

const graph = (inventory: Inventory): string =>
  [
    '@all:',
    ...[...inventory.groups]
      .filter(([name]) => name !== 'all')
      .flatMap(([name, hosts]) => [`  |--@${name}:`, ...hosts.map((host) => `  |  |--${host}`)]),
  ].join('\n');
