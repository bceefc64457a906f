/** From what asking tasks answered to the rows of the table. Pure. */
import type { RunEvent, TaskHead, TaskResult } from '../../core/event.ts';
import { accessName, remedy } from '../../modules/kube/access.ts';
import type { ClusterFound, HostFound } from './ask.ts';

export interface Row {
  readonly mark: 'ok' | 'MISSING' | 'unknown';
  /** "cluster", or a host. */
  readonly where: string;
  readonly what: string;
  /** The tasks that said so. */
  readonly of?: readonly string[];
  /** What to do about it. */
  readonly remedy: readonly string[];
}

/** Tokens and certificates go by the clock; beyond this they begin to fail in ways nobody understands. */
const MOST_SKEW_MS = 5000;

export function rowsOf(events: readonly RunEvent[]): readonly Row[] {
  const heads = new Map<string, TaskHead>();
  const rows: Row[] = [];
  const clusters: ClusterFound[] = [];
  const hosts = new Map<string, HostFound[]>();
  for (const event of events) {
    if (event.type === 'task.start') heads.set(event.task.id, event.task);
    if (event.type !== 'item.end' && event.type !== 'host.end') continue;
    // A loop's own end says nothing that its items did not.
    if (event.type === 'host.end' && event.items !== undefined) continue;
    const { host, task } = event.where;
    const name = nameOf(heads.get(task));
    const found = answerOf(event.result);
    if (found && 'who' in found) {
      clusters.push(found as ClusterFound);
      for (const why of (found as ClusterFound).open) rows.push({ mark: 'unknown', where: 'cluster', what: `${name}: ${why}`, remedy: [] });
    } else if (found && 'tools' in found) hosts.set(host, [...(hosts.get(host) ?? []), found as HostFound]);
    else rows.push(...trouble(event.result, host, name));
  }
  return distinct([
    ...clusterRows(clusters),
    ...[...hosts].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([host, found]) => hostRows(host, found)),
    ...rows,
  ]);
}

const answerOf = (result: TaskResult): ClusterFound | HostFound | undefined =>
  result.status === 'ok' ? (result.output as ClusterFound | HostFound) : undefined;

const nameOf = (head: TaskHead | undefined): string =>
  head ? `"${head.name}" (${head.at.file.split('/').at(-1)}:${head.at.line})` : 'a task';

function trouble(result: TaskResult, host: string, name: string): readonly Row[] {
  if (result.status === 'unreachable') {
    return [
      { mark: 'MISSING', where: host, what: result.error.message, remedy: result.error.hint === undefined ? [] : [result.error.hint] },
    ];
  }
  if (result.status !== 'failed') return [];
  const { code, message, hint } = result.error;
  const mark = code === 'template' || code === 'args' ? 'unknown' : 'MISSING';
  return [{ mark, where: host, what: message, of: [name], remedy: hint === undefined ? [] : [hint] }];
}

/** Tasks may come to the cluster as different users: each is told apart. */
function clusterRows(all: readonly ClusterFound[]): readonly Row[] {
  const users = [...new Set(all.map(({ who }) => who))];
  return [
    ...users.flatMap((who) =>
      userRows(
        who,
        all.filter((found) => found.who === who),
      ),
    ),
    ...all.slice(0, 1).flatMap(({ skewMs }) => skewRow('cluster', skewMs)),
  ];
}

function userRows(who: string, all: readonly ClusterFound[]): readonly Row[] {
  const denied = [...new Map(all.flatMap((found) => found.denied).map((access) => [accessName(access), access])).values()];
  const allowed = new Set(all.flatMap((found) => found.allowed));
  if (denied.length === 0)
    return [{ mark: 'ok', where: 'cluster', what: `${who} has all ${allowed.size} permissions that are needed`, remedy: [] }];
  const how = ['an administrator can allow all of it:', ...remedy(denied, { kind: 'user', name: who })];
  return denied.map((access, index) => ({
    ...{ mark: 'MISSING', where: 'cluster', what: `${who} may not ${accessName(access)}` },
    remedy: index === denied.length - 1 ? how : [],
  }));
}

function hostRows(host: string, found: readonly HostFound[]): readonly Row[] {
  const missing = [...new Set(found.flatMap((one) => one.missing))];
  const tools = new Set(found.flatMap((one) => one.tools));
  const has = tools.size === 0 ? '' : `; ${tools.size - missing.length} of ${tools.size} programs are there`;
  return [
    { mark: 'ok', where: host, what: `reachable, with the rights its tasks ask for${has}`, remedy: [] },
    ...missing.map(
      (tool): Row => ({
        mark: 'MISSING',
        where: host,
        what: `the program ${tool}`,
        remedy: [`install what brings ${tool}, or choose another way in the playbook`],
      }),
    ),
    ...skewRow(host, found[0]?.skewMs ?? null),
  ];
}

function skewRow(where: string, skewMs: number | null): readonly Row[] {
  if (skewMs === null) return [{ mark: 'unknown', where, what: 'its clock', remedy: [] }];
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return [];
  const way = skewMs > 0 ? 'ahead of' : 'behind';
  const what = `its clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${way} this machine’s`;
  return [{ mark: 'MISSING', where, what, remedy: ['compare with "chronyc tracking" on both; chronyc makestep sets a clock at once'] }];
}

/** What several tasks say stands there once, with the first of them. */
function distinct(rows: readonly Row[]): readonly Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.mark} ${row.where} ${row.what}`;
    const known = found.get(key);
    found.set(key, known?.of && row.of ? { ...known, of: [...known.of, ...row.of] } : row);
  }
  return [...found.values()].map(({ of, ...row }) =>
    of ? { ...row, of, what: `${of[0]}${of.length > 1 ? ` and ${of.length - 1} more` : ''}: ${row.what}` } : row,
  );
}
