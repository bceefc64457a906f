/** YAML as a tree in which every key and scalar knows its place. */
import type { Span } from '../../core/diagnostic.ts';

export interface ScalarNode {
  readonly kind: 'scalar';
  /** As PyYAML reads it; the text itself under `!vault` and `!unsafe`. */
  readonly value: null | boolean | number | string | Date;
  /** As written, unquoted. */
  readonly text: string;
  readonly tag?: 'vault' | 'unsafe';
  readonly at: Span;
  /** Where the text begins: inside the quotes, or on the first line of a block. */
  readonly textAt: Span;
  /** `|` or `>`: its later lines begin where the first does. */
  readonly block?: true;
}

export interface SeqNode {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
  readonly unsafe?: boolean;
  readonly at: Span;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly unsafe?: boolean;
  readonly at: Span;
}

export interface Entry {
  readonly key: string;
  /** Of a key that is no text: what it is. */
  readonly keyValue?: number | boolean | null;
  readonly keyAt: Span;
  readonly value: YamlNode;
}

export type YamlNode = ScalarNode | SeqNode | MapNode;

/** How messages call a node's type. */
export function typeName(node: YamlNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'seq') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'boolean') return `the boolean ${node.value}`;
  if (typeof node.value === 'number') return `the number ${node.text}`;
  return node.value instanceof Date ? `the date ${node.text}` : 'a string';
}

export const isNull = (node: YamlNode | undefined): boolean => node === undefined || (node.kind === 'scalar' && node.value === null);

export const entry = (map: MapNode, key: string): Entry | undefined => map.entries.find((item) => item.key === key);

/** The value of a key; undefined where it is missing. */
export const child = (map: MapNode, key: string): YamlNode | undefined => entry(map, key)?.value;

/** The text of a scalar that is a string (numbers and booleans as written); undefined otherwise. */
export const textOf = (node: YamlNode | undefined): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? node.text : undefined;

/** The items of a list, or the one value alone: how Ansible reads keywords that take a list. */
export const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] =>
  node === undefined || isNull(node) ? [] : node.kind === 'seq' ? node.items : [node];
