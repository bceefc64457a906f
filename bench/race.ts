/** Runs the contenders of a race in alternation, so that a machine that slows down slows them all. */
import { measure } from './machine/measure.ts';
import type { Contender, Race } from './workload.ts';

export interface Figures {
  /** s */
  readonly wall: number;
  /** s of processor time of the controller's processes */
  readonly cpu: number;
  /** MiB of the controller's processes */
  readonly peak: number;
}

export interface Standing {
  readonly name: string;
  /** Medians. Missing where it could not do the work: `why`. */
  readonly took?: Figures;
  /** The first contender's share: below 1 it was faster than this one. Medians of the ratios round by round. */
  readonly ratio?: Figures;
  /** What it measured itself, in the last round. */
  readonly note?: string;
  readonly why?: string;
}

export interface Outcome {
  readonly title: string;
  readonly rounds: number;
  readonly standings: readonly Standing[];
  readonly amount?: Race['amount'];
}

export async function runRace(race: Race, rounds: number, tell: (text: string) => void): Promise<Outcome> {
  const runs = new Map<Contender, Figures[]>(race.contenders.map((one) => [one, []]));
  const failed = new Map<Contender, string>();
  const notes = new Map<Contender, string>();
  for (let round = 0; round < rounds; round++) {
    for (const one of race.contenders) {
      if (failed.has(one)) continue;
      tell(`${race.title}: ${one.name}, round ${round + 1} of ${rounds}`);
      try {
        await one.before?.();
        const { stdout, ...took } = await measure(one.job);
        const note = one.check?.(stdout);
        if (note !== undefined) notes.set(one, note);
        runs.get(one)?.push(took);
      } catch (error) {
        failed.set(one, (error as Error).message);
      }
    }
  }
  const [first] = race.contenders;
  const base = (first && runs.get(first)) ?? [];
  const standings = race.contenders.map((one): Standing => {
    const why = failed.get(one);
    if (why !== undefined) return { name: one.name, why };
    const own = runs.get(one) ?? [];
    const ratios = own.flatMap((took, round) => {
      const ours = base[round];
      return ours === undefined ? [] : [{ wall: ours.wall / took.wall, cpu: ours.cpu / took.cpu, peak: ours.peak / took.peak }];
    });
    const note = notes.get(one);
    return {
      ...{ name: one.name, took: medians(own) },
      ...(one === first || ratios.length === 0 ? {} : { ratio: medians(ratios) }),
      ...(note === undefined ? {} : { note }),
    };
  });
  return { title: race.title, rounds, standings, ...(race.amount ? { amount: race.amount } : {}) };
}

const medians = (runs: readonly Figures[]): Figures => ({
  wall: median(runs.map(({ wall }) => wall)),
  cpu: median(runs.map(({ cpu }) => cpu)),
  peak: median(runs.map(({ peak }) => peak)),
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
