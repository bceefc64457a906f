/** The files that point other tools at a lab: an inventory to lay over one's own, a kubeconfig, and what OpenSSH needs. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface LabHostAddress {
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

export interface LabFiles {
  /** A directory; the last -i. */
  readonly inventory: string;
  readonly kubeconfig: string;
  readonly sshConfig: string;
  /** Private key that opens every host. */
  readonly key: string;
  readonly knownHosts: string;
}

export interface Reach {
  readonly hosts: ReadonlyMap<string, LabHostAddress>;
  /** File of the private key. */
  readonly key: string;
  /** Lines of known_hosts. */
  readonly knownHosts: string;
  /** Content of a kubeconfig file. */
  readonly kubeconfig: string;
}

const labFiles = (folder: string, key: string): LabFiles => ({
  inventory: join(folder, 'inventory'),
  kubeconfig: join(folder, 'kubeconfig'),
  sshConfig: join(folder, 'ssh_config'),
  key,
  knownHosts: join(folder, 'known_hosts'),
});

/** The kubeconfig is for the user alone. */
export async function writeLabFiles(folder: string, reach: Reach): Promise<LabFiles> {
  const files = labFiles(folder, reach.key);
  await rm(files.inventory, { recursive: true, force: true });
  await mkdir(join(files.inventory, 'host_vars'), { recursive: true, mode: 0o700 });
  const hosts = [...reach.hosts].filter(([name]) => name !== 'localhost');
  await Promise.all([
    writeFile(files.kubeconfig, reach.kubeconfig, { mode: 0o600 }),
    writeFile(files.knownHosts, reach.knownHosts),
    writeFile(files.sshConfig, hosts.map(([name, at]) => sshEntry(name, at, files)).join('\n')),
    writeFile(join(files.inventory, 'hosts.yml'), inventoryText(hosts.map(([name]) => name))),
    ...hosts.map(([name, at]) => writeFile(join(files.inventory, 'host_vars', `${name}.yml`), hostVars(at, files))),
  ]);
  return files;
}

const inventoryText = (names: readonly string[]): string =>
  `# Written by pb lab: lay it over your inventory, -i inventory -i this directory.\nall:\n  hosts:\n${names.map((name) => `    ${name}:\n`).join('')}`;

/** In host_vars, so that it wins over addresses in the inventory laid under it. */
const hostVars = ({ address, port }: LabHostAddress, files: LabFiles): string =>
  [
    'ansible_connection: ssh',
    `ansible_host: ${address}`,
    `ansible_port: ${port}`,
    `ansible_ssh_private_key_file: ${JSON.stringify(files.key)}`,
    `ansible_ssh_common_args: ${JSON.stringify(`-o UserKnownHostsFile=${files.knownHosts} -o IdentitiesOnly=yes -o ProxyJump=none`)}`,
    '',
  ].join('\n');

const sshEntry = (name: string, { address, port, user }: LabHostAddress, files: LabFiles): string =>
  [
    `Host ${name}`,
    `  HostName ${address}`,
    `  Port ${port}`,
    `  User ${user}`,
    `  IdentityFile "${files.key}"`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile "${files.knownHosts}"`,
    '  StrictHostKeyChecking yes',
    '  LogLevel ERROR',
    '',
  ].join('\n');
