/** Runs a case with pb. */
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { RunEvent, TaskResult } from '../../../../src/core/event.ts';
import { isObject, type JsonObject } from '../../../../src/core/value.ts';
import { type Case, inCopy } from './case.ts';
import { comparable, countsOf, inOrder, type Outcome, type Told, told } from './outcome.ts';

const PROGRAM = resolve(process.env['PB_TEST_CLI'] ?? 'dist/pb.js');

export const runPb = (one: Case): Promise<readonly Outcome[]> =>
  inCopy(one, async (folder) => {
    const form = one.call.stdout ? [] : ['--output', 'json'];
    const env = { NO_COLOR: '1', HOME: join(folder, '.home'), KUBECONFIG: '', ...one.call.env };
    const ran = await execa('node', [PROGRAM, 'run', ...one.call.args, ...form], { cwd: folder, reject: false, stdin: 'ignore', env });
    const exitCode = ran.exitCode ?? -1;
    if (one.call.stdout) return { exitCode, recap: {}, hosts: {}, stdout: inOrder(ran.stdout) };
    const events = ran.stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as RunEvent]));
    return { ...outcomeOf(events, exitCode, one.call), ...(events.length === 0 ? { stderr: ran.stderr } : {}) };
  });

function outcomeOf(events: readonly RunEvent[], exitCode: number, call: Case['call']): Outcome {
  const hosts: { [host: string]: Told[] } = {};
  const names = new Map<string, { name: string; module: string }>();
  let recap: Outcome['recap'] = {};
  for (const event of events) {
    if (event.type === 'task.start') names.set(event.task.id, event.task);
    else if (event.type === 'item.end' || event.type === 'host.end') {
      const { name, module } = names.get(event.where.task) ?? { name: '?', module: '?' };
      if (/(^|[._])(include_(tasks|role)|meta)$/.test(module)) continue;
      // Ansible's callbacks know no items that are unreachable, only failed ones.
      const was =
        event.type === 'item.end'
          ? `item ${statusOf(event.result)}`.replace(' ignored', '').replace('unreachable', 'failed')
          : statusOf(event.result);
      (hosts[event.where.host] ??= []).push(told(name, was, comparable({ module, was }, outputOf(event.result), call)));
    } else if (event.type === 'run.end') {
      recap = Object.fromEntries(Object.entries(event.stats).map(([host, counts]) => [host, countsOf({ ...counts })]));
    }
  }
  return { exitCode, recap, hosts };
}

const statusOf = (result: TaskResult): string => {
  const ignored = 'ignored' in result && result.ignored ? ' ignored' : '';
  return result.status === 'unreachable' ? result.status : `${result.status === 'would-change' ? 'changed' : result.status}${ignored}`;
};

function outputOf(result: TaskResult): JsonObject {
  if (result.status === 'skipped') return result.condition === undefined ? {} : { false_condition: result.condition };
  const output = 'output' in result && isObject(result.output) ? (result.output as JsonObject) : {};
  return result.status === 'failed' || result.status === 'unreachable' ? { msg: result.error.message, ...output } : output;
}
