/** Every place where a host's variables are defined, weakest first: what `pb vars` shows and `pb lint` knows as defined. */
import type { Span } from '../../core/diagnostic.ts';
import type { Node, Plan, Play } from '../../core/plan.ts';
import { type Layer, PRECEDENCE, type Precedence } from '../../core/precedence.ts';
import { type HostName, Template, type Value } from '../../core/value.ts';

export interface Definition {
  readonly name: string;
  /** Undefined where only a run gives it: a registered result. */
  readonly value?: Value;
  readonly precedence: Precedence;
  readonly at?: Span;
  readonly origin?: string;
  /** The play, role, block or task outside which it does not hold; left out where it holds in every play. */
  readonly within?: string;
}

/** What every play sees: inventory, group_vars and host_vars, extra variables. */
export function everywhere(plan: Plan, host: HostName): readonly Definition[] {
  return sorted(layersEverywhere(plan, host).flatMap((layer) => definitions(layer, undefined)));
}

export function layersEverywhere({ inventory, playbookLayers, playbookDir, extraVars }: Plan, name: HostName): readonly Layer[] {
  const host = inventory.hosts.get(name) ?? { name, groups: [], layers: [] };
  return [...host.layers, ...playbookLayers(host, playbookDir), extraVars];
}

/** What the plays that target the host add; includes are not followed, as a run alone knows which they are. */
export function inPlays(plan: Plan, host: HostName): readonly Definition[] {
  return sorted(plan.plays.filter((play) => play.hosts.includes(host)).flatMap(inPlay));
}

export function inPlay(play: Play): readonly Definition[] {
  const where = `play ${play.name}`;
  const seen = new Set<string>();
  const fresh = (list: readonly Definition[]): readonly Definition[] =>
    list.filter((one) => {
      // a role's variables stand in the layers of each of its tasks, and in those of the play
      const key = JSON.stringify([one.name, one.precedence, one.at ?? one.origin]);
      const known = seen.has(key);
      seen.add(key);
      return !known;
    });
  return [
    ...fresh(play.layers.flatMap((layer) => definitions(layer, where))),
    ...[...play.sections.flat(), ...play.handlers].flatMap((node) => fresh(inNode(node))),
  ];
}

function inNode(node: Node): readonly Definition[] {
  const where = placeOf(node);
  const own = node.layers.flatMap((layer) => definitions(layer, where));
  if (node.kind === 'block') return [...own, ...[...node.block, ...node.rescue, ...node.always].flatMap(inNode)];
  if (node.kind === 'meta') return own;
  const later = `after ${where}`;
  const made: Definition[] = [...own];
  if (node.register !== undefined)
    made.push({ name: node.register, precedence: 'set_fact', at: node.at, within: later, origin: 'register' });
  if (node.kind === 'module' && node.module.assigns)
    for (const [name, value] of Object.entries(node.args))
      if (name !== 'cacheable') made.push({ name, value: value as Value, precedence: 'set_fact', at: node.argsAt, within: later });
  return made;
}

function placeOf(node: Node): string {
  const kind = node.kind === 'block' ? (node.roleRoot ? 'role' : 'block') : 'task';
  const name = node.name instanceof Template ? node.name.source : (node.name ?? node.id);
  return node.role && kind !== 'role' ? `${kind} ${name} of role ${node.role.name}` : `${kind} ${name}`;
}

const definitions = (layer: Layer, within: string | undefined): readonly Definition[] =>
  Object.entries(layer.vars).map(([name, value]) => {
    const at = layer.at?.[name];
    return {
      name,
      value,
      precedence: layer.precedence,
      ...(at === undefined ? {} : { at }),
      ...(layer.origin === undefined ? {} : { origin: layer.origin }),
      ...(within === undefined ? {} : { within }),
    };
  });

export const rankOf = (precedence: Precedence): number => PRECEDENCE.indexOf(precedence) + 1;

const sorted = (list: readonly Definition[]): readonly Definition[] =>
  [...list].sort((a, b) => rankOf(a.precedence) - rankOf(b.precedence));

/** Why the last of these, weakest first, wins over the one before it; one sentence. */
export function whyLast(list: readonly Definition[]): string {
  const [second, winner] = list.slice(-2);
  if (!winner || !second) return 'it is the only definition';
  const { precedence } = winner;
  if (second.precedence !== precedence)
    return `${precedence} (rank ${rankOf(precedence)} of ${PRECEDENCE.length}) win over ${second.precedence} (rank ${rankOf(second.precedence)})`;
  if (precedence.includes('group'))
    return `both are ${precedence}: of two groups the deeper one wins, then the higher ansible_group_priority, then the later in the alphabet; of two files of one group the later`;
  return `both are ${precedence}: the later one wins`;
}
