/** --list-hosts, --list-tasks and --list-tags, in the words of ansible-playbook. */
import type { Node, Plan, Play } from '../core/plan.ts';
import { nameText } from './select.ts';

export interface Listing {
  readonly playbooks: readonly string[];
  readonly hosts?: boolean;
  readonly tasks?: boolean;
  readonly tags?: boolean;
}

/** Text with a newline at its end. */
export function printPlan(plan: Plan, what: Listing): string {
  const lines = ['', `playbook: ${what.playbooks.join(', ')}`];
  for (const [index, play] of plan.plays.entries()) {
    lines.push('', `  play #${index + 1} (${(play.pattern ?? []).join(',')}): ${play.name}\tTAGS: [${sorted(play.tags ?? []).join(',')}]`);
    if (what.hosts) {
      const patterns = (play.pattern ?? []).map((pattern) => `'${pattern}'`).join(', ');
      lines.push(`    pattern: [${patterns}]`, `    hosts (${play.hosts.length}):`, ...play.hosts.map((host) => `      ${host}`));
    }
    lines.push(...(what.tasks || what.tags ? tasks(play, what) : []));
  }
  return `${lines.join('\n')}\n`;
}

function tasks(play: Play, what: Listing): string[] {
  const all = play.sections.flatMap((section) => listed(section));
  const union = sorted([...(play.tags ?? []), ...all.flatMap((task) => task.tags)]);
  return [
    ...(what.tasks ? ['    tasks:', ...all.map((task) => `      ${title(task)}\tTAGS: [${sorted(task.tags).join(', ')}]`)] : []),
    ...(what.tags ? [`      TASK TAGS: [${union.join(', ')}]`] : []),
  ];
}

const sorted = (tags: readonly string[]): readonly string[] => [...new Set(tags)].sort();

type Task = Exclude<Node, { kind: 'block' }>;

/** Rescue and always are not listed: Ansible does not either. */
const listed = (nodes: readonly Node[]): readonly Task[] => nodes.flatMap((node) => (node.kind === 'block' ? listed(node.block) : [node]));

function title(task: Task): string {
  const name = nameText(task.name);
  if (name !== undefined) return task.role ? `${task.role.name} : ${name}` : name;
  if (task.kind === 'module') return task.as;
  return task.kind === 'meta' ? 'meta' : `include_${task.what}`;
}
