/** What can be wrong with a host, as switches that a scenario turns. */

/** An answer instead of the true one. */
export interface Lie {
  readonly code: number;
  readonly stdout: string;
  readonly stderr?: string;
}

export interface Faults {
  /** What a program says instead of the truth; undefined: the truth. */
  readonly lie: (argv: readonly string[]) => Lie | undefined;
  /** Programs that lie. Those that the lab does not have are there to say this. */
  readonly tools: readonly string[];
  /** Extra ms for a piece read from a path or device. */
  readonly slow: (path: string) => number;
  /** Extra ms before a program begins. */
  readonly delay: (argv: readonly string[]) => number;
  /** Nobody is let in. */
  readonly refuseLogin: boolean;
  /** `down`: connections are refused; `silent`: accepted and never answered; `hang`: open ones go on without a byte arriving. */
  readonly link: 'up' | 'down' | 'silent' | 'hang';
}

export const noFaults: Faults = {
  lie: () => undefined,
  tools: [],
  slow: () => 0,
  delay: () => 0,
  refuseLogin: false,
  link: 'up',
};
