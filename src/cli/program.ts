/** The command line: which commands there are. Each loads its own code when called. */
import { Command, Option } from 'commander';
import { withAnsibleSettings } from './ansible-settings.ts';
import type { DoctorFlags } from './commands/doctor.ts';
import type { InventoryFlags } from './commands/inventory.ts';
import type { LintFlags } from './commands/lint.ts';
import type { VarsFlags } from './commands/vars.ts';
import { addLabCommands } from './lab/program.ts';
import { addInventoryFlags, addRunFlags, collect, type RunFlags, words } from './options.ts';
import { addVaultCommands } from './vault/program.ts';

export function program(version: string): Command {
  const pb = new Command('pb')
    .description('Playbooks for OpenShift on bare metal: check what would change, then run it.')
    .version(version, '--version')
    // Defaults that are nothing (false, no words) are noise; the others stand in the descriptions.
    .configureHelp({ optionDescription: (option) => option.description })
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
  addInventoryFlags(pb.command('doctor').description('ask cluster and hosts whether they let a playbook do its work; changes nothing'))
    .argument('<playbook...>', 'playbook files')
    .option('-l, --limit <pattern>', 'further limit the hosts')
    .option('-e, --extra-vars <vars>', 'variables as key=value, YAML, JSON or @file; may be repeated', collect, [])
    .option('-t, --tags <tags>', 'only tasks with one of these tags', words, [])
    .option('--skip-tags <tags>', 'leave out tasks with one of these tags', words, [])
    .addOption(new Option('--output <form>', 'how to show it').choices(['text', 'json']).default('text'))
    .action(async (playbooks: string[], flags: DoctorFlags) => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      process.exitCode = await doctorCommand(playbooks, flags, version);
    });
  pb.command('doc')
    .description('list the modules, or show what the named ones take')
    .argument('[module...]', 'module names')
    .option('-l, --list', 'list the modules')
    .action(async (names: string[]) => {
      const { docCommand } = await import('./commands/doc.ts');
      process.stdout.write(docCommand(names));
    });
  addInventoryFlags(pb.command('inventory').description('show hosts, groups and variables as pb reads them'))
    .option('--list', 'everything as JSON (the default)')
    .option('--graph', 'groups and their hosts as a tree', false)
    .option('--host <name>', 'the variables of one host as JSON')
    .option('-e, --extra-vars <vars>', 'variables as key=value, YAML, JSON or @file, for constructed inventories', collect, [])
    .action(async (flags: InventoryFlags) => {
      const { inventoryCommand } = await import('./commands/inventory.ts');
      process.exitCode = await inventoryCommand(flags);
    });
  addInventoryFlags(pb.command('vars').description('show where a host’s variables are defined, which definition wins and why'))
    .argument('<host>', 'a host of the inventory')
    .argument('[name]', 'a variable; without it all of them')
    .option('-e, --extra-vars <vars>', 'variables as key=value, YAML, JSON or @file; may be repeated', collect, [])
    .option('-p, --playbook <file>', 'look into this playbook too; may be repeated', collect, [])
    .addOption(new Option('--output <form>', 'how to show it').choices(['text', 'json']).default('text'))
    .action(async (host: string, name: string | undefined, flags: VarsFlags) => {
      const { varsCommand } = await import('./commands/vars.ts');
      process.exitCode = await varsCommand(host, name, flags);
    });
  addInventoryFlags(pb.command('lint').description('say everything that is wrong with playbooks and inventory, without touching a host'))
    .argument('<playbook...>', 'playbook files')
    .option('-e, --extra-vars <vars>', 'variables as key=value, YAML, JSON or @file; may be repeated', collect, [])
    .option('--fix', 'mend what can be mended by rule', false)
    .option('--strict', 'warnings count as errors do', false)
    .option('--allow-empty', 'a play whose hosts match nothing is not an error', false)
    .addOption(new Option('--output <form>', 'how to report').choices(['text', 'json', 'sarif']).default('text'))
    .action(async (playbooks: string[], flags: LintFlags) => {
      const { lintCommand } = await import('./commands/lint.ts');
      process.exitCode = await lintCommand(playbooks, flags, version);
    });
  addVaultCommands(pb);
  addLabCommands(pb, version);
  return withAnsibleSettings(pb);
}
