/** Executable inventories: `script --list` prints JSON; `--host NAME` is asked where `_meta` is missing. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Span } from '../../core/diagnostic.ts';
import type { Context } from '../context.ts';
import type { SourceFile } from '../disk.ts';
import { child, type MapNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { layerOf } from '../yaml/value.ts';
import type { Draft } from './draft.ts';

const run = promisify(execFile);

export async function readScriptInventory(context: Context, draft: Draft, source: SourceFile): Promise<void> {
  const root = await ask(context, source, ['--list']);
  if (!root) return;
  const meta = child(root, '_meta');
  const hostvars = meta?.kind === 'map' ? child(meta, 'hostvars') : undefined;
  for (const { key, value } of root.entries) if (key !== '_meta') group(context, draft, { name: key, value, source });
  const known = hostvars?.kind === 'map' ? hostvars : undefined;
  const names = new Set([...draft.hosts.keys(), ...(known?.entries.map((entry) => entry.key) ?? [])]);
  const ours = names.size === 0 ? [] : [...names].filter((name) => known !== undefined || draft.hosts.get(name)?.at.file === source.file);
  for (const name of ours) {
    const vars = known ? child(known, name) : await ask(context, source, ['--host', name]);
    if (vars?.kind === 'map' && vars.entries.length > 0)
      draft
        .host(name, draft.hosts.has(name) ? 'all' : 'ungrouped', top(source))
        .layers.push(layerOf(context, vars, { precedence: 'inventory host vars', origin: source.file }));
  }
}

const top = (source: SourceFile): Span => ({ file: source.file, line: 1, column: 1 });

/** `{hosts: [...], vars: {...}, children: [...]}`, or the list of hosts alone. */
function group(context: Context, draft: Draft, { name, value, source }: { name: string; value: YamlNode; source: SourceFile }): void {
  const at = top(source);
  draft.group(name, at);
  const part = (key: string): YamlNode | undefined => (value.kind === 'map' ? child(value, key) : key === 'hosts' ? value : undefined);
  for (const host of namesIn(context, part('hosts'), { group: name, source })) draft.host(host, name, at);
  for (const sub of namesIn(context, part('children'), { group: name, source })) draft.nest(name, sub, at);
  const vars = part('vars');
  if (vars?.kind === 'map')
    draft.group(name).layers.push(layerOf(context, vars, { precedence: 'inventory group vars', origin: source.file }));
}

function namesIn(context: Context, node: YamlNode | undefined, where: { group: string; source: SourceFile }): readonly string[] {
  if (node === undefined) return [];
  const names = node.kind === 'seq' ? node.items.map((item) => textOf(item)) : [undefined];
  if (names.every((name) => name !== undefined)) return names;
  context.problems.error(
    'inventory-script',
    `${where.source.file} --list: group ${where.group} must hold lists of names, not ${typeName(node)}`,
    { at: top(where.source) },
  );
  return [];
}

async function ask(context: Context, source: SourceFile, argv: readonly string[]): Promise<MapNode | undefined> {
  const call = `${source.file} ${argv.join(' ')}`;
  try {
    const { stdout } = await run(source.path, [...argv], { maxBuffer: 64 * 1024 * 1024 });
    const [root] = parseYaml({ file: call, text: stdout }, context.problems);
    if (root?.kind === 'map') return root;
    context.problems.error('inventory-script', `${call} printed no JSON object`, { at: top(source) });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    context.problems.error('inventory-script', `${call} failed: ${(stderr?.trim() || message).split('\n').at(-1) ?? ''}`, {
      at: top(source),
    });
  }
  return undefined;
}
