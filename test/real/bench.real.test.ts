/** The bench, on its smallest workloads: that it works, not what it measures. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { Outcome } from '../../bench/race.ts';

const bench = (...args: readonly string[]) => execa('node', ['scripts/bench.mjs', ...args], { reject: false, stdin: 'ignore' });

test('prints a table for people and the same as JSON', async () => {
  const json = join(tmpdir(), `pb-bench-${process.pid}.json`);
  const ran = await bench('--quick', '--only', 'W0,W2', '--peers', 'none', '--json', json);
  expect(ran.stderr).not.toContain('Error');
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toMatch(
    /^W2 one task, 10 hosts \(one round\)\n +wall s +cpu s +peak MiB +wall × +cpu × +peak ×\npb( +\d+(\.\d+)?){3}\nfloor( +\d+(\.\d+)?){6}\n/m,
  );
  const { outcomes } = JSON.parse(readFileSync(json, 'utf8')) as { outcomes: readonly (Outcome & { readonly workload: string })[] };
  rmSync(json);
  expect(outcomes.map(({ workload, standings }) => [workload, ...standings.map(({ name }) => name)])).toEqual([
    ['W0', 'pb', 'node: 0'],
    ['W0', 'pb', 'node: import "ssh2"; import "yaml"'],
    ['W0', 'pb', 'node: import "ssh2"; import "yaml"'],
    ['W2', 'pb', 'floor'],
  ]);
  for (const { standings } of outcomes) for (const { took } of standings) expect(took?.cpu).toBeGreaterThan(0);
});

test.each([
  [['--only', 'W77'], 'there is no workload "W77"'],
  [['--peers', 'chef'], 'there is no peer "chef"'],
  [['--rounds', '0'], '--rounds takes a whole number'],
])('%j is refused with what there is', async (args, message) => {
  const { exitCode, stderr } = await bench(...args);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
});
