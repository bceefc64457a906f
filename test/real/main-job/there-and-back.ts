/** A procedure of the registry there and back on a site with a real API server: checked, run, run again, verified, rolled back, taken away. */
import { expect } from 'vitest';
import type { JsonObject } from '../../../src/core/value.ts';
import { CONFIG_MAP, REGISTRY_CONFIG } from '../../../src/lab/kube/operators/kinds.ts';
import { registry } from '../../lab/operators/rehearsal.ts';
import { failuresOf, type Ran, told } from './pb.ts';
import type { Site } from './site.ts';
import { changes, unknowns } from './streams.ts';

export const pb = (site: Site, command: string, name: string, ...more: readonly string[]): Promise<Ran> =>
  site.pb([command, `playbooks/${name}.yml`, ...site.job.slice(1), '--output', 'json', ...more]);

export function good(ran: Ran): Ran {
  expect(ran.exitCode, JSON.stringify(failuresOf(ran)) + ran.stderr).toBe(0);
  return ran;
}

export interface Journey {
  /** What an uninstallation loses. */
  readonly loses: readonly string[];
  /** How many changes a rollback makes, and an uninstallation. */
  readonly undone?: number;
  readonly takenAway?: number;
}

/** Leaves the registry as it was. */
export async function thereAndBack(site: Site, name: string, { loses, undone = 2, takenAway = loses.length }: Journey): Promise<void> {
  const recorded = async (): Promise<JsonObject> => {
    const { managementState, replicas, rolloutStrategy, storage } =
      (await site.cluster.client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec ?? {};
    return { managementState, replicas, rolloutStrategy, storage } as JsonObject;
  };
  const record = () => site.cluster.client.get(CONFIG_MAP, { name: `pb-before-${name}`, namespace: registry });
  const uninstall = ['--tags', 'uninstall', '-e', JSON.stringify({ confirm_uninstall: loses })];

  const before = await recorded();
  const check = good(await pb(site, 'check', name));
  expect(await record(), 'check writes nothing').toBeUndefined();
  const run = good(await pb(site, 'run', name));
  const [announced, open] = [changes(check.events), unknowns(check.events)];
  for (const [where, change] of changes(run.events)) {
    if (announced.has(where)) expect(change).toEqual(announced.get(where));
    else expect([...open.keys()]).toContain(where);
  }
  expect(await record()).toBeDefined();
  expect(await recorded()).not.toEqual(before);
  expect(changes(good(await pb(site, 'run', name)).events).size).toBe(0);
  expect(changes(good(await pb(site, 'run', name, '--tags', 'verify')).events).size).toBe(0);

  const early = await pb(site, 'run', name, ...uninstall);
  expect(Object.values(failuresOf(early)).map(told)).toEqual([expect.stringMatching(/Roll back first \(--tags rollback\)/)]);

  expect(changes(good(await pb(site, 'run', name, '--tags', 'rollback')).events).size).toBe(undone);
  expect(await recorded()).toEqual(before);
  expect(await record()).toBeUndefined();
  expect(changes(good(await pb(site, 'run', name, ...uninstall)).events).size).toBe(takenAway);
}
