/** Runs a case with the real ansible-playbook. */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { JsonObject } from '../../../src/core/value.ts';
import { type Case, inCopy } from '../../e2e/language/harness/case.ts';
import { comparable, countsOf, inOrder, type Outcome, type Told, told } from '../../e2e/language/harness/outcome.ts';

type Line =
  | {
      readonly kind: string;
      readonly host: string;
      readonly task: string;
      readonly module: string;
      readonly ignored: boolean;
      readonly result: JsonObject;
    }
  | { readonly kind: 'recap'; readonly hosts: { readonly [host: string]: { readonly [count: string]: number } } };

/** `home`: the folder of the real part. */
export const runAnsible = (one: Case, home: string): Promise<readonly Outcome[]> =>
  inCopy(one, async (folder) => {
    const record = join(folder, '.record');
    const env = {
      HOME: join(folder, '.home'),
      ANSIBLE_CALLBACK_PLUGINS: resolve('test/real/language/callback'),
      ANSIBLE_CALLBACKS_ENABLED: 'record',
      ANSIBLE_PYTHON_INTERPRETER: join(home, 'env/bin/python'),
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_LOCALHOST_WARNING: 'false',
      PB_LANGUAGE_RECORD: record,
      LC_ALL: 'C.UTF-8',
      ...one.call.env,
    };
    const program = [join(home, 'env/bin/python'), '-m', 'ansible', 'playbook', ...one.call.args] as const;
    const ran = await execa(program[0], program.slice(1), { cwd: folder, reject: false, stdin: 'ignore', env });
    const exitCode = ran.exitCode ?? -1;
    if (one.call.stdout) return { exitCode, recap: {}, hosts: {}, stdout: inOrder(ran.stdout) };
    const text = await readFile(record, 'utf8').catch(() => '');
    await rm(record, { force: true });
    return outcomeOf(
      text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line])),
      { exitCode, call: one.call },
    );
  });

function outcomeOf(lines: readonly Line[], { exitCode, call }: { exitCode: number; call: Case['call'] }): Outcome {
  const hosts: { [host: string]: Told[] } = {};
  let recap: Outcome['recap'] = {};
  for (const line of lines) {
    if ('hosts' in line) {
      recap = Object.fromEntries(Object.entries(line.hosts).map(([host, counts]) => [host, countsOf(renamed(counts))]));
      continue;
    }
    if (/(^|[._])(include_(tasks|role)|meta)$/.test(line.module)) continue;
    const was = `${line.kind === 'ok' || line.kind === 'item ok' ? line.kind.replace('ok', line.result['changed'] === true ? 'changed' : 'ok') : line.kind}`;
    const result = comparable({ module: line.module, was }, line.result, call);
    (hosts[line.host] ??= []).push(told(line.task, `${was}${line.ignored ? ' ignored' : ''}`, result));
  }
  return { exitCode, recap, hosts };
}

const renamed = ({ failures = 0, ...rest }: { readonly [count: string]: number }): { [count: string]: number } => ({
  ...rest,
  failed: failures,
});
