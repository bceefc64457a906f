/** What a workload is: races between programs that do the same work. */
import type { Job } from './machine/measure.ts';
import type { Peers } from './machine/peers.ts';
import type { Site } from './machine/site.ts';
import type { Fleet } from './machine/sshd.ts';

export interface Contender {
  /** "pb", "floor", "pyinfra" */
  readonly name: string;
  /** Not measured: puts things back to where the work begins. */
  before?(): Promise<void>;
  readonly job: Job;
  /** Throws where the output shows that the work was not done. What it gives is shown below the table. */
  check?(stdout: string): string;
}

/** The first contender is what the others are compared with. */
export interface Race {
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Counts what one run does, for a rate: tasks, templates, objects. */
  readonly amount?: { readonly count: number; readonly of: string };
}

/** What every workload may use; each is made when first asked for. */
export interface Bench {
  readonly quick: boolean;
  readonly site: Site;
  /** Hosts behind real sshd, at least this many. */
  fleet(count: number): Promise<Fleet>;
  /** The peers wanted by --peers that can be had here; undefined: none. */
  peers(): Promise<Peers | undefined>;
  wants(peer: string): boolean;
  /** Run when the bench ends, last first. */
  cleanUp(work: () => Promise<void>): void;
}

export interface Workload {
  readonly id: string;
  readonly title: string;
  races(bench: Bench): AsyncIterable<Race>;
}
