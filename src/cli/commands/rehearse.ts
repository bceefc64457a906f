/** `pb rehearse`: the playbook on a lab shaped like the inventory, as it is, under faults and interrupted; ends with a verdict table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { Redactor } from '../../core/secret.ts';
import type { Verdict } from '../../lab/rehearsal/judge.ts';
import type { Scenario } from '../../lab/scenario/types.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { styleFor } from '../../report/style.ts';
import { onInterrupt } from '../interrupt.ts';
import { type Fleet, fleetOf, startShaped } from '../lab/shape.ts';
import { languageWith } from '../language.ts';
import { loadPlan } from '../load.ts';
import type { RunFlags } from '../options.ts';
import { reachDefaults } from '../reach-defaults.ts';
import { lineReader } from '../read-line.ts';
import { rehearsalClock } from '../rehearse/clock.ts';
import type { Rehearsed } from '../rehearse/run.ts';
import { verdictTable } from '../rehearse/table.ts';
import { cutName, cutsOf, faultTrial, interruptTrial, plainTrial, type Stage } from '../rehearse/trials.ts';
import { loadScenarios, merged } from '../scenario/load.ts';
import { chosenFaults, shippedSites } from '../scenario/shipped.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export interface RehearseFlags extends RunFlags {
  readonly faults?: string;
  readonly interrupt: boolean;
  readonly speed: number;
  /** Of the site as it is: a recording, or changes to the fleet. Without any, what comes with pb for a shipped playbook. */
  readonly scenario: readonly string[];
}

/** Of a table that goes to a file or pipe. */
const COLUMNS = 120;

interface Site {
  readonly what: Rehearsed;
  readonly fleet: Fleet;
  readonly speed: number;
}

export async function rehearseCommand(playbooks: readonly string[], flags: RehearseFlags, version: string): Promise<number> {
  const sites = flags.scenario.length > 0 ? flags.scenario : shippedSites(playbooks);
  const base = await loadScenarios(sites);
  const chosen = await loadScenarios(flags.faults === undefined ? [] : await chosenFaults(flags.faults, playbooks));
  if (!base || !chosen) return 1;
  const site = await siteLoader(playbooks, flags, version);
  const plain = await site(base);
  if (!plain) return 1;
  const folder = await mkdtemp(join(tmpdir(), 'pb-rehearsal-'));
  const interrupt = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
  const style = styleFor(process.stdout, process.env);
  const tell = (line: string): void => void process.stdout.write(`${style.dim(`… ${line}`)}\n`);
  const controller = { user: userInfo().username };
  const stageOf = ({ what, fleet, speed }: Site): Stage => ({
    ...{ what, tell, stop: interrupt.stop, matching: fleet.matching },
    lab: (scenarios) => startShaped(fleet, merged(scenarios), { folder, speed, controller }),
  });
  const verdicts: Verdict[] = [];
  for (const one of base) tell(`site: ${one.name}`);
  try {
    const stage = stageOf(plain);
    const { verdict, run } = await plainTrial(stage, base);
    verdicts.push(verdict);
    for (const scenario of chosen) {
      if (interrupt.stop.aborted) break;
      const own = await site([...base, scenario]);
      if (!own) return 1;
      const expectation = scenario.playbook !== undefined && playbooks.some((name) => basename(name) === basename(scenario.playbook ?? ''));
      const judged = await held(scenario.name, () => faultTrial(stageOf(own), base, { scenario, expectation }));
      // Cut short by Ctrl-C it says nothing of the playbook.
      if (!interrupt.stop.aborted) verdicts.push(judged);
    }
    for (const cut of flags.interrupt && verdict.good ? cutsOf(run) : []) {
      if (interrupt.stop.aborted) break;
      const judged = await held(cutName(cut), () => interruptTrial(stage, base, cut));
      if (!interrupt.stop.aborted) verdicts.push(judged);
    }
  } finally {
    interrupt.release();
    await rm(folder, { recursive: true, force: true });
  }
  const heading = {
    ...{ playbooks, version, inventory: flags.inventory, hosts: plain.fleet.hosts.length, speed: flags.speed },
    at: new Date().toISOString(),
  };
  process.stdout.write(`\n${verdictTable(verdicts, heading, { style, columns: process.stdout.columns ?? COLUMNS })}\n`);
  if (interrupt.stop.aborted) return 130;
  return verdicts.every(({ good }) => good) ? 0 : 2;
}

/** A trial that cannot be held is told in its row: the others' results are not lost with it. */
async function held(trial: string, hold: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await hold();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { trial, good: false, outcome: 'could not be held', wrong: [why] };
  }
}

/** Loads the plan with the scenarios' variables; tells what is wrong and gives nothing then. */
async function siteLoader(
  playbooks: readonly string[],
  flags: RehearseFlags,
  version: string,
): Promise<(scenarios: readonly Scenario[]) => Promise<Site | undefined>> {
  const redactor = new Redactor();
  const onSecret = (value: string): void => redactor.add(value);
  const vault = await vaultPasswords(flags, onSecret);
  const defaults = await reachDefaults(flags, onSecret);
  const readLine = lineReader();
  return async (scenarios) => {
    const language = languageWith(onSecret, vault);
    const { vars = {}, speed: most = flags.speed } = merged(scenarios);
    const speed = Math.min(flags.speed, most);
    const extraVars = Object.keys(vars).length > 0 ? [...flags.extraVars, JSON.stringify(vars)] : flags.extraVars;
    const { plan, diagnostics } = await loadPlan(playbooks, { ...flags, extraVars }, { engine: language.engine, vault, redactor });
    for (const one of diagnostics) process.stderr.write(`${redactor.text(renderDiagnostic(one, readLine))}\n`);
    if (!plan || diagnostics.some(({ severity }) => severity === 'error')) return undefined;
    return {
      what: { plan, playbooks, flags, version, redactor, language, reachDefaults: defaults, clock: rehearsalClock(speed) },
      ...{ fleet: fleetOf(plan.inventory), speed },
    };
  };
}
