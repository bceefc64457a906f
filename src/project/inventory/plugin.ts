/** Inventory files that begin with `plugin:`: hosts from a cluster's Nodes, and groups and variables made of those known so far. */
import type { Context } from '../context.ts';
import type { SourceFile } from '../disk.ts';
import type { Adjacent } from '../vars/adjacent.ts';
import { type Entry, entry, type MapNode, textOf } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { readConstructed } from './constructed.ts';
import type { Draft } from './draft.ts';
import { readNodes } from './nodes.ts';

/** A plugin's file. `adjacent`: group_vars and host_vars beside the sources read so far. */
export interface PluginFile {
  readonly map: MapNode;
  readonly source: SourceFile;
  readonly plugin: Entry;
  adjacent(): Promise<readonly Adjacent[]>;
}

/** One line of YAML that only plugin files have at their top. */
export const isPluginFile = (text: string): boolean => /^plugin\s*:/m.test(text);

export async function readPluginFile(
  context: Context,
  draft: Draft,
  given: { readonly source: SourceFile; readonly adjacent: PluginFile['adjacent'] },
): Promise<void> {
  for (const map of parseYaml(given.source, context.problems)) {
    const plugin = map.kind === 'map' ? entry(map, 'plugin') : undefined;
    if (map.kind !== 'map' || !plugin) continue;
    const name = textOf(plugin.value) ?? '';
    const file: PluginFile = { ...given, map, plugin };
    if (name.replace(/^ansible\.builtin\./, '') === 'constructed') await readConstructed(context, draft, file);
    else if (name === 'kubernetes_nodes') await readNodes(context, draft, file);
    else
      context.problems.error('unsupported', `the inventory plugin ${name} is not supported`, {
        at: plugin.value.at,
        hint: 'supported: constructed and kubernetes_nodes; anything else can be an executable script that answers --list',
      });
  }
}
