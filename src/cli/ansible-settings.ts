/**
 * What Ansible's own settings say of runs: ansible.cfg and ANSIBLE_… of the environment, which wins over it. They stand for flags that are not
 * given ("Ansible Configuration Settings"). Of ansible.cfg the first is read that there is: ANSIBLE_CONFIG, ./, ~/.ansible.cfg, /etc/ansible/.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { PbError } from '../core/diagnostic.ts';
import { parseIni, type Section } from '../core/ini.ts';
import { booleanOf } from '../core/yes-no.ts';
import type { RunFlags } from './options.ts';

type Kind = 'text' | 'flag' | 'path' | 'paths, with commas' | 'paths, with colons' | 'vault ids' | 'number';

interface Setting {
  readonly flag: keyof RunFlags;
  readonly env: string;
  /** [section] key of ansible.cfg. */
  readonly section: string;
  readonly key: string;
  readonly kind: Kind;
}

const of = (section: string, flag: keyof RunFlags, env: string, key: string, kind: Kind): Setting => ({ flag, env, section, key, kind });

const SETTINGS: readonly Setting[] = [
  of('defaults', 'inventory', 'ANSIBLE_INVENTORY', 'inventory', 'paths, with commas'),
  of('defaults', 'rolesPath', 'ANSIBLE_ROLES_PATH', 'roles_path', 'paths, with colons'),
  of('defaults', 'user', 'ANSIBLE_REMOTE_USER', 'remote_user', 'text'),
  of('defaults', 'privateKey', 'ANSIBLE_PRIVATE_KEY_FILE', 'private_key_file', 'path'),
  of('defaults', 'timeout', 'ANSIBLE_TIMEOUT', 'timeout', 'number'),
  of('defaults', 'hostKeyChecking', 'ANSIBLE_HOST_KEY_CHECKING', 'host_key_checking', 'text'),
  of('defaults', 'gathering', 'ANSIBLE_GATHERING', 'gathering', 'text'),
  of('defaults', 'forceHandlers', 'ANSIBLE_FORCE_HANDLERS', 'force_handlers', 'flag'),
  of('defaults', 'vaultPasswordFile', 'ANSIBLE_VAULT_PASSWORD_FILE', 'vault_password_file', 'paths, with commas'),
  of('defaults', 'vaultId', 'ANSIBLE_VAULT_IDENTITY_LIST', 'vault_identity_list', 'vault ids'),
  of('privilege_escalation', 'become', 'ANSIBLE_BECOME', 'become', 'flag'),
  of('privilege_escalation', 'becomeMethod', 'ANSIBLE_BECOME_METHOD', 'become_method', 'text'),
  of('privilege_escalation', 'becomeUser', 'ANSIBLE_BECOME_USER', 'become_user', 'text'),
  of('ssh_connection', 'sshCommonArgs', 'ANSIBLE_SSH_COMMON_ARGS', 'ssh_common_args', 'text'),
  of('ssh_connection', 'sshExtraArgs', 'ANSIBLE_SSH_EXTRA_ARGS', 'ssh_extra_args', 'text'),
];

/** How Ansible works and looks, and never what a playbook comes to: nothing is missed where pb leaves them unread. */
const WITHOUT_EFFECT =
  /^(forks|pipelining|transport|ssh_args|control_path(_dir)?|retries|scp_if_ssh|(ssh_)?transfer_method|(retry_files|fact_caching|display|callback|stdout_callback|bin_ansible|deprecation|system|command|devel|localhost|inventory_unparsed)\w*|\w*warnings?|nocows|nocolor|cow\w*|log_\w+|(local_|remote_)tmp|interpreter_python|poll_interval|internal_poll_interval|collections_paths?|library|\w+_plugins|action_warnings|verbosity|no_target_syslog|show_\w+|check_mode_markers|result_format|callbacks_enabled|callback_whitelist|become_ask_pass|allow_world_readable_tmpfiles)$/;

interface Config {
  readonly path: string;
  readonly sections: ReadonlyMap<string, Section>;
}

