/** Scenario files for a command: read, with what is wrong printed. */
import type { Scenario } from '../../lab/scenario/types.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { lineReader } from '../read-line.ts';
import { readScenario } from './read.ts';

/** Undefined after the errors have been told. */
export async function loadScenarios(paths: readonly string[]): Promise<readonly Scenario[] | undefined> {
  const loaded = await Promise.all(paths.map(readScenario));
  const readLine = lineReader();
  for (const { diagnostics } of loaded) for (const one of diagnostics) process.stderr.write(`${renderDiagnostic(one, readLine)}\n`);
  const scenarios = loaded.flatMap(({ value }) => (value ? [value] : []));
  return scenarios.length === loaded.length ? scenarios : undefined;
}

/** Several as one: hosts and faults of all, and of settings the last. */
export function merged(scenarios: readonly Scenario[]): Scenario {
  let all: Scenario = { name: 'plain' };
  for (const one of scenarios)
    all = {
      ...all,
      ...one,
      vars: { ...all.vars, ...one.vars },
      hosts: mergedHosts(all.hosts, one.hosts),
      cluster: mergedCluster(all.cluster, one.cluster),
      ...(all.registry || one.registry ? { registry: mergedRegistry(all.registry, one.registry) } : {}),
      faults: [...(all.faults ?? []), ...(one.faults ?? [])],
    };
  return all;
}

type Hosts = NonNullable<Scenario['hosts']>;
type Cluster = NonNullable<Scenario['cluster']>;

/** A pattern that both name keeps the first's disks beside the second's. */
function mergedHosts(a: Hosts = {}, b: Hosts = {}): Hosts {
  const all: { [pattern: string]: Hosts[string] } = { ...a };
  for (const [pattern, change] of Object.entries(b))
    all[pattern] = { ...all[pattern], ...change, disks: { ...all[pattern]?.disks, ...change.disks } };
  return all;
}

const mergedCluster = (a: Cluster = {}, b: Cluster = {}): Cluster => ({
  ...a,
  ...b,
  objects: [...(a.objects ?? []), ...(b.objects ?? [])],
  manifests: [...(a.manifests ?? []), ...(b.manifests ?? [])],
  patches: [...(a.patches ?? []), ...(b.patches ?? [])],
});

type Registry = NonNullable<Scenario['registry']>;

const mergedRegistry = (a: Registry = {}, b: Registry = {}): Registry => ({
  ...a,
  ...b,
  images: [...(a.images ?? []), ...(b.images ?? [])],
  faults: [...(a.faults ?? []), ...(b.faults ?? [])],
});
