/** What real hosts were asked and lab hosts are asked again. */
import type { Probe } from '../../../../src/core/probe.ts';
import type { Json } from '../../../../src/core/value.ts';

/** `$D` in a word is the disk. A question of a probe's is kept by the probe's name and arguments: its script may be reworded. */
export interface Question {
  readonly argv: readonly string[];
  readonly probe?: { readonly name: string; readonly args: unknown };
}

export interface Situation {
  readonly name: string;
  readonly as: 'root' | 'core';
  /** Shell: brings it about. `after` undoes what a blank disk does not. */
  readonly before: string;
  readonly after?: string;
  /** The lab gets there by `before` too; else recorded-world.ts has that world. */
  readonly byShell?: true;
  /** None, the one for data, or the read-only one. */
  readonly disk?: 'data' | 'locked';
  /** Asked where a systemd runs. */
  readonly systemd?: true;
  readonly looks: readonly Question[];
  /** Each of them begins with the situation made anew, and ends with a look at what has become of it. */
  readonly acts: readonly Question[];
  readonly afterwards?: Question;
}

export const say = (...argv: readonly string[]): Question => ({ argv });
export const sh = (script: string, ...args: readonly string[]): Question => ({ argv: ['sh', '-c', script, ...args] });
export const ask = <A>(probe: Probe<A, Json>, args: A): Question => ({ argv: probe.argv(args), probe: { name: probe.name, args } });
