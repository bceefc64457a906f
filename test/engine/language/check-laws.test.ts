/** What check says, held against what the run then does, for every keyword by which it could lie. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunEvent, TaskResult } from '../../../src/core/event.ts';
import { FILES, PLAYBOOKS } from './check-laws.cases.ts';
import { type Told, told } from './support.ts';

interface Said {
  readonly task: string;
  readonly host: string;
  readonly result: TaskResult;
  /** Summaries of the changes, its items' included; the folder's name left out. */
  readonly changes: readonly string[];
}

/** Results by task and host, in order. Items of a loop are told apart by their place. */
function said({ events, directory }: Told): ReadonlyMap<string, Said> {
  const names = new Map<string, string>();
  const changes = new Map<string, string[]>();
  const found = new Map<string, Said>();
  for (const event of events) {
    if (event.type === 'task.start') names.set(event.task.id, event.task.name);
    const key = keyOf(event);
    if (event.type === 'task.change') changes.set(key, [...(changes.get(key) ?? []), event.change.summary.replaceAll(directory, '.')]);
    if (event.type !== 'host.end') continue;
    const { task, host } = event.where;
    found.set(key, { task: names.get(task) ?? task, host, result: event.result, changes: changes.get(key) ?? [] });
  }
  return found;
}

const keyOf = (event: RunEvent): string => ('where' in event ? `${event.where.task} on ${event.where.host}` : '');

/** Paths below a directory, and what the files hold. */
const tree = (directory: string): readonly string[] =>
  (readdirSync(directory, { recursive: true }) as string[])
    .map((path) => `${path} ${statSync(join(directory, path)).isFile() ? readFileSync(join(directory, path), 'utf8') : ''}`)
    .sort();

describe.each(Object.entries(PLAYBOOKS))('%s', (_, playbook) => {
  const files = { 'site.yml': playbook, ...FILES };

  test('check tells what the run does', async () => {
    const check = await told(files, { check: true });
    const untouched = tree(check.directory);
    const run = await told(files);
    expect(untouched.filter((line) => !tree(run.directory).includes(line))).toEqual([]);
    expect(untouched).toHaveLength(Object.keys(files).length + (readdirSync(check.directory).includes('hosts.ini') ? 1 : 0) + 3);

    const foretold = said(check);
    const done = said(run);
    const open = [...foretold.values()].filter(({ result }) => result.status === 'unknown');
    for (const [key, { task, result, changes }] of done) {
      const before = foretold.get(key);
      const about = `${task}, ${key}: check ${before?.result.status ?? 'did not reach it'}, run ${result.status}`;
      // What the run does is announced, in the same words, or it hangs on something that check called unknown.
      if (before === undefined) expect(open.length, about).toBeGreaterThan(0);
      else if (changes.length > 0 && before.result.status !== 'unknown') expect(before.changes, about).toEqual(changes);
      // What check is sure of comes true.
      if (before?.result.status === 'ok') expect(['ok'], about).toContain(result.status);
      if (before?.result.status === 'skipped') expect(result.status, about).toBe('skipped');
      // Where changed_when says that a change is none, check shows it all the same.
      if (before?.result.status === 'would-change')
        expect(changes.length > 0 ? ['changed', 'ok', 'failed'] : ['failed'], about).toContain(result.status);
      if (before?.result.status === 'failed') expect(result.status, about).toBe('failed');
    }
    // A check without a failure and without an unknown is a run without a failure.
    if (check.exitCode === 0 && open.length === 0) expect(run.exitCode).toBe(0);
    for (const { result, task } of open) expect('why' in result && result.why, task).toBeTruthy();
  });
});
