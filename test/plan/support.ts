/** A plan as lines, for tests. */
import type { Node, Plan } from '../../src/core/plan.ts';
import { byPrecedence, type Layer } from '../../src/core/precedence.ts';
import { resolveNow } from '../../src/core/resolve.ts';
import type { Resolved } from '../../src/core/value.ts';
import { nameText } from '../../src/plan/select.ts';
import { layerScope } from '../../src/project/vars/scope.ts';

/** Every node, blocks before what they hold. */
export const flat = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((node) => (node.kind === 'block' ? [node, ...flat([...node.block, ...node.rescue, ...node.always])] : [node]));

export const allNodes = (plan: Plan): readonly Node[] => plan.plays.flatMap((play) => flat([...play.sections.flat(), ...play.handlers]));

export const ids = (plan: Plan): readonly string[] => allNodes(plan).map((node) => node.id);

export function named(plan: Plan, name: string): Node {
  const found = allNodes(plan).find((node) => nameText(node.name) === name && node.kind !== 'block');
  if (!found) throw new Error(`no task ${name} among ${ids(plan).join(', ')}`);
  return found;
}

export function task(plan: Plan, name: string): Extract<Node, { kind: 'module' }> {
  const found = named(plan, name);
  if (found.kind !== 'module') throw new Error(`${name} is ${found.kind}`);
  return found;
}

/** What the layers of a node come to, play and extra variables included. */
export function seen(plan: Plan, node: Node): { readonly [name: string]: Resolved } {
  const layers: readonly Layer[] = [...(plan.plays[0]?.layers ?? []), ...node.layers, plan.extraVars];
  const scope = layerScope(byPrecedence(layers));
  return Object.fromEntries([...scope.names()].map((name) => [name, resolveNow(scope.get(name) ?? null, scope)]));
}
