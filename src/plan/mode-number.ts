/** Modes that YAML read as numbers: `mode: 0644` is 420, and means 0644; `mode: 644` is 644, and means 01204, which nobody wants. */
import type { YamlNode } from '../project/yaml/node.ts';

/** What a literal says, as octal text: undefined where it is no number, or a number that has no leading zero. */
export const writtenOctal = (node: YamlNode): string | undefined =>
  node.kind === 'scalar' && typeof node.value === 'number' && /^0[0-7_]*$/.test(node.text) ? octal(node.value) : undefined;

/**
 * The mode that a number of a variable is, as octal text; undefined where the number must have lost its leading zero: then others may do
 * what the group may not, or somebody may write who may not read.
 */
export function octalOf(value: number): string | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 0o7777) return undefined;
  const [user = 0, group = 0, others = 0] = [6, 3, 0].map((shift) => (value >> shift) & 7);
  const within = (inner: number, outer: number): boolean => (inner & outer) === inner;
  const readable = [user, group, others].every((rights) => (rights & 6) !== 2);
  return readable && within(group, user) && within(others, group) ? octal(value) : undefined;
}

const octal = (value: number): string => value.toString(8).padStart(4, '0');
