/** Files that a run would include, loaded now where their names are known: their faults count as well. */
import { type Diagnostic, PbError } from '../../core/diagnostic.ts';
import type { Include, Node, Plan, Play } from '../../core/plan.ts';
import { isObject, Template, type Value } from '../../core/value.ts';
import { loadInclude } from '../../plan/index.ts';

export interface Followed {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  /** Includes whose file only a run knows. */
  readonly unknown: readonly Include[];
}

/** An include may include itself under a condition: each is followed this deep at most. */
const DEEPEST = 20;

export async function followed(plan: Plan): Promise<Followed> {
  const diagnostics: Diagnostic[] = [];
  const unknown: Include[] = [];
  const seen = new Set<string>();

  async function nodes(list: readonly Node[], into: Play, depth: number): Promise<{ nodes: readonly Node[]; play: Play }> {
    let play = into;
    const made: Node[] = [];
    const inside = async (items: readonly Node[]): Promise<readonly Node[]> => {
      const answer = await nodes(items, play, depth);
      play = answer.play;
      return answer.nodes;
    };
    for (const node of list) {
      if (node.kind === 'block')
        made.push({ ...node, block: await inside(node.block), rescue: await inside(node.rescue), always: await inside(node.always) });
      else made.push(node);
      if (node.kind !== 'include') continue;
      const found = await load(node, depth);
      if (!found) continue;
      play = { ...play, handlers: [...play.handlers, ...found.handlers], layers: [...play.layers, ...found.layers] };
      const answer = await nodes(found.nodes, play, depth + 1);
      play = answer.play;
      made.push(...answer.nodes);
    }
    return { nodes: made, play };
  }

  async function load(node: Include, depth: number) {
    if (hasTemplate(node.args)) {
      unknown.push(node);
      return undefined;
    }
    const key = JSON.stringify([node.at, node.args]);
    if (seen.has(key) || depth > DEEPEST) return undefined;
    seen.add(key);
    try {
      const found = await loadInclude(node, node.args as Parameters<typeof loadInclude>[1]);
      diagnostics.push(...found.warnings);
      return found;
    } catch (error) {
      if (!(error instanceof PbError)) throw error;
      const listed = error.details['diagnostics'];
      diagnostics.push(...(Array.isArray(listed) ? (listed as Diagnostic[]) : [asDiagnostic(error, node)]));
      return undefined;
    }
  }

  const plays: Play[] = [];
  for (const one of plan.plays) {
    let play = one;
    const sections: (readonly Node[])[] = [];
    for (const section of one.sections) {
      const answer = await nodes(section, play, 0);
      sections.push(answer.nodes);
      play = answer.play;
    }
    const handlers = await nodes(play.handlers, play, 0);
    plays.push({ ...handlers.play, sections, handlers: handlers.nodes });
  }
  return { plan: { ...plan, plays }, diagnostics, unknown };
}

const asDiagnostic = (error: PbError, node: Include): Diagnostic => ({
  severity: 'error',
  code: 'include',
  summary: error.message,
  at: error.at ?? node.at,
  ...(error.hint === undefined ? {} : { hint: error.hint }),
});

function hasTemplate(value: Value): boolean {
  if (value instanceof Template) return true;
  if (Array.isArray(value)) return value.some((item: Value) => hasTemplate(item));
  return isObject(value) && Object.values(value).some((item) => hasTemplate(item as Value));
}

/** Every node of a play, blocks opened. */
export function nodesOf(play: Play): readonly Node[] {
  const open = (node: Node): readonly Node[] =>
    node.kind === 'block' ? [node, ...[...node.block, ...node.rescue, ...node.always].flatMap(open)] : [node];
  return [...play.sections.flat(), ...play.handlers].flatMap(open);
}
