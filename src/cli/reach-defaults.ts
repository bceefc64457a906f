/** What the command line says of connections, by the variable it stands for. */
import type { ReachDefaults } from '../engine/endpoint.ts';
import type { RunFlags } from './options.ts';
import { ask, passwordFile } from './passwords.ts';

export async function reachDefaults(flags: RunFlags, onSecret: (value: string) => void): Promise<ReachDefaults> {
  const found: { [variable: string]: string } = {};
  const set = (variable: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') found[variable] = String(value);
  };
  set('ansible_user', flags.user);
  set('ansible_connection', flags.connection);
  set('ansible_ssh_private_key_file', flags.privateKey);
  set('ansible_ssh_common_args', flags.sshCommonArgs);
  set('ansible_ssh_extra_args', flags.sshExtraArgs);
  set('ansible_timeout', flags.timeout);
  set('ansible_host_key_checking', flags.hostKeyChecking);
  if (flags.become) set('ansible_become', 'true');
  set('ansible_become_method', flags.becomeMethod);
  set('ansible_become_user', flags.becomeUser);
  const password = flags.askPass
    ? await ask('SSH password: ')
    : flags.connectionPasswordFile && (await passwordFile(flags.connectionPasswordFile));
  set('ansible_password', password);
  const become = flags.askBecomePass
    ? await ask('BECOME password: ')
    : flags.becomePasswordFile && (await passwordFile(flags.becomePasswordFile));
  set('ansible_become_password', become || (flags.askBecomePass ? password : undefined));
  for (const name of ['ansible_password', 'ansible_become_password']) if (found[name]) onSecret(found[name]);
  return found;
}
