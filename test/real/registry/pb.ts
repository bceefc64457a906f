/** One task of a registry module on localhost, by the built command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { TaskResult } from '../../../src/core/event.ts';
import type { JsonObject } from '../../../src/core/value.ts';
import { type Ran, type Running, resultsOf, start } from '../main-job/pb.ts';

export interface Bench {
  readonly home: string;
  begin(command: 'run' | 'check', module: string, args: JsonObject): Promise<Running>;
  pb(command: 'run' | 'check', module: string, args: JsonObject): Promise<Ran & { readonly result: TaskResult | undefined }>;
  close(): Promise<void>;
}

export async function bench(): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), 'pb-registry-test-'));
  const begin: Bench['begin'] = async (command, module, args) => {
    const play = [{ hosts: 'localhost', connection: 'local', gather_facts: false, tasks: [{ name: 'The task', [module]: args }] }];
    await writeFile(join(home, 'play.yml'), stringify(play));
    return start([command, join(home, 'play.yml'), '-i', 'localhost,', '--output', 'json'], { home, kubeconfig: '' });
  };
  return {
    home,
    begin,
    async pb(command, module, args) {
      const ran = await (await begin(command, module, args)).ended;
      return { ...ran, result: resultsOf(ran, 'The task')['localhost'] };
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}

/** What the task gave out, also where it failed. */
export const outputOf = (result: TaskResult | undefined): JsonObject => (result && 'output' in result ? result.output : {}) as JsonObject;
