/** The variables a task sees on a host: layers in order of precedence, asked name by name, never copied. */

import type { Inventory } from '../core/inventory.ts';
import type { Block, Node, Plan, Play } from '../core/plan.ts';
import { byPrecedence, type Layer, type Precedence } from '../core/precedence.ts';
import { type HostName, LAZY, type Lazy, type Scope, type Value, type Vars } from '../core/value.ts';
import type { ReachDefaults } from './endpoint.ts';
import type { HostState } from './host-state.ts';
import { type MagicSources, magicNames, magicOf, reachedBy } from './magic.ts';

/** Of the run as a whole, shown by magic variables. */
export interface RunFacts {
  readonly check: boolean;
  readonly diff: boolean;
  readonly verbosity: number;
  readonly forks: number;
  readonly version: string;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly limit?: string;
}

export interface PlayView {
  readonly play: Play;
  /** Hosts of the play, of the batch, and those of them still taking part. */
  readonly all: readonly HostName[];
  readonly batch: readonly HostName[];
  active(): readonly HostName[];
  /** What public roles brought in by includes, for the rest of the play. */
  readonly shared: Layer[];
  /** Names of roles that were included so far. */
  readonly includedRoles: string[];
}

export class Scopes {
  readonly #plan: Plan;
  readonly #run: RunFacts;
  readonly #states: ReadonlyMap<HostName, HostState>;
  readonly #defaults: ReachDefaults;
  readonly #views = new Map<string, readonly Layer[]>();
  readonly #orders = new WeakMap<readonly Layer[], Order>();
  #groups: Value;

  constructor(plan: Plan, run: RunFacts & { readonly defaults?: ReachDefaults }, states: ReadonlyMap<HostName, HostState>) {
    this.#plan = plan;
    this.#run = run;
    this.#defaults = run.defaults ?? {};
    this.#states = states;
    this.#groups = Object.fromEntries(plan.inventory.groups) as Value;
  }

  /** The inventory has changed: groups and the hosts' own variables are looked up anew. */
  regroup(inventory: Inventory): void {
    this.#groups = Object.fromEntries(inventory.groups) as Value;
    this.#views.clear();
  }

