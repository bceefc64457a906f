/** From the plan of a playbook to one that asks, for each of its tasks, whether that task could do its work. */
import { type AnyModule, type ArgsSchema, type HostReader, type KubeNeed, type KubeReader, OPEN } from '../../core/module.ts';
import type { Include, ModuleTask, Node, Plan, Play } from '../../core/plan.ts';
import type { Expression, JsonObject, Value } from '../../core/value.ts';
import { askCluster, askHost } from './ask.ts';
import { lenient, lenientCondition } from './lenient.ts';

export interface Asking {
  readonly plan: Plan;
  /** Loaded when they are reached only: nobody can say what they need. */
  readonly left: readonly Include[];
}

export function askingPlan(plan: Plan): Asking {
  const left: Include[] = [];
  const plays = plan.plays.map((play): Play => {
    const nodes = [...play.sections.flat(), ...play.handlers].flatMap((node) => flat(node, left));
    const { gather: _, maxFailPercentage: __, ...rest } = play;
    return { ...rest, strategy: 'linear', serial: [], anyErrorsFatal: false, sections: [nodes.flatMap(asking)], handlers: [] };
  });
  return { plan: { ...plan, plays }, left };
}

function flat(node: Node, left: Include[]): readonly ModuleTask[] {
  if (node.kind === 'module') return [node];
  if (node.kind === 'include') left.push(node);
  return node.kind === 'block' ? [...node.block, ...node.rescue, ...node.always].flatMap((inner) => flat(inner, left)) : [];
}

function asking(node: ModuleTask): readonly ModuleTask[] {
  const { module } = node;
  if (module.target === 'none') return [];
  const { register: _, retry: __, async: ___, changedWhen: ____, failedWhen: _____, check: ______, listen: _______, loop, ...rest } = node;
  return [
    {
      ...rest,
      module: askingModule(module),
      when: node.when.map(lenientCondition),
      args: Object.fromEntries(Object.entries(node.args).map(([name, value]) => [name, lenientArg(value)])),
      notify: [],
      // One task that cannot be asked about does not keep the others from it.
      settings: { ...node.settings, ignore_errors: true },
      ...(loop ? { loop: { ...loop, items: lenientItems(loop.items), breakWhen: [] } } : {}),
    },
  ];
}

type Arg = ModuleTask['args'][string];
const isExpression = (value: unknown): value is Expression => typeof value === 'object' && value !== null && 'holds' in value;
const lenientArg = (value: Arg): Arg =>
  isExpression(value) || (Array.isArray(value) && value.some(isExpression)) ? value : lenient(value as Value);

/** A list that is not known yet counts as one item that is not known. */
const lenientItems = (items: Value): Value => (Array.isArray(items) ? lenient(items) : lenient(items, [OPEN]));

/** Takes the same arguments, as they are written, and asks instead of acting. */
function askingModule(module: AnyModule): AnyModule {
  const properties = module.args['properties'] as { readonly [name: string]: { readonly default?: unknown } } | undefined;
  const bare = Object.entries(properties ?? {}).map(([name, { default: value }]) => [name, value === undefined ? {} : { default: value }]);
  const common = {
    name: module.name,
    summary: module.summary,
    ...(module.aliases ? { aliases: module.aliases } : {}),
    ...(module.argAliases ? { argAliases: module.argAliases } : {}),
    ...(module.freeForm === undefined ? {} : { freeForm: module.freeForm }),
    args: { type: 'object', properties: Object.fromEntries(bare) } as ArgsSchema,
    effect: 'converge' as const,
    examples: [],
    timeoutMs: () => 60_000,
    decide: (_: JsonObject, state: JsonObject) => ({ is: 'ok' as const, output: state }),
  };
  if (module.target === 'cluster') {
    const needs = (args: JsonObject): readonly KubeNeed[] | undefined => module.access?.(args);
    return {
      ...common,
      target: 'cluster',
      read: (args: JsonObject, io: KubeReader) => askCluster(needs(args), io),
    } as unknown as AnyModule;
  }
  return {
    ...common,
    target: 'host',
    read: (args: JsonObject, io: HostReader) => askHost(module.tools?.(args) ?? [], io),
  } as unknown as AnyModule;
}
