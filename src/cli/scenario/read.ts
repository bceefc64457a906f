/** Scenario files: read, checked, and with their paths made whole. */
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { type Loaded, PbError } from '../../core/diagnostic.ts';
import { scenarioSchema } from '../../lab/scenario/schema.ts';
import type { Scenario, ScenarioFault } from '../../lab/scenario/types.ts';
import { problems as collect } from '../../project/problems.ts';
import { parseYaml } from '../../project/yaml/parse.ts';
import { checked } from './check.ts';

export async function readScenario(path: string): Promise<Loaded<Scenario>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new PbError('args', `cannot read the scenario ${path}: ${error instanceof Error ? error.message : error}`, {
      hint: 'shipped scenarios lie in scenarios/; pb lab scenarios lists them',
    });
  }
  const problems = collect();
  const file = relative(process.cwd(), resolve(path)) || path;
  const [document] = parseYaml({ file, text }, problems);
  if (!document) {
    if (!problems.failed)
      problems.error('scenario-missing', 'the scenario is empty', { at: { file, line: 1, column: 1 }, hint: 'it needs at least name:' });
    return { diagnostics: problems.list };
  }
  const value = checked(document, scenarioSchema, problems);
  return problems.failed
    ? { diagnostics: problems.list }
    : { value: located(value as unknown as Scenario, dirname(resolve(path))), diagnostics: problems.list };
}

/** Short faults written out, paths made absolute. */
function located(scenario: Scenario, folder: string): Scenario {
  const at = (path: string): string => resolve(folder, path);
  const { playbook, inventory, cluster, faults } = scenario;
  return {
    ...scenario,
    ...(playbook === undefined ? {} : { playbook: at(playbook) }),
    ...(inventory === undefined ? {} : { inventory: at(inventory) }),
    ...(cluster?.manifests ? { cluster: { ...cluster, manifests: cluster.manifests.map(at) } } : {}),
    ...(faults
      ? { faults: faults.map((fault: ScenarioFault | string) => (typeof fault === 'string' ? ({ fault } as ScenarioFault) : fault)) }
      : {}),
  };
}