  /** `extra` are the loop's variables and the like; they win over all but extra vars. */
  of(state: HostState, view: PlayView, node?: Node, extra: Vars = {}): Scope {
    const statics = this.#statics(state, view.play, [...view.shared, ...state.varsFiles, ...(node?.layers ?? [])]);
    const magic = this.#magic(state, view, node);
    return layered(statics, state, { extra, magic, order: this.#order(statics), of: 'task' });
  }

  /** What `hostvars` shows of a host: what it has outside any play. Variables of plays, roles and tasks belong to the host that runs them. */
  #alone(state: HostState, view: PlayView): Scope {
    const statics = this.#base(state, view.play, 'hostvars');
    return layered(statics, state, { extra: {}, magic: this.#magic(state, view), order: this.#order(statics), of: 'hostvars' });
  }

  #statics(state: HostState, play: Play, own: readonly Layer[]): readonly Layer[] {
    const base = this.#base(state, play, 'play');
    return own.length === 0 ? base : byPrecedence([...base, ...own]);
  }

  /** Worked out once for layers that many tasks share. */
  #order(statics: readonly Layer[]): Order {
    let order = this.#orders.get(statics);
    if (!order) {
      order = orderOf(statics);
      this.#orders.set(statics, order);
    }
    return order;
  }

  #base(state: HostState, play: Play, of: 'play' | 'hostvars'): readonly Layer[] {
    const key = `${of}\n${play.id}\n${state.host.name}`;
    const known = this.#views.get(key);
    if (known) return known;
    const beside = this.#plan.playbookLayers(state.host, play.playbookDir);
    const base = byPrecedence([...state.host.layers, ...beside, ...(of === 'play' ? play.layers : []), this.#plan.extraVars]);
    this.#views.set(key, base);
    return base;
  }

  #magic(state: HostState, view: PlayView, node?: Node): MagicSources {
    return {
      plan: this.#plan,
      run: this.#run,
      state,
      view,
      node,
      groups: this.#groups,
      hostvars: () => this.#hostvars(view),
      defaults: this.#defaults,
    };
  }

  /** One entry a host, made when asked for, so that a thousand hosts cost nothing until then. */
  #hostvars(view: PlayView): Lazy {
    return {
      [LAZY]: true,
      // localhost that no inventory names answers by its name, and is in no list
      keys: () => [...this.#states.values()].filter(({ host }) => !host.implicit).map(({ host }) => host.name),
      get: (name) => {
        const state = this.#states.get(name as HostName);
        return state && asDictionary(this.#alone(state, view));
      },
    };
  }
}

/** Variables as a mapping that is asked name by name. */
export const asDictionary = (scope: Scope): Lazy => ({ [LAZY]: true, keys: () => scope.names(), get: (name) => scope.get(name), scope });

const RUNTIME = ['facts', 'include_vars', 'set_fact'] as const satisfies readonly Precedence[];

/** Layers as they are searched, strongest first. */
interface Order {
  readonly strongest: readonly Layer[];
  /** With empty layers where those of the run stand among the static ones. */
  readonly others: readonly Layer[];
}

function orderOf(statics: readonly Layer[]): Order {
  const marks = RUNTIME.map((precedence) => ({ precedence, vars: {} }));
  return {
    strongest: statics.filter((layer) => layer.precedence === 'extra vars'),
    others: byPrecedence([...statics.filter((layer) => layer.precedence !== 'extra vars'), ...marks]).toReversed(),
  };
}

function layered(
  statics: readonly Layer[],
  state: HostState,
  over: { readonly extra: Vars; readonly magic: MagicSources; readonly order: Order; readonly of: 'task' | 'hostvars' },
): Scope {
  const runtime = { facts: state.facts, include_vars: state.included, set_fact: state.assigned };
  const { strongest, others } = over.order;
  const find = (name: string): Value | undefined => {
    const magic = magicOf(name, over.magic);
    if (magic !== undefined) return magic;
    for (const layer of strongest) if (Object.hasOwn(layer.vars, name)) return layer.vars[name];
    if (Object.hasOwn(over.extra, name)) return over.extra[name];
    for (const layer of others) {
      const live = runtime[layer.precedence as keyof typeof runtime];
      if (live) {
        if (live.has(name)) return live.get(name);
        if (layer.precedence === 'facts' && name.startsWith('ansible_') && live.has(name.slice(8))) return live.get(name.slice(8));
        if (layer.precedence === 'include_vars' && state.open && !name.startsWith('ansible_')) return state.open;
      } else if (Object.hasOwn(layer.vars, name)) return layer.vars[name];
    }
    if (over.of === 'hostvars' || !name.startsWith('ansible_')) return undefined;
    return name.startsWith('ansible_ssh_') ? find(name.replace('ssh_', '')) : reachedBy(name, over.magic);
  };
  const names = function* (): Iterable<string> {
    const seen = new Set<string>(Object.keys(over.extra));
    for (const layer of statics) for (const name of Object.keys(layer.vars)) seen.add(name);
    for (const live of [state.included, state.assigned]) for (const name of live.keys()) seen.add(name);
    for (const name of state.facts.keys()) seen.add(`ansible_${name}`);
    for (const name of magicNames(over.magic, over.of === 'hostvars')) seen.add(name);
    yield* seen;
  };
  const scope: Scope = {
    get: (name) => (name === 'vars' ? asDictionary(scope) : find(name)),
    names,
  };
  return scope;
}

/** Every task below a node, for marking what a skipped include or block held. */
export function* tasksIn(nodes: readonly Node[]): Iterable<Exclude<Node, Block>> {
  for (const node of nodes) {
    if (node.kind === 'block') yield* tasksIn([...node.block, ...node.rescue, ...node.always]);
    else yield node;
  }
}
