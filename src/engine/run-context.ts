/** What every part of one run shares. */
import type { Mode, Ports } from '../core/engine.ts';
import type { RunEvent } from '../core/event.ts';
import type { Plan, Play } from '../core/plan.ts';
import type { HostName, TaskId } from '../core/value.ts';
import type { ReachDefaults } from './endpoint.ts';
import type { LiveInventory } from './enlist.ts';
import type { Handlers } from './handlers.ts';
import type { HostState } from './host-state.ts';
import type { Overlay } from './overlay.ts';
import type { PlayView, RunFacts, Scopes } from './scope.ts';
import type { Slots } from './slots.ts';
import type { Turns } from './turns.ts';

export interface RunContext {
  readonly plan: Plan;
  readonly mode: Mode;
  readonly ports: Ports;
  readonly facts: RunFacts;
  readonly reachDefaults: ReachDefaults;
  readonly states: Map<HostName, HostState>;
  readonly scopes: Scopes;
  readonly inventory: LiveInventory;
  readonly overlay: Overlay;
  /** How many hosts may be at work at once (--forks). */
  readonly slots: Slots;
  readonly turns: Turns;
  emit(event: WithoutTime): void;
}

/** One batch of one play. */
export interface BatchContext extends RunContext {
  readonly play: Play;
  readonly view: PlayView;
  /** Set by meta: end_play and end_batch, and by failures that end the play for everyone. */
  ended: 'no' | 'batch' | 'play' | 'run';
  readonly handlers: Handlers;
  /** throttle: of each task. */
  readonly throttles: Map<TaskId, Slots>;
  /** Tasks of which something was said that need not be said again. */
  readonly told: Set<TaskId>;
}

export type WithoutTime = RunEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;
