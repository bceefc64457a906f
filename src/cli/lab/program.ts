/** The command line of the lab: `pb lab …`, `pb rehearse` and `pb record`. */
import { type Command, InvalidArgumentError } from 'commander';
import type { RecordFlags } from '../commands/record.ts';
import type { RehearseFlags } from '../commands/rehearse.ts';
import { addInventoryFlags, addRunFlags } from '../options.ts';
import type { UpFlags } from './foreground.ts';

function factor(value: string): number {
  const number = Number(value);
  if (!(number >= 1 && number <= 600)) throw new InvalidArgumentError('it must lie between 1 and 600.');
  return number;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const SPEED = '--speed <n>';
const SCENARIO = '--scenario <file>';

export function addLabCommands(pb: Command, version: string): void {
  const lab = pb.command('lab').description('a pretend fleet and cluster to try playbooks on');
  const load = () => import('../commands/lab.ts');
  const exit = async (code: Promise<number>): Promise<void> => {
    process.exitCode = await code;
  };
  addInventoryFlags(lab.command('up').description('start it, shaped like the inventory'))
    .option(SCENARIO, 'what is different and what goes wrong; may be repeated', collect, [])
    .option('--foreground', 'stay in this terminal until Ctrl-C', false)
    .option(SPEED, 'how much faster the cluster’s time passes, 1 to 600 (default: 60)', factor, 60)
    .action(async (flags: UpFlags & { foreground: boolean }) => exit((await load()).labUp(flags)));
  lab
    .command('down')
    .description('end it')
    .action(async () => exit((await load()).labDown()));
  lab
    .command('status')
    .description('show it, and how to point tools at it')
    .action(async () => exit((await load()).labStatus()));
  lab
    .command('scenarios')
    .description('list the scenarios that come with pb')
    .action(async () => exit((await load()).labScenarios()));
  lab
    .command('shell')
    .description('a shell on one of its hosts, or one command, by ssh')
    .argument('<host>')
    .argument('[command...]')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (host: string, command: string[]) => exit((await load()).labShell(host, command)));
  lab
    .command('kubectl')
    .description('kubectl with its kubeconfig')
    .argument('[args...]')
    .helpOption(false)
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (args: string[]) => exit((await load()).labKubectl(args)));
  // As main.ts does for the commands of the first level.
  for (const one of lab.commands) one.exitOverride();

  addRunFlags(pb.command('rehearse').description('run playbooks on a lab shaped like the inventory: as it is, under faults, interrupted'))
    .option(
      SCENARIO,
      'what is different from the inventory, e.g. a recording (default: the site a shipped playbook is for); may be repeated',
      collect,
      [],
    )
    .option('--faults <which>', 'all, F08,F21, random:SEED, or scenario files')
    .option('--interrupt', 'also interrupt it after every task, where a second run must finish the job', false)
    .option(SPEED, 'how much faster the cluster’s time passes, 1 to 600 (default: 600)', factor, 600)
    .action(async (playbooks: string[], flags: RehearseFlags) => {
      const { rehearseCommand } = await import('../commands/rehearse.ts');
      process.exitCode = await rehearseCommand(playbooks, flags, version);
    });
  addInventoryFlags(pb.command('record').description('record disks and cluster objects, read-only, to rehearse on the same'))
    .requiredOption('-o, --output <dir>', 'where to write it')
    .option('-l, --limit <pattern>', 'only these hosts')
    .action(async (flags: RecordFlags) => {
      const { recordCommand } = await import('../commands/record.ts');
      process.exitCode = await recordCommand(flags);
    });
}
