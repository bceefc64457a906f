/** The lookup `config`: what an Ansible without a configuration file answers of the settings that playbooks ask for. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nearest, PbError } from '../../core/diagnostic.ts';
import type { Resolved } from '../../core/value.ts';
import type { Lookup } from '../../template/index.ts';
import { option, termText } from './place.ts';

const home = (name: string): string => join(homedir(), '.ansible', name);
const shared = (name: string): readonly string[] => [home(name), `/usr/share/ansible/${name}`];

const SETTINGS: { readonly [name: string]: () => Resolved } = {
  ANSIBLE_HOME: () => join(homedir(), '.ansible'),
  ANY_ERRORS_FATAL: () => false,
  COLLECTIONS_PATHS: () => shared('collections'),
  COLOR_CHANGED: () => 'yellow',
  COLOR_ERROR: () => 'red',
  COLOR_OK: () => 'green',
  COLOR_SKIP: () => 'cyan',
  COLOR_UNREACHABLE: () => 'bright red',
  COLOR_WARN: () => 'bright purple',
  DEFAULT_BECOME: () => false,
  DEFAULT_BECOME_METHOD: () => 'sudo',
  DEFAULT_BECOME_USER: () => 'root',
  DEFAULT_EXECUTABLE: () => '/bin/sh',
  DEFAULT_FORCE_HANDLERS: () => false,
  DEFAULT_FORKS: () => 5,
  DEFAULT_GATHERING: () => 'implicit',
  DEFAULT_HASH_BEHAVIOUR: () => 'replace',
  DEFAULT_HOST_LIST: () => ['/etc/ansible/hosts'],
  DEFAULT_JINJA2_NATIVE: () => true,
  DEFAULT_MANAGED_STR: () => 'Ansible managed',
  DEFAULT_MODULE_PATH: () => shared('plugins/modules'),
  DEFAULT_NO_LOG: () => false,
  DEFAULT_POLL_INTERVAL: () => 15,
  DEFAULT_PRIVATE_KEY_FILE: () => null,
  DEFAULT_REMOTE_PORT: () => null,
  DEFAULT_REMOTE_USER: () => null,
  DEFAULT_ROLES_PATH: () => [...shared('roles'), '/etc/ansible/roles'],
  DEFAULT_STDOUT_CALLBACK: () => 'default',
  DEFAULT_STRATEGY: () => 'linear',
  DEFAULT_TIMEOUT: () => 10,
  DEFAULT_TRANSPORT: () => 'ssh',
  DEFAULT_UNDEFINED_VAR_BEHAVIOR: () => true,
  DEFAULT_VAULT_IDENTITY: () => 'default',
  DEFAULT_VERBOSITY: () => 0,
  DIFF_ALWAYS: () => false,
  DIFF_CONTEXT: () => 3,
  HOST_KEY_CHECKING: () => true,
  INJECT_FACTS_AS_VARS: () => true,
  RETRY_FILES_ENABLED: () => false,
  RETRY_FILES_SAVE_PATH: () => null,
  TAGS_RUN: () => [],
  TAGS_SKIP: () => [],
  TASK_TIMEOUT: () => 0,
};

/** `lookup('config', 'DEFAULT_FORKS')`; `on_missing` is error, warn or skip. */
export const config: Lookup = (call) =>
  call.terms.flatMap((term) => {
    const name = termText(term);
    const value = Object.hasOwn(SETTINGS, name) && call.options['plugin_name'] === undefined ? SETTINGS[name]?.() : undefined;
    if (value !== undefined) return [value];
    if (['skip', 'warn'].includes(option(call, 'on_missing', 'error'))) return [];
    const near = nearest(name, Object.keys(SETTINGS));
    throw new PbError('template', `there is no setting ${name}`, { hint: near ? `did you mean ${near}?` : "on_missing='skip' goes on" });
  });
