/** What a command loads before it can begin: start-up is as fast as little is loaded. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { folder, PROGRAM } from './pb.ts';

/** Files that `pb ARGS` runs, by Node's own account. */
async function loaded(...args: readonly string[]): Promise<readonly string[]> {
  const { path } = await folder({ 'site.yml': '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - debug: {msg: hello}\n' });
  const told = join(path, 'coverage');
  await execa('node', [PROGRAM, ...args], { cwd: path, stdin: 'ignore', env: { HOME: path, NODE_V8_COVERAGE: told } });
  const [report = ''] = readdirSync(told);
  const { result } = JSON.parse(readFileSync(join(told, report), 'utf8')) as { result: readonly { readonly url: string }[] };
  return result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []));
}

const bytes = (files: readonly string[]): number => files.reduce((sum, file) => sum + statSync(file).size, 0);

test('pb --version loads the entry and what all chunks share', async () => {
  const files = await loaded('--version');
  expect(files).toContain(PROGRAM);
  expect(bytes(files)).toBeLessThan(16 * 1024);
});

test('a local run loads no ssh, no client of Kubernetes and no lab', async () => {
  const files = await loaded('run', 'site.yml');
  expect(files.filter((file) => !file.startsWith(dirname(PROGRAM)))).toEqual([]);
  // The client alone has five times as much; what starts other programs would be a tenth more.
  expect(bytes(files)).toBeLessThan(2.5 * 1024 * 1024);
});

// Nodes before 22.8 keep nothing.
if ('enableCompileCache' in module)
  test('what was compiled is kept for the next start, in the cache of the user', async () => {
    const { path, pb } = await folder({});
    expect((await pb('doc')).exitCode).toBe(0);
    expect(readdirSync(join(path, '.cache', 'pb'))).toHaveLength(1);
  });
