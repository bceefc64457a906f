/** Files on disk → inventory and project, with everything that is wrong in them. */
export type { LoadOptions } from './context.ts';
export { type InventoryOptions, loadInventory } from './inventory/load.ts';
export type { ListNodes } from './inventory/nodes.ts';
export { type Matched, matchHosts } from './inventory/pattern.ts';
export { loadProject, type Project, type ProjectOptions } from './load.ts';
export type { Ask, Prompt } from './playbook/prompts.ts';
export type { Modules } from './reading.ts';
export { readVars } from './vars/read.ts';
export { isVault, openVault, type VaultPassword } from './vault/decrypt.ts';
export { argWords, keyValue } from './words.ts';
