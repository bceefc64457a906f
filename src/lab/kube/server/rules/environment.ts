/** Where rules run: CEL with Kubernetes' libraries. A rule's text is read once. */
import { Environment } from '@marcbachmann/cel-js';
import { addLibrary } from './library.ts';
import { addNetworks } from './networks.ts';

const limits = { maxAstNodes: 100_000, maxDepth: 250, maxListElements: 1000, maxMapEntries: 1000, maxCallArguments: 32 };
const base = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits });
addLibrary(base);
addNetworks(base);

/** For checking rules with the types of their schema. */
export const typedEnvironment = (): Environment => base.clone();
const running = base.clone().registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn');

export interface Scope {
  readonly self: unknown;
  /** The value before, or an optional of it. */
  readonly oldSelf?: unknown;
}
type Run = (scope: Scope) => unknown;
const known = new Map<string, Run>();

/** The value of a rule; throws the complaint of a rule that fails or is none. */
export function evaluate(rule: string, scope: Scope): unknown {
  let run = known.get(rule);
  if (!run) {
    run = running.parse(rule) as Run;
    known.set(rule, run);
  }
  return run(scope);
}

const toDuration = running.parse('duration(self)') as Run;
/** A text like `1h30m` as CEL's duration; the text itself when it is none. */
export function durationOf(text: string): unknown {
  try {
    return toDuration({ self: text });
  } catch {
    return text;
  }
}
