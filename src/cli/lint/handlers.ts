/** Handlers that are notified and do not exist, and those that nothing notifies. */
import type { Diagnostic } from '../../core/diagnostic.ts';
import { nearest } from '../../core/diagnostic.ts';
import type { ModuleTask, Node, Play } from '../../core/plan.ts';
import { Template } from '../../core/value.ts';
import { nodesOf } from './includes.ts';

export function handlerRules(play: Play, blind: boolean): readonly Diagnostic[] {
  const tasks = nodesOf(play).filter((node): node is ModuleTask => node.kind === 'module');
  const handlers = play.handlers.flatMap(opened);
  const names = handlers.flatMap((node) => [...nameOf(node), ...(node.kind === 'module' ? (node.listen ?? []) : [])]);
  // a name made in the run may be any
  const anyName = blind || handlers.some((node) => node.name instanceof Template);
  const anyNotify = blind || tasks.some((task) => task.notify.some((topic) => topic instanceof Template));
  const notified = new Set(tasks.flatMap((task) => task.notify.map(String)));
  const missing = anyName ? [] : tasks.flatMap((task) => task.notify.flatMap((topic) => unknownHandler(task, String(topic), names)));
  const idle = anyNotify ? [] : handlers.flatMap((node) => unusedHandler(node, notified));
  return [...missing, ...idle];
}

const opened = (node: Node): readonly Node[] => (node.kind === 'block' ? node.block.flatMap(opened) : [node]);

const nameOf = (node: Node): readonly string[] => {
  const name = typeof node.name === 'string' ? node.name : undefined;
  if (name === undefined) return [];
  return node.role ? [name, `${node.role.name} : ${name}`] : [name];
};

function unknownHandler(task: ModuleTask, topic: string, names: readonly string[]): readonly Diagnostic[] {
  if (names.includes(topic)) return [];
  const guess = nearest(topic, names);
  const hint = guess ? `did you mean ${guess}?` : 'name a handler of this play, or a topic that one of them listens to';
  return [
    {
      severity: 'error',
      code: 'unknown-handler',
      summary: `this notifies ${JSON.stringify(topic)}, and no handler is named so`,
      hint,
      at: task.at,
    },
  ];
}

function unusedHandler(node: Node, notified: ReadonlySet<string>): readonly Diagnostic[] {
  const topics = [...nameOf(node), ...(node.kind === 'module' ? (node.listen ?? []) : [])];
  if (node.kind !== 'module' || topics.length === 0 || topics.some((topic) => notified.has(topic))) return [];
  return [{ severity: 'warning', code: 'unused-handler', summary: `nothing notifies this handler (${topics.join(', ')})`, at: node.at }];
}
