/** What an evaluation is given by the engine it belongs to. */
import type { Scope } from '../../core/value.ts';
import type { V } from '../value/model.ts';
import type { Frame, Unit } from './frame.ts';
import type { Page } from './layout.ts';

export interface Limits {
  /** Loop rounds, calls and list items one evaluation may spend. */
  readonly steps: number;
  /** How deep macros, includes and variables may lead into each other. */
  readonly depth: number;
}

export interface Services {
  readonly limits: Limits;
  /** ms since the epoch. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** `range`, `lookup` and the other names the language brings; a variable of the same name hides them. */
  global(name: string, frame: Frame): V | undefined;
  applyFilter(name: string, frame: Frame, positional: readonly V[], named?: ReadonlyMap<string, V>): V;
  applyTest(name: string, frame: Frame, positional: readonly V[], named?: ReadonlyMap<string, V>): V;
  /** The result of a lookup; throws PendingLookup until it has answered. */
  lookup(name: string, frame: Frame, terms: readonly V[], options: ReadonlyMap<string, V>): readonly V[];
  /** A template file that `from` names, compiled; undefined when there is none. */
  load(name: string, from: Unit, scope: Scope): { readonly page: Page; readonly unit: Unit } | undefined;
}
