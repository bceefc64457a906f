/** The command line: which commands there are. Each loads its own code when called. */
import { Command } from 'commander';
import { addRunFlags, type RunFlags } from './options.ts';

export function program(version: string): Command {
  const pb = new Command('pb')
    .description('Playbooks for OpenShift on bare metal: check what would change, then run it.')
    .version(version, '--version')
    .enablePositionalOptions()
    .showHelpAfterError('(pb --help lists the commands)');
  const run = async (playbooks: string[], flags: RunFlags): Promise<void> => {
    const { runCommand } = await import('./commands/run.ts');
    process.exitCode = await runCommand(playbooks, flags, version);
  };
  addRunFlags(pb.command('run').description('run playbooks')).action(run);
  addRunFlags(pb.command('check').description('say what a run would change, as diffs; the same as run --check --diff')).action(
    (playbooks, flags) => run(playbooks, { ...flags, check: true, diff: true }),
  );
  return pb;
}