/** Every command gets them as its defaults. Throws PbError 'args' for a file or a value that cannot be understood. */
export function withAnsibleSettings(program: Command, env: NodeJS.ProcessEnv = process.env): Command {
  return program.hook('preAction', (_, command) => {
    const config = configOf(env);
    if (config) tellOfOthers(config);
    refuseMerging(env, config);
    for (const setting of SETTINGS) {
      const value = settled(setting, env, config);
      const source = command.getOptionValueSource(setting.flag);
      if (value !== undefined && (source === undefined || source === 'default'))
        command.setOptionValueWithSource(setting.flag, value, 'config');
    }
  });
}

function configOf(env: NodeJS.ProcessEnv): Config | undefined {
  const given = env['ANSIBLE_CONFIG'];
  const named = given && (kindOf(given) === 'directory' ? join(given, 'ansible.cfg') : given);
  const places = [named, 'ansible.cfg', join(env['HOME'] ?? '/', '.ansible.cfg'), '/etc/ansible/ansible.cfg'];
  const found = places.find((place) => place !== undefined && place !== '' && kindOf(place) === 'file');
  if (found === undefined) return undefined;
  const path = resolve(found);
  if (found === 'ansible.cfg' && (statSync('.').mode & 0o002) !== 0) {
    process.stderr.write(`warning: ${path} is not read, since anybody may write into its folder\n`);
    return undefined;
  }
  // Comments at the end of a line begin with a semicolon.
  const text = readFileSync(path, 'utf8').replace(/\s;.*$/gm, '');
  return { path, sections: parseIni(text, { name: path, folded: (key) => key.toLowerCase(), bare: false }) };
}

function settled({ env: variable, section, key, kind }: Setting, env: NodeJS.ProcessEnv, config: Config | undefined): unknown {
  const own = env[variable];
  const written = config?.sections.get(section)?.get(key);
  const text = (own ?? written ?? '').trim();
  if (text === '') return undefined;
  const from =
    own === undefined && config ? { folder: dirname(config.path), name: `${key} in ${config.path}` } : { folder: '.', name: variable };
  const path = (one: string): string => resolve(from.folder, one.trim().replace(/^~(?=\/|$)/, env['HOME'] ?? '~'));
  const wrong = (wanted: string): never => {
    throw new PbError('args', `${from.name} must be ${wanted}, not ${JSON.stringify(text)}`);
  };
  const cut = (by: string): readonly string[] => text.split(by).filter((one) => one.trim() !== '');
  switch (kind) {
    case 'text':
      return text;
    case 'path':
      return path(text);
    case 'paths, with commas':
      return cut(',').map(path);
    case 'paths, with colons':
      return cut(':').map(path);
    case 'vault ids':
      return cut(',').map((one) => one.trim().replace(/@(?!prompt)(.+)$/, (_, file: string) => `@${path(file)}`));
    case 'flag':
      return booleanOf(text) ?? wrong('yes or no');
    case 'number':
      return /^[1-9]\d*$/.test(text) ? Number(text) : wrong('a whole number above 0');
  }
}

/** What is written there and would change what comes of a playbook, had pb heard of it. */
function tellOfOthers({ path, sections }: Config): void {
  const known = new Set(SETTINGS.map(({ section, key }) => `${section}.${key}`));
  const others = ['defaults', 'privilege_escalation', 'ssh_connection'].flatMap((section) =>
    [...(sections.get(section)?.keys() ?? [])].filter((key) => !known.has(`${section}.${key}`) && !WITHOUT_EFFECT.test(key)),
  );
  if (others.length > 0)
    process.stderr.write(`warning: ${path}: pb has no setting ${others.join(', ')}; see "Settings" in docs/coming-from-ansible.md\n`);
}

/** It would change what every variable comes to. */
function refuseMerging(env: NodeJS.ProcessEnv, config: Config | undefined): void {
  const written = config?.sections.get('defaults')?.get('hash_behaviour');
  if ((env['ANSIBLE_HASH_BEHAVIOUR'] ?? written) !== 'merge') return;
  const where = env['ANSIBLE_HASH_BEHAVIOUR'] === undefined ? `${config?.path}: hash_behaviour = merge` : 'ANSIBLE_HASH_BEHAVIOUR=merge';
  throw new PbError('args', `${where} is not supported`, {
    hint: 'merge where it is wanted: the filter combine(recursive=True), or include_vars with hash_behaviour: merge',
  });
}

function kindOf(path: string): 'file' | 'directory' | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? 'file' : found?.isDirectory() ? 'directory' : undefined;
}
