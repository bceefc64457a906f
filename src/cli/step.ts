/** --step: asks before each task, in ansible-playbook's words. */
import type { TaskHead } from '../core/event.ts';
import { ask } from './passwords.ts';

/** (c)ontinue answers yes to all that follow. */
export function stepByStep(): (task: TaskHead) => Promise<boolean> {
  let all = false;
  return async (task) => {
    if (all) return true;
    const answer = (await ask(`Perform task: ${task.name} (N)o/(y)es/(c)ontinue: `, false)).trim().toLowerCase();
    all = ['c', 'continue'].includes(answer);
    return all || ['y', 'yes'].includes(answer);
  };
}
