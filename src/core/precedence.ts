/** Where a variable can be defined, weakest first: Ansible's precedence, one array in one file. */
import type { Span } from './diagnostic.ts';
import type { Vars } from './value.ts';

export const PRECEDENCE = [
  'role defaults',
  'inventory group vars',
  'inventory group_vars/all',
  'playbook group_vars/all',
  'inventory group_vars',
  'playbook group_vars',
  'inventory host vars',
  'inventory host_vars',
  'playbook host_vars',
  'facts',
  'play vars',
  'vars_prompt',
  'vars_files',
  'role vars',
  'block vars',
  'task vars',
  'include_vars',
  'set_fact',
  'role params',
  'include params',
  'loop',
  'extra vars',
  'magic',
] as const;

export type Precedence = (typeof PRECEDENCE)[number];

/** Variables of one origin. Of two layers with the same precedence the later wins. */
export interface Layer {
  readonly precedence: Precedence;
  readonly vars: Vars;
  /** Where each name was defined, for `pb vars` and messages. */
  readonly at?: { readonly [name: string]: Span };
  /** What to call it: "group_vars/workers.yml". */
  readonly origin?: string;
}

const rank = new Map<Precedence, number>(PRECEDENCE.map((name, index) => [name, index]));

/** Layers in the order in which they win, weakest first; a stable sort. */
export const byPrecedence = (layers: readonly Layer[]): readonly Layer[] =>
  [...layers].sort((a, b) => (rank.get(a.precedence) ?? 0) - (rank.get(b.precedence) ?? 0));
