/** Runs the workloads wanted and prints what each took. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { type Options, optionsOf, USAGE } from './options.ts';
import { type Outcome, runRace } from './race.ts';
import { openBench } from './setup.ts';
import { table } from './table.ts';
import { workloads } from './workloads/index.ts';

/** Fulfilled with the exit code: 1 where a contender did not finish. */
export async function main(argv: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = optionsOf(argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message.includes(USAGE) ? '' : `${USAGE}\n`}${(error as Error).message}\n`);
    return 1;
  }
  const unknown = options.only.find((id) => !workloads.some((one) => one.id === id));
  if (unknown !== undefined) {
    process.stderr.write(`there is no workload "${unknown}": ${workloads.map(({ id, title }) => `${id} ${title}`).join(', ')}\n`);
    return 1;
  }
  const wanted = workloads.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  const bench = await openBench(options);
  const stop = (): void => void bench.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const outcomes: (Outcome & { readonly workload: string })[] = [];
  try {
    for (const workload of wanted) {
      try {
        for await (const race of workload.races(bench)) {
          const outcome = await runRace(race, options.rounds, (text) => process.stderr.write(`${workload.id} ${text}\n`));
          outcomes.push({ workload: workload.id, ...outcome });
          process.stdout.write(`${workload.id} ${table(outcome).trimStart()}\n`);
        }
      } catch (error) {
        process.stdout.write(`${workload.id} ${workload.title}: left out: ${(error as Error).message}\n\n`);
      }
    }
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await bench.close();
  }
  const machine = { node: process.version, processors: availableParallelism(), load: loadavg() };
  process.stdout.write(
    `Node ${machine.node}, ${machine.processors} processors, load ${machine.load.map((one) => one.toFixed(1)).join(' ')}\n`,
  );
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ machine, outcomes }, undefined, 2)}\n`);
  return outcomes.some(({ standings }) => standings.some(({ why }) => why !== undefined)) ? 1 : 0;
}
