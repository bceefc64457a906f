/** Extra variables: `-e k=v`, `-e '{"json": 1}'`, `-e @file`. */
import path from 'node:path';
import type { Layer } from '../../core/precedence.ts';
import type { Value } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { argWords, keyValue } from '../words.ts';
import { typeName } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { layerOf, textValue } from '../yaml/value.ts';
import { readVarsFile } from './file.ts';

/** One layer of all of them; of two values for one name the later wins. `k=v` values are strings, as in Ansible. */
export async function loadExtraVars(context: Context, given: readonly string[]): Promise<Layer> {
  const layers: Layer[] = [];
  for (const text of given) {
    if (text.startsWith('@')) {
      const layer = await readVarsFile(context, path.resolve(context.cwd, text.slice(1)), { precedence: 'extra vars' });
      if (layer) layers.push(layer);
    } else if (/^\s*[[{-]/.test(text)) {
      for (const node of parseYaml({ file: '-e', text }, context.problems)) {
        if (node.kind === 'map') layers.push(layerOf(context, node, { precedence: 'extra vars', origin: '-e' }));
        else context.problems.error('wrong-type', `-e must be a mapping of variables, not ${typeName(node)}`, { at: node.at });
      }
    } else layers.push(words(context, text));
  }
  return {
    precedence: 'extra vars',
    vars: Object.assign({}, ...layers.map((layer) => layer.vars)),
    at: Object.assign({}, ...layers.map((layer) => layer.at)),
    origin: '-e',
  };
}

function words(context: Context, text: string): Layer {
  const entries: [string, Value][] = [];
  for (const word of argWords(text) ?? [{ text, offset: 0 }]) {
    const at = { file: '-e', line: 1, column: word.offset + 1, length: word.text.length };
    const pair = keyValue(word.text);
    if (pair) entries.push([pair.key, textValue(context, pair.value, at)]);
    else
      context.problems.error('extra-vars', `-e ${word.text} is not name=value`, {
        at,
        hint: 'write -e name=value, -e @file.yml or -e \'{"name": "value"}\'',
      });
  }
  return { precedence: 'extra vars', vars: Object.fromEntries(entries), at: {} };
}
