/** What means the same in a clearer form: booleans, and arguments in one string. Each knows its replacement. */
import type { Plan } from '../../core/plan.ts';
import type { SourceFile } from '../../project/disk.ts';
import { problems as collect } from '../../project/problems.ts';
import { argWords, keyValue } from '../../project/words.ts';
import type { Entry, ScalarNode, YamlNode } from '../../project/yaml/node.ts';
import { parseYaml } from '../../project/yaml/parse.ts';
import { plainScalar } from '../../project/yaml/scalar.ts';
import { type Finding, offsetOf, placeKey } from './finding.ts';
import { nodesOf } from './includes.ts';

export function styleRules(source: SourceFile, actions: ReadonlySet<string>): readonly Finding[] {
  if (source.secret || !/\.ya?ml$/.test(source.path)) return [];
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode): readonly Finding[] => {
    // aliases share nodes
    if (seen.has(node)) return [];
    seen.add(node);
    if (node.kind === 'scalar') return truthy(node, source);
    if (node.kind === 'seq') return node.items.flatMap(visit);
    return node.entries.flatMap((item) => [...keyValues(item, source, actions), ...visit(item.value)]);
  };
  return parseYaml(source, collect()).flatMap(visit);
}

/** Places of the names of modules that take no free text. */
export const actionsOf = (plan: Plan): ReadonlySet<string> =>
  new Set(
    plan.plays
      .flatMap(nodesOf)
      .flatMap((node) => (node.kind === 'module' && node.module.freeForm === undefined ? [placeKey(node.argsAt)] : [])),
  );

/** Place of each key → all keys of its mapping: a mistyped key is not mended into one that is there already. */
export function neighbours(source: SourceFile): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (node: YamlNode): void => {
    if (node.kind === 'seq') node.items.forEach(visit);
    if (node.kind !== 'map') return;
    const keys = node.entries.map(({ key }) => key);
    for (const { keyAt, value } of node.entries) {
      if (found.has(placeKey(keyAt))) continue;
      found.set(placeKey(keyAt), keys);
      visit(value);
    }
  };
  parseYaml(source, collect()).forEach(visit);
  return found;
}

function truthy(node: ScalarNode, source: SourceFile): readonly Finding[] {
  if (typeof node.value !== 'boolean' || /^(?:true|false)$/.test(node.text)) return [];
  const at = { ...node.at, length: node.text.length };
  const start = offsetOf(source.text, at);
  if (source.text.slice(start, start + node.text.length) !== node.text) return [];
  return [
    {
      severity: 'warning',
      code: 'boolean-word',
      summary: `${node.text} is a boolean in YAML 1.1 and a word in YAML 1.2`,
      hint: `write ${node.value}, or quote it if the word is meant`,
      at,
      fix: { file: source.path, start, end: start + node.text.length, text: String(node.value) },
    },
  ];
}

/** `copy: src=a dest=b` → a mapping below `copy:`. */
function keyValues({ key, keyAt, value }: Entry, source: SourceFile, actions: ReadonlySet<string>): readonly Finding[] {
  if (value.kind !== 'scalar' || typeof value.value !== 'string' || !actions.has(placeKey(keyAt))) return [];
  const pairs = argWords(value.text)?.map((word) => keyValue(word.text)) ?? [];
  if (pairs.length === 0 || pairs.some((pair) => pair === undefined)) return [];
  const fix = asMapping({ keyAt, key, value, source, pairs: pairs.flatMap((pair) => pair ?? []) });
  return [
    {
      severity: 'warning',
      code: 'key-value-arguments',
      summary: `the arguments of ${key} stand in one string`,
      hint: `write them as a mapping below ${key}:, one a line`,
      at: value.at,
      ...(fix ? { fix } : {}),
    },
  ];
}

interface Pairs {
  readonly key: string;
  readonly keyAt: Entry['keyAt'];
  readonly value: ScalarNode;
  readonly source: SourceFile;
  readonly pairs: readonly { readonly key: string; readonly value: string }[];
}

/** Only a plain string on the line of its key: what else there is may hold comments, or lines of its own. */
function asMapping({ key, keyAt, value, source, pairs }: Pairs): Finding['fix'] | undefined {
  const { text } = source;
  const keyStart = offsetOf(text, keyAt);
  const start = offsetOf(text, value.at);
  const lineStart = text.lastIndexOf('\n', keyStart - 1) + 1;
  const lineEnd = text.indexOf('\n', start) === -1 ? text.length : text.indexOf('\n', start);
  const line = text.slice(start, lineEnd).trimEnd();
  if (line !== value.text || !/^[\s-]*$/.test(text.slice(lineStart, keyStart))) return undefined;
  if (text.slice(keyStart + key.length, start).trim() !== ':') return undefined;
  const indent = ' '.repeat(keyAt.column - 1 + 2);
  const lines = pairs.map((pair) => `${indent}${pair.key}: ${quoted(pair.value)}`);
  return { file: source.path, start: keyStart + key.length, end: start + line.length, text: `:\n${lines.join('\n')}` };
}

/** Values of such arguments are strings: what YAML would take for something else is quoted. */
const quoted = (text: string): string =>
  /^[A-Za-z_./][\w./@+-]*$/.test(text) && typeof plainScalar(text) === 'string' ? text : JSON.stringify(text);
