import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';

const PROGRAM = resolve(process.env['PB_TEST_CLI'] ?? 'dist/pb.js');
/** Only against what hangs. */
const TIMEOUT_MS = 3_600_000;
/** Minutes of processor time for each playbook: run by PB_REHEARSE_ALL=1, not by every CI. Needs no real parts. */
const rehearsal = it.skipIf(process.env['PB_REHEARSE_ALL'] !== '1');
const kept = join(import.meta.dirname, 'verdicts');

async function rehearse(...args: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'pb-faults-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const env = { NO_COLOR: '1', HOME: home, KUBECONFIG: '' };
  const ran = await execa('node', [PROGRAM, 'rehearse', ...args, '-i', 'inventory'], { reject: false, stdin: 'ignore', env });
  expect(ran.stdout.match(/^WRONG.*(?:\n {7}.*)*/gm) ?? [], ran.stderr).toEqual([]);
  expect(ran.exitCode).toBe(0);
  return ran.stdout;
}

/** The table's rows, each in a line, without the messages: those are the scenarios' own `expect`. */
function rowsOf(said: string): string {
  const [, table = ''] = said.split(/^REHEARSAL of /m);
  const rows = [...table.matchAll(/^(good|WRONG) +(.*(?:\n {7}.*)*)/gm)].map(([, mark, text = '']) => {
    const [trial, ...outcome] = text.split(/\n {7}| {2,}/);
    return `${mark} · ${trial} · ${outcome.join(' ').replace(/( after \d+ changes?):.*/s, '$1')}`;
  });
  return `${rows.join('\n')}\n`;
}

rehearsal.each(await readdir(kept))(
  '%s: the verdicts under all faults are those that were read and kept',
  { timeout: TIMEOUT_MS },
  async (name) => {
    const said = await rehearse(`playbooks/${name.replace(/txt$/, 'yml')}`, '--faults', 'all');
    await expect(rowsOf(said)).toMatchFileSnapshot(join(kept, name));
  },
);

rehearsal('the main job, interrupted after every task', { timeout: TIMEOUT_MS }, async () => {
  const said = await rehearse('playbooks/baremetal-local.yml', '--interrupt');
  expect(said.match(/^good .*interrupted (in|after) "/gm)?.length).toBeGreaterThan(50);
});
