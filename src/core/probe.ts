/** Questions to a host: a fixed argv and a parser. All live in src/probes, so what check mode may run is one short, reviewable folder. */
import type { Json } from './value.ts';

declare const query: unique symbol;

/** How a remote command ended. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** When the step ran, ms since the epoch: set by the engine for what a module makes of it. */
  readonly began?: number;
  readonly ended?: number;
}

export interface Probe<A, R extends Json> {
  readonly [query]: true;
  readonly name: string;
  argv(args: A): readonly [string, ...string[]];
  /** Throws on an answer it does not recognise: silence is not "blank". */
  parse(out: Output, args: A): R;
}

const defined = new WeakSet<object>();

/** Fixes inference and brands the probe: readers run nothing else. */
export const defineProbe = <A, R extends Json>(probe: Omit<Probe<A, R>, typeof query>): Probe<A, R> => {
  defined.add(probe);
  return Object.freeze(probe) as Probe<A, R>;
};

/** Whether `defineProbe` made it: the fence that readers stand behind. */
export const isProbe = (probe: object): boolean => defined.has(probe);
