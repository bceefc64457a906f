/** Whole playbooks, loaded and run as the command line does, on hosts that are all this machine. */

import { realClock } from '../../../src/cli/clock.ts';
import { languageWith } from '../../../src/cli/language.ts';
import { portsFor } from '../../../src/cli/ports.ts';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import type { Mode, Ports } from '../../../src/core/engine.ts';
import type { HostStats, RunEvent, TaskResult } from '../../../src/core/event.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { run } from '../../../src/engine/run.ts';
import { findModule, modules } from '../../../src/modules/index.ts';
import { compile, type Selection } from '../../../src/plan/index.ts';
import { loadInventory, loadProject } from '../../../src/project/index.ts';
import { type Files, got, inDirectory, line, type More } from '../../project/support.ts';

export interface Settings {
  readonly hosts?: string;
  readonly check?: boolean;
  readonly extraVars?: readonly string[];
  readonly ask?: More['ask'];
  readonly selection?: Selection;
  /** Replaces some of the real ports. */
  readonly ports?: (real: Ports) => Partial<Ports>;
  readonly facts?: { readonly diff?: boolean; readonly limit?: string; readonly forks?: number };
}

export interface Told {
  readonly exitCode: number;
  readonly events: readonly RunEvent[];
  readonly plan: Plan;
  readonly directory: string;
  /** "task host status", in the order in which it happened. */
  readonly story: readonly string[];
  /** What debug showed: "host: message". */
  readonly said: readonly string[];
  readonly stats: { readonly [host: string]: HostStats };
  readonly notices: readonly string[];
  /** The result of a task on a host. */
  result(task: string, host?: string): TaskResult;
}

const HOSTS = 'a ansible_connection=local\nb ansible_connection=local\nc ansible_connection=local\n';

/** Everything loading says, as lines. */
export async function wrongs(files: Files | string, settings: Settings = {}): Promise<readonly string[]> {
  const { diagnostics } = await load(files, settings);
  return diagnostics.map(line);
}

interface LoadedFiles {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly directory: string;
  readonly language: ReturnType<typeof languageWith>;
  readonly redactor: Redactor;
}

async function load(given: Files | string, settings: Settings): Promise<LoadedFiles> {
  const files = typeof given === 'string' ? { 'site.yml': given } : given;
  const directory = inDirectory({ 'hosts.ini': settings.hosts ?? HOSTS, ...files });
  const redactor = new Redactor();
  const language = languageWith((value) => redactor.add(value));
  const options = { engine: language.engine, cwd: directory, onSecret: (value: string) => redactor.add(value) };
  const inventory = await loadInventory(['hosts.ini'], options);
  const names = modules.flatMap((module) => [module.name, ...(module.aliases ?? [])]);
  const project = await loadProject({
    ...options,
    playbooks: ['site.yml'],
    inventory: got(inventory),
    modules: { find: findModule, names },
    extraVars: settings.extraVars ?? [],
    ...(settings.ask ? { ask: settings.ask } : {}),
  });
  const plan = compile(got(project), settings.selection);
  const diagnostics = [...inventory.diagnostics, ...project.diagnostics, ...plan.diagnostics];
  return { plan: got(plan), diagnostics: unique(diagnostics), directory, language, redactor };
}

const unique = (list: readonly Diagnostic[]): readonly Diagnostic[] => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];

/** Runs it; what loading finds wrong is an error of the test. */
export async function told(files: Files | string, settings: Settings = {}): Promise<Told> {
  const { plan, diagnostics, directory, language, redactor } = await load(files, settings);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(line).join('\n'));
  const events: RunEvent[] = [];
  const interrupt = { stop: new AbortController().signal, kill: new AbortController().signal, release: () => {} };
  const made = await portsFor({
    language,
    redactor,
    interrupt,
    home: directory,
    clock: realClock,
    emit: (event) => events.push(event),
  });
  const apply: Mode = {
    is: 'apply',
    hostWriter: (connection) => made.transports.hostWriter(connection),
    kubeWriter: (connection) => made.clusters.kubeWriter(connection),
    registryWriter: (connection) => made.registries.registryWriter(connection),
    storeWriter: (connection) => made.stores.storeWriter(connection),
  };
  const facts = {
    check: settings.check ?? false,
    diff: false,
    verbosity: 0,
    forks: 100,
    version: 'test',
    tags: settings.selection?.tags ?? ['all'],
    skipTags: settings.selection?.skipTags ?? [],
    ...settings.facts,
  };
  try {
    const ports = { ...made.ports, ...settings.ports?.(made.ports) };
    const mode: Mode = settings.check ? { is: 'check', exempt: apply } : apply;
    const exitCode = await run({ plan, mode, ports, facts, playbooks: ['site.yml'] });
    return { exitCode, events, plan, directory, ...summary(events) };
  } finally {
    await made.close();
  }
}

function summary(events: readonly RunEvent[]): Pick<Told, 'story' | 'said' | 'stats' | 'notices' | 'result'> {
  const names = new Map(events.flatMap((event) => (event.type === 'task.start' ? [[event.task.id, event.task.name] as const] : [])));
  const debugs = new Set(events.flatMap((event) => (event.type === 'task.start' && event.task.module === 'debug' ? [event.task.id] : [])));
  const ends = events.flatMap((event) => (event.type === 'host.end' ? [event] : []));
  const last = events.at(-1);
  return {
    story: ends.map(({ where, result }) => `${names.get(where.task)} ${where.host} ${result.status}`),
    said: events.flatMap((event) => {
      if (event.type !== 'item.end' && !(event.type === 'host.end' && event.items === undefined)) return [];
      if (!debugs.has(event.where.task)) return [];
      const output = 'output' in event.result ? (event.result.output as { msg?: unknown } | null) : null;
      if (typeof output !== 'object' || output === null || !('msg' in output)) return [];
      return [`${event.where.host}: ${typeof output.msg === 'string' ? output.msg : JSON.stringify(output.msg)}`];
    }),
    stats: last?.type === 'run.end' ? last.stats : {},
    notices: events.flatMap((event) => (event.type === 'notice' ? [event.text] : [])),
    result(task, host = 'a') {
      const found = ends.findLast(({ where }) => names.get(where.task) === task && where.host === host);
      if (!found) throw new Error(`${task} did not end on ${host}: ${[...names.values()].join(', ')}`);
      return found.result;
    },
  };
}
