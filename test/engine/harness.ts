/** Plans by hand, and a run of them over a World with a clock that only sleeping moves. */
import type { Mode, Ports } from '../../src/core/engine.ts';
import type { RunEvent } from '../../src/core/event.ts';
import type { AnyModule, HostConnection } from '../../src/core/module.ts';
import type { Block, ModuleTask, Node, Plan, Play } from '../../src/core/plan.ts';
import { Redactor } from '../../src/core/secret.ts';
import { type Expression, type HostName, type Resolved, type Scope, type TaskId, Template, type Value } from '../../src/core/value.ts';
import { run } from '../../src/engine/run.ts';
import type { World } from './world.ts';

const at = { file: 'play.yml', line: 1, column: 1 };

/** A template or condition as a function of the scope. */
export const expr = (source: string, value: (scope: Scope) => Resolved): Expression => ({
  source,
  at,
  value,
  holds: (scope) => value(scope) as boolean,
});
export const tpl = (source: string, value: (scope: Scope) => Resolved): Template =>
  new (class extends Template {
    readonly source = source;
    readonly at = at;
    eval = value;
  })();

let count = 0;
const base = { at, tags: [], when: [], layers: [], settings: { environment: [] } };

export const task = (module: AnyModule, args: { [name: string]: Value | Expression }, more: Partial<ModuleTask> = {}): ModuleTask => ({
  ...base,
  kind: 'module',
  id: `t${++count}` as TaskId,
  name: module.name,
  module,
  as: module.name,
  args,
  argsAt: at,
  notify: [],
  ...more,
});

export const block = (nodes: readonly Node[], more: Partial<Block> = {}): Block => ({
  ...base,
  kind: 'block',
  id: `b${++count}` as TaskId,
  block: nodes,
  rescue: [],
  always: [],
  ...more,
});

export const play = (hosts: readonly string[], tasks: readonly Node[], more: Partial<Play> = {}): Play => ({
  id: `play${++count}`,
  name: 'play',
  at,
  playbookDir: '/tmp',
  hosts: hosts as readonly HostName[],
  strategy: 'linear',
  serial: [],
  anyErrorsFatal: false,
  forceHandlers: false,
  layers: [],
  sections: [tasks],
  handlers: [],
  settings: { environment: [] },
  ...more,
});

export interface Ran {
  readonly exitCode: number;
  readonly events: readonly RunEvent[];
  /** The story in short: "task host status". */
  readonly story: readonly string[];
  readonly stats: { readonly [host: string]: { readonly [name: string]: number } };
}

export interface RunSettings {
  readonly check?: boolean;
  readonly forks?: number;
  readonly onEvent?: (event: RunEvent, stop: AbortController) => void;
}

export async function runPlays(world: World, plays: readonly Play[], settings: RunSettings = {}): Promise<Ran> {
  const names = [...new Set(plays.flatMap((one) => one.hosts))];
  const hosts = new Map(names.map((name) => [name, { name, groups: [], layers: [] }]));
  const plan: Plan = {
    plays,
    inventory: { hosts, groups: new Map([['all', names]]), sources: [] },
    extraVars: { precedence: 'extra vars', vars: {} },
    playbookLayers: () => [],
    playbookDir: '/tmp',
  };
  const events: RunEvent[] = [];
  const stop = new AbortController();
  let now = 0;
  const ports: Ports = {
    connect: async (host) => world.connect(host),
    cluster: async () => {
      throw new Error('no cluster in this world');
    },
    registry: () => {
      throw new Error('no registry in this world');
    },
    store: async () => {
      throw new Error('no store in this world');
    },
    reset: async () => {},
    checkArgs: (_module, _as, args) => args as never,
    include: async () => {
      throw new Error('nothing to include');
    },
    files: () => ({}) as never,
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    stop: stop.signal,
    kill: new AbortController().signal,
    redactor: new Redactor(),
    emit: (event) => {
      events.push(event);
      settings.onEvent?.(event, stop);
    },
  };
  const mode: Mode = settings.check
    ? { is: 'check' }
    : {
        is: 'apply',
        hostWriter: (on: HostConnection) => ({ run: async (step) => world.write(on, step) }),
        kubeWriter: () => ({}) as never,
        registryWriter: () => ({}) as never,
        storeWriter: () => ({}) as never,
      };
  const facts = {
    check: settings.check ?? false,
    diff: false,
    verbosity: 0,
    forks: settings.forks ?? 100,
    version: 'test',
    tags: [],
    skipTags: [],
  };
  const exitCode = await run({ plan, mode, ports, facts, playbooks: ['play.yml'] });
  const story = events.flatMap((event) =>
    event.type === 'host.end' ? [`${headName(events, event.where.task)} ${event.where.host} ${event.result.status}`] : [],
  );
  const end = events.at(-1);
  return { exitCode, events, story, stats: end?.type === 'run.end' ? (end.stats as never) : {} };
}

function headName(events: readonly RunEvent[], id: TaskId): string {
  const start = events.find((event) => event.type === 'task.start' && event.task.id === id);
  return start?.type === 'task.start' ? start.task.name : id;
}
