/** A shipped procedure in a lab of its own, run after run: as it is, verified, rolled back, taken away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { fleetOf, startShaped } from '../../src/cli/lab/shape.ts';
import { languageWith } from '../../src/cli/language.ts';
import { loadPlan } from '../../src/cli/load.ts';
import { NO_FLAGS } from '../../src/cli/options.ts';
import { rehearsalClock } from '../../src/cli/rehearse/clock.ts';
import { rehearseRun } from '../../src/cli/rehearse/run.ts';
import { loadScenarios, merged } from '../../src/cli/scenario/load.ts';
import { Redactor } from '../../src/core/secret.ts';
import { isObject, type JsonObject } from '../../src/core/value.ts';
import { REGISTRY_CONFIG } from '../../src/lab/kube/operators/kinds.ts';
import { type Client, openClient } from '../../src/lab/kube/operators/toolkit/client.ts';
import { changes, departures, type FailedOn, failures, failureText } from '../../src/lab/rehearsal/compare.ts';
import type { Ran } from '../../src/lab/rehearsal/judge.ts';

const SPEED = 600;
const RECORDED = ['managementState', 'replicas', 'rolloutStrategy', 'storage'] as const;

export interface How {
  /** Another than the lab's own, by its name. */
  readonly playbook?: string;
  /** Of the playbook; without it the procedure itself. */
  readonly tag?: 'verify' | 'rollback' | 'uninstall';
  /** Beside the scenario's. */
  readonly vars?: JsonObject;
}

export interface Procedure {
  readonly client: Client;
  /** Check, then run: both go well, and the run does what check said. Gives how much it changed. */
  goes(how?: How): Promise<number>;
  /** What a run that changes nothing prints. */
  tells(how: How): Promise<string>;
  /** The run fails; what it says, and how much it had changed. */
  refuses(how: How): Promise<{ readonly task: string; readonly says: string; readonly changed: number }>;
  /** What a rollback has to bring back. */
  registry(): Promise<{ readonly [field in (typeof RECORDED)[number]]: unknown }>;
}

/** The playbook of that name in the lab of the scenario of that name. The lab is gone when the test ends. */
export async function procedure(name: string): Promise<Procedure> {
  const base = await loadScenarios([`scenarios/${name}.yml`]);
  if (!base) throw new Error(`no scenario ${name}`);
  const site = merged(base);
  const folder = await mkdtemp(join(tmpdir(), 'pb-procedure-'));
  const abort = new AbortController();
  const load = async ({ playbook = name, tag, vars = {} }: How = {}) => {
    const playbooks = [`playbooks/${playbook}.yml`];
    const redactor = new Redactor();
    const language = languageWith((value) => redactor.add(value));
    const flags = {
      ...{ ...NO_FLAGS, inventory: ['inventory'], tags: tag ? [tag] : [] },
      extraVars: [JSON.stringify({ ...site.vars, ...vars })],
    };
    const { plan, diagnostics } = await loadPlan(playbooks, flags, { engine: language.engine, vault: [], redactor });
    if (!plan) throw new Error(diagnostics.map(({ summary }) => summary).join('\n'));
    return { plan, playbooks, flags, version: 'test', redactor, language, reachDefaults: {}, clock: rehearsalClock(SPEED) };
  };
  const { plan } = await load();
  const lab = await startShaped(fleetOf(plan.inventory), site, { folder, speed: SPEED, controller: { user: 'tester' } });
  const client = await openClient({ kubeconfig: lab.files.kubeconfig }, abort.signal);
  onTestFinished(async () => {
    client.close();
    abort.abort();
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const run = async (how: How, check = false): Promise<Ran> => rehearseRun(await load(how), lab, { check, stop: abort.signal });
  return {
    client,
    async goes(how = {}) {
      const what = how.tag ?? 'the run';
      const check = await run(how, true);
      expect(failures(check.events).map(said), `check of ${what}`).toEqual([]);
      const ran = await run(how);
      expect(failures(ran.events).map(said), what).toEqual([]);
      expect(departures(check.events, ran.events), what).toEqual([]);
      expect([check.exitCode, ran.exitCode], what).toEqual([0, 0]);
      return changes(ran.events).size;
    },
    async tells(how) {
      const { events } = await run(how);
      expect([failures(events).map(said), changes(events).size]).toEqual([[], 0]);
      const results = events.flatMap((event) => (event.type === 'host.end' ? [event.result] : []));
      return results.map((result) => ('output' in result && isObject(result.output) ? result.output['msg'] : '') ?? '').join('\n');
    },
    async refuses(how) {
      const ran = await run(how);
      const [first] = failures(ran.events);
      expect(ran.exitCode, `${how.tag} was to be refused`).toBe(2);
      return { task: first?.task ?? '', says: first ? failureText(first) : '', changed: changes(ran.events).size };
    },
    async registry() {
      const spec = (await client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec;
      return Object.fromEntries(RECORDED.map((field) => [field, spec?.[field]])) as Awaited<ReturnType<Procedure['registry']>>;
    },
  };
}

const said = (one: FailedOn): string => `"${one.task}" on ${one.host}: ${failureText(one)}`;
