/** ansible-playbook's flags, with their meaning, for `pb run` and `pb check`. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface RunFlags {
  readonly inventory: readonly string[];
  readonly limit?: string;
  readonly extraVars: readonly string[];
  readonly forks: number;
  readonly check: boolean;
  readonly diff: boolean;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly verbose: number;
  readonly become: boolean;
  readonly becomeMethod?: string;
  readonly becomeUser?: string;
  readonly askBecomePass: boolean;
  readonly becomePasswordFile?: string;
  readonly askPass: boolean;
  readonly connectionPasswordFile?: string;
  readonly user?: string;
  readonly connection?: string;
  readonly timeout?: number;
  readonly privateKey?: string;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly startAtTask?: string;
  readonly step: boolean;
  readonly listTasks: boolean;
  readonly listTags: boolean;
  readonly listHosts: boolean;
  readonly syntaxCheck: boolean;
  readonly forceHandlers: boolean;
  readonly flushCache: boolean;
  readonly vaultId: readonly string[];
  readonly vaultPasswordFile: readonly string[];
  readonly askVaultPass: boolean;
  readonly modulePath: readonly string[];
  /** Where roles are too, beside those of the playbook; of Ansible's settings alone, as the next. */
  readonly rolesPath?: readonly string[];
  readonly hostKeyChecking?: string;
  /** explicit: plays gather facts only where they say so. */
  readonly gathering?: string;
  readonly output: 'auto' | 'lines' | 'json';
  readonly allowEmpty: boolean;
}

export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
export const words = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value.split(',').map((word) => word.trim()),
];
const count = (_: string, before: number): number => before + 1;

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('it must be a whole number above 0.');
  return number;
}

/** All hosts at once is the default: a bastion has no reason to take them five by five. */
const ALL = 100_000;

/** How vaults open. */
export const addVaultFlags = (command: Command): Command =>
  command
    .option('--vault-id <id>', 'vault id and password source, label@prompt or label@file; may be repeated', collect, [])
    .option('--vault-password-file <file>', 'file or script with the vault password; may be repeated', collect, [])
    .option('-J, --ask-vault-pass', 'ask for the vault password', false);

/** Which inventory, and how its vaults open. */
export const addInventoryFlags = (command: Command): Command =>
  addVaultFlags(
    command.option('-i, --inventory <source>', 'inventory file, directory, script, or host list with commas; may be repeated', collect, []),
  );

export const addRunFlags = (command: Command): Command =>
  addInventoryFlags(command)
    .argument('<playbook...>', 'playbook files')
    .option('-l, --limit <pattern>', 'further limit the hosts, e.g. workers:!worker03')
    .option('-e, --extra-vars <vars>', 'variables as key=value, YAML, JSON or @file; may be repeated', collect, [])
    .option('-f, --forks <n>', 'how many hosts at once (default: all)', whole, ALL)
    .option('-C, --check', 'say what would change, and change nothing', false)
    .option('-D, --diff', 'show what changes as unified diffs', false)
    .option('-t, --tags <tags>', 'only tasks with one of these tags', words, [])
    .option('--skip-tags <tags>', 'leave out tasks with one of these tags', words, [])
    .option('-v, --verbose', 'say more; -vvv shows stack traces', count, 0)
    .option('-b, --become', 'run as another user', false)
    .option('--become-method <method>', 'how to become (sudo)')
    .option('--become-user <user>', 'whom to become (root)')
    .option('-K, --ask-become-pass', 'ask for the become password', false)
    .option('--become-password-file <file>', 'file with the become password')
    .option('-k, --ask-pass', 'ask for the connection password', false)
    .option('--connection-password-file <file>', 'file with the connection password')
    .option('-u, --user <user>', 'connect as this user')
    .option('-c, --connection <type>', 'ssh or local')
    .option('-T, --timeout <seconds>', 'connection timeout in seconds', whole)
    .option('--private-key <file>', 'private key for the connection')
    .option('--ssh-common-args <args>', 'OpenSSH arguments; -J, -p, -l and -o options are understood')
    .option('--ssh-extra-args <args>', 'as --ssh-common-args')
    .option('--scp-extra-args <args>', 'accepted: pb copies through the connection it has')
    .option('--sftp-extra-args <args>', 'likewise')
    .option('--start-at-task <name>', 'start at the task with this name')
    .option('--step', 'ask before each task', false)
    .option('--list-tasks', 'list the tasks that would run', false)
    .option('--list-tags', 'list the tags', false)
    .option('--list-hosts', 'list the hosts', false)
    .option('--syntax-check', 'load everything, run nothing', false)
    .option('--force-handlers', 'run notified handlers also on hosts that failed', false)
    .option('--flush-cache', 'clear the fact cache (pb keeps none)', false)
    .option('-M, --module-path <dir>', 'directories with modules of your own', collect, [])
    .addOption(new Option('--output <form>', 'how to report').choices(['auto', 'lines', 'json']).default('auto'))
    .option('--allow-empty', 'a play whose hosts match nothing is not an error', false);

/** Nothing given: what commands that are no runs start from. */
export const NO_FLAGS: RunFlags = {
  ...{ inventory: [], extraVars: [], forks: ALL, check: true, diff: false, tags: [], skipTags: [], verbose: 0, become: false },
  ...{ askBecomePass: false, askPass: false, step: false, listTasks: false, listTags: false, listHosts: false, syntaxCheck: false },
  ...{ forceHandlers: false, flushCache: false, vaultId: [], vaultPasswordFile: [], askVaultPass: false, modulePath: [] },
  ...{ output: 'lines', allowEmpty: true },
};
