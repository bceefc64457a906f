/** Results by kind: which hosts a task was ok on, changed, failed. */
import type { TaskResult } from '../core/event.ts';
import type { HostName } from '../core/value.ts';
import type { Style } from './style.ts';

export type Kind = 'ok' | 'changed' | 'would change' | 'unknown' | 'skipped' | 'ignored' | 'FAILED' | 'UNREACHABLE';

export const kindOf = (result: TaskResult): Kind => {
  switch (result.status) {
    case 'would-change':
      return 'would change';
    case 'failed':
      return result.ignored ? 'ignored' : 'FAILED';
    case 'unreachable':
      return result.ignored ? 'ignored' : 'UNREACHABLE';
    default:
      return result.status;
  }
};

const ORDER: readonly Kind[] = ['FAILED', 'UNREACHABLE', 'changed', 'would change', 'unknown', 'ok', 'ignored', 'skipped'];

export const paint = (kind: Kind, style: Style): ((text: string) => string) => {
  const colours: { readonly [kind in Kind]: (text: string | number) => string } = {
    ok: style.green,
    changed: style.yellow,
    'would change': style.yellow,
    unknown: style.magenta,
    skipped: style.cyan,
    ignored: style.cyan,
    FAILED: style.red,
    UNREACHABLE: style.red,
  };
  return colours[kind];
};

/** `ok 29  changed 2: n07,n12  FAILED 1: n31`; names are left out where all hosts agree and it is good news. */
export function hostSets(results: ReadonlyMap<HostName, TaskResult>, style: Style): string {
  const sets = new Map<Kind, HostName[]>();
  for (const [host, result] of results) {
    const kind = kindOf(result);
    sets.set(kind, [...(sets.get(kind) ?? []), host]);
  }
  return ORDER.filter((kind) => sets.has(kind))
    .map((kind) => {
      const hosts = sets.get(kind) ?? [];
      const names = namesMatter(kind, hosts, results.size) ? `: ${hosts.join(',')}` : '';
      return paint(kind, style)(`${kind} ${hosts.length}${names}`);
    })
    .join('  ');
}

const namesMatter = (kind: Kind, hosts: readonly HostName[], total: number): boolean =>
  !['ok', 'skipped'].includes(kind) || (hosts.length < total && hosts.length <= 3);
