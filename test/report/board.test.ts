/** The live view's text. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { HostName, TaskId } from '../../src/core/value.ts';
import { Board } from '../../src/report/board.ts';

const task = 'all/1:shell' as TaskId;
const on = (host: string, item?: number) => ({ task, host: host as HostName, ...(item === undefined ? {} : { item }) });
const head = { id: task, name: 'Work', module: 'shell', at: { file: 'x', line: 1, column: 1 }, handler: false };
const change = { op: 'run', summary: 'run sleep 9', before: null, after: null, steps: [{ do: 'remove', path: '/x' }] } as const;

function board(...events: readonly RunEvent[]): Board {
  const made = new Board();
  for (const event of [{ at: 0, type: 'task.start', task: head, hosts: [] } as RunEvent, ...events]) made.note(event);
  return made;
}

test('one line for every host: what it does and how long', () => {
  const made = board(
    { at: 0, type: 'host.start', where: on('a') },
    { at: 1000, type: 'host.start', where: on('b') },
    { at: 2000, type: 'task.change', where: on('b'), change },
    { at: 3000, type: 'host.start', where: on('c') },
    { at: 4000, type: 'task.pending', where: on('c'), why: 'waiting for it', seen: 'nothing', elapsedMs: 1000, timeoutMs: 60_000 },
    { at: 4000, type: 'host.start', where: on('d') },
    { at: 5000, type: 'host.end', where: on('d'), result: { status: 'ok', output: null }, module: 'shell' },
  );
  expect(made.text(9000)).toBe('Work\na  9s\nb  run sleep 9  7s\nc  waiting 6s/1m00s for it  nothing');
});

test('a host in a loop is one line, with its item', () => {
  const made = board({ at: 0, type: 'host.start', where: on('a') }, { at: 1000, type: 'host.start', where: on('a', 0), label: 'sdb' });
  expect(made.text(3000)).toBe('Work\na (sdb)  2s');
  made.note({ at: 4000, type: 'item.end', where: on('a', 0), label: 'sdb', result: { status: 'ok', output: null } });
  expect(made.text(4000)).toBe('Work\na  4s');
});

test('of many hosts the first are shown', () => {
  const many = Array.from({ length: 20 }, (_, i) => ({ at: 0, type: 'host.start', where: on(`n${i}`) }) as const);
  const lines = board(...many)
    .text(0)
    .split('\n');
  expect([lines.length, lines.at(-1)]).toEqual([14, 'and 8 more']);
});
