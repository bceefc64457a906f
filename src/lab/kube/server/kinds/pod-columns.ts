/** How a pod's state is put in a few words. */
import { age } from '../http/age.ts';
import { at, dict, dicts, list, number, type Obj, text } from '../json.ts';
import type { BuiltinColumn } from './column.ts';

function podStatus(pod: Obj): string {
  const status = dict(pod['status']);
  let words = text(status['reason']) || text(status['phase']);
  const initial = dicts(status['initContainerStatuses']);
  const waiting = initial.findIndex((one) => at(one, 'state', 'terminated', 'exitCode') !== 0);
  if (waiting >= 0 && words === 'Pending') {
    const state = dict(initial[waiting]?.['state']);
    const reason = text(at(state, 'terminated', 'reason')) || text(at(state, 'waiting', 'reason'));
    words = reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${waiting}/${list(at(pod, 'spec', 'initContainers')).length}`;
  } else {
    let running = false;
    for (const one of dicts(status['containerStatuses']).reverse()) {
      const state = dict(one['state']);
      const terminated = state['terminated'];
      if (text(at(state, 'waiting', 'reason'))) words = text(at(state, 'waiting', 'reason'));
      else if (terminated !== undefined) words = text(dict(terminated)['reason']) || `ExitCode:${number(dict(terminated)['exitCode'])}`;
      else if (one['ready'] === true && state['running'] !== undefined) running = true;
    }
    if (words === 'Completed' && running) words = 'Running';
  }
  if (pod.metadata.deletionTimestamp) return text(status['reason']) === 'NodeLost' ? 'Unknown' : 'Terminating';
  return words;
}

function restarts(pod: Obj, now: Date): string {
  const statuses = dicts(at(pod, 'status', 'containerStatuses'));
  const sum = statuses.reduce((all, one) => all + number(one['restartCount']), 0);
  const last = statuses
    .map((one) => text(at(one, 'lastState', 'terminated', 'finishedAt')))
    .sort()
    .at(-1);
  return sum > 0 && last ? `${sum} (${age(last, now)} ago)` : String(sum);
}

const orNone = (value: string): string => value || '<none>';
const wide = { priority: 1 };

export const podColumns: readonly BuiltinColumn[] = [
  {
    name: 'Ready',
    cell: (pod) =>
      `${dicts(at(pod, 'status', 'containerStatuses')).filter((one) => one['ready'] === true).length}/${list(at(pod, 'spec', 'containers')).length}`,
  },
  { name: 'Status', cell: podStatus },
  { name: 'Restarts', cell: restarts },
  { name: 'Age', cell: (pod, now) => age(pod.metadata.creationTimestamp, now) },
  { name: 'IP', cell: (pod) => orNone(text(at(pod, 'status', 'podIP'))), ...wide },
  { name: 'Node', cell: (pod) => orNone(text(at(pod, 'spec', 'nodeName'))), ...wide },
  { name: 'Nominated Node', cell: (pod) => orNone(text(at(pod, 'status', 'nominatedNodeName'))), ...wide },
  {
    name: 'Readiness Gates',
    cell: (pod) => {
      const gates = dicts(at(pod, 'spec', 'readinessGates')).map((one) => one['conditionType']);
      const met = dicts(at(pod, 'status', 'conditions')).filter((one) => gates.includes(one['type']) && one['status'] === 'True');
      return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
    },
    ...wide,
  },
];
