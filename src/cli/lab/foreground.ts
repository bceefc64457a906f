/** A lab in this process, until it is told to end. */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Redactor } from '../../core/secret.ts';
import type { Lab } from '../../lab/lab.ts';
import { taskOf } from '../../lab/scenario/triggers.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import type { RunFlags } from '../options.ts';
import { lineReader } from '../read-line.ts';
import { loadScenarios, merged } from '../scenario/load.ts';
import { vaultPasswords } from '../vault-passwords.ts';
import { builtinFleet, type Fleet, loadFleet, startShaped } from './shape.ts';
import { type LabState, stateFile } from './state.ts';

export interface UpFlags extends Pick<RunFlags, 'inventory' | 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'> {
  readonly scenario: readonly string[];
  readonly speed: number;
}

export async function inForeground(folder: string, flags: UpFlags): Promise<number> {
  const scenarios = await loadScenarios(flags.scenario);
  if (!scenarios) return 1;
  const scenario = merged(scenarios);
  const sources = inventoryOf(flags.inventory, scenario.inventory);
  const fleet = await fleetFrom(sources, flags);
  if (!fleet) return 1;
  const waiting = (scenario.faults ?? []).filter((fault) => taskOf(fault) !== undefined);
  if (waiting.length > 0)
    process.stderr.write('warning: faults that wait for a task begin in pb rehearse only, which knows when tasks begin\n');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ended = untilTold();
  const lab = await startShaped(fleet, scenario, { folder, speed: flags.speed, log: (line) => process.stderr.write(`${line}\n`) });
  lab.beginFaults();
  const state = stateOf(lab, { sources, flags });
  await writeFile(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  // A parent that started this in the background waits for it; a person reads it.
  if (process.send) process.send(state);
  else process.stdout.write(`The lab is up: ${lab.hosts.size} hosts, ${lab.api}; Ctrl-C ends it. In another terminal: pb lab status\n`);
  await ended;
  await lab.stop();
  await rm(stateFile(folder), { force: true });
  return 0;
}

/** What was asked for, else the scenario's, else ./inventory where there is one. */
function inventoryOf(given: readonly string[], own: string | undefined): readonly string[] {
  if (given.length > 0) return given.map((source) => (source.includes(',') ? source : resolve(source)));
  if (own !== undefined) return [own];
  return existsSync('inventory') ? [resolve('inventory')] : [];
}

async function fleetFrom(sources: readonly string[], flags: UpFlags): Promise<Fleet | undefined> {
  if (sources.length === 0) return builtinFleet();
  const redactor = new Redactor();
  const onSecret = (value: string): void => redactor.add(value);
  const { fleet, diagnostics } = await loadFleet(sources, await vaultPasswords(flags, onSecret), onSecret);
  const readLine = lineReader();
  for (const one of diagnostics) process.stderr.write(`${redactor.text(renderDiagnostic(one, readLine))}\n`);
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : fleet;
}

const stateOf = (lab: Lab, { sources, flags }: { readonly sources: readonly string[]; readonly flags: UpFlags }): LabState => ({
  ...{ pid: process.pid, since: new Date().toISOString(), api: lab.api, speed: flags.speed },
  ...{ inventory: sources, scenario: flags.scenario, hosts: [...lab.hosts.keys()], files: lab.files },
});

const untilTold = (): Promise<void> =>
  new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve());
  });
