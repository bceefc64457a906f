/** One file of variables: YAML or JSON, maybe a vault. */
import type { Span } from '../../core/diagnostic.ts';
import type { Layer, Precedence } from '../../core/precedence.ts';
import type { Context } from '../context.ts';
import { readSource } from '../disk.ts';
import { isNull, type MapNode, typeName } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { layerOf } from '../yaml/value.ts';

/** Undefined where the file is empty or was reported. `from` is who asked for it. */
export async function readVarsFile(
  context: Context,
  file: string,
  what: { precedence: Precedence; from?: Span },
): Promise<Layer | undefined> {
  const source = await readSource(context, file, what.from);
  if (!source) return undefined;
  const maps: MapNode[] = [];
  for (const node of parseYaml(source, context.problems)) {
    if (node.kind === 'map') maps.push(node);
    else if (!isNull(node))
      context.problems.error('wrong-type', `${source.file} must hold a mapping of variables, not ${typeName(node)}`, { at: node.at });
  }
  const [map] = maps;
  if (!map) return undefined;
  checkNames(context, map);
  return layerOf(context, map, { precedence: what.precedence, origin: source.file, secret: source.secret });
}

/** Names a template could never use. */
export function checkNames(context: Context, map: MapNode): void {
  for (const { key, keyAt } of map.entries)
    if (!/^[A-Za-z_]\w*$/.test(key))
      context.problems.error('variable-name', `${JSON.stringify(key)} is not a valid variable name`, {
        at: keyAt,
        hint: 'a name has letters, digits and _, and does not begin with a digit',
      });
}
