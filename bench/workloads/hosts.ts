/** W1, W2, W3: tasks on many hosts, where nothing is left to do. */
import { onHosts } from '../contenders.ts';
import { tenQuestions } from '../machine/site.ts';
import type { Workload } from '../workload.ts';

export const tenTasks: Workload = {
  id: 'W1',
  title: 'ten tasks with nothing left to do',
  async *races(bench) {
    const asking = { questions: tenQuestions(bench.site) };
    for (const count of bench.quick ? [10] : [1, 10, 50, 100, 200]) {
      const contenders = await onHosts(bench, { name: 'ten-tasks', count, asking, pyinfra: 'pyinfra_ten_tasks.py' });
      yield { title: `ten tasks, ${count} hosts`, contenders, amount: { count: 10 * count, of: 'tasks' } };
    }
  },
};

export const oneTask: Workload = {
  id: 'W2',
  title: 'one task',
  async *races(bench) {
    const count = bench.quick ? 10 : 200;
    const asking = { questions: [['true', '']] } as const;
    const contenders = await onHosts(bench, { name: 'one-task', count, asking, pyinfra: 'pyinfra_one_task.py' });
    yield { title: `one task, ${count} hosts`, contenders };
  },
};

/** Only against the floor: the peers take minutes, or more memory than there is. */
export const manyHosts: Workload = {
  id: 'W3',
  title: 'a thousand hosts',
  async *races(bench) {
    const count = bench.quick ? 30 : 1000;
    const asking = { questions: tenQuestions(bench.site), hold: true };
    const all = await onHosts(bench, { name: 'ten-tasks', count, asking });
    const contenders = all.filter(({ name }) => name === 'pb' || name === 'floor');
    yield { title: `ten tasks, ${count} hosts, all connections kept open`, contenders, amount: { count: 10 * count, of: 'tasks' } };
  },
};
