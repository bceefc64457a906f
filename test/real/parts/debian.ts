import { execa } from 'execa';

/** Each command with the Debian package that brings it; undefined: none does, it must be there. */
export type Commands = Readonly<Record<string, string | undefined>>;

/** Installs the Debian packages of the commands that are not on the PATH. Says what stays missing and why, or nothing. */
export async function installMissing(commands: Commands): Promise<string | undefined> {
  const absent: string[] = [];
  for (const command of Object.keys(commands)) if (!(await onPath(command))) absent.push(command);
  if (absent.length === 0) return undefined;

  const packages = [...new Set(absent.map((command) => commands[command]))];
  const needs = `${absent.join(', ')} not found`;
  if (packages.includes(undefined)) return `${needs}; this must be installed by hand`;
  if (!(await onPath('apt-get'))) return `${needs}, and this is no Debian`;
  if (process.getuid?.() !== 0) return `${needs}; as root: apt-get install ${packages.join(' ')}`;

  const install = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', ...(packages as string[])];
  const options = { reject: false, stdin: 'ignore', env: { DEBIAN_FRONTEND: 'noninteractive' } } as const;
  let result = await execa('apt-get', install, options);
  if (result.exitCode !== 0) {
    // The package lists may be absent or stale.
    await execa('apt-get', ['update', '-qq'], options);
    result = await execa('apt-get', install, options);
  }
  return result.exitCode === 0 ? undefined : `${needs}; apt-get: ${result.stderr.slice(-500)}`;
}

async function onPath(command: string): Promise<boolean> {
  const { exitCode } = await execa('sh', ['-c', 'command -v "$1"', 'sh', command], { reject: false });
  return exitCode === 0;
}
