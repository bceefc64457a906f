/** What the workloads act on: the files of a finished host, the same for all of them, and inventories that name the hosts. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from './sshd.ts';

export interface Site {
  readonly folder: string;
  /** Files at the controller. */
  readonly files: string;
  /** The hosts' folder. */
  readonly target: string;
}

const MOTD = 'Welcome. Nothing is left to do here.\n';
const TEMPLATE = [
  '# managed file',
  "{% for name in ['alpha', 'beta', 'gamma'] %}",
  '{{ name }} = {{ name | length }}',
  '{% endfor %}',
  'listen = {{ app_port | default(8080) }}',
  '',
].join('\n');
/** The same for pyinfra, whose templates keep the line ends of their blocks. */
const PYINFRA_TEMPLATE = [
  '# managed file',
  "{% for name in ['alpha', 'beta', 'gamma'] %}{{ name }} = {{ name | length }}",
  '{% endfor %}listen = 8080',
  '',
].join('\n');
const RENDERED = '# managed file\nalpha = 5\nbeta = 4\ngamma = 5\nlisten = 8080\n';
const BIG_FILE_BYTES = 20 * 1024 * 1024;

export async function makeSite(folder: string): Promise<Site> {
  const site = { folder, files: join(folder, 'files'), target: join(folder, 'target') };
  for (const path of [site.files, join(site.target, 'etc'), join(site.target, 'data'), join(site.target, 'big')])
    await mkdir(path, { recursive: true, mode: 0o755 });
  const lines = Array.from({ length: 200 }, (_, index) => `key${index + 1}=${index + 1}\n`).join('');
  await Promise.all([
    writeFile(join(site.files, 'motd'), MOTD),
    writeFile(join(site.files, 'app.conf.j2'), TEMPLATE),
    writeFile(join(site.files, 'pyinfra.conf.j2'), PYINFRA_TEMPLATE),
    writeFile(join(site.files, 'big'), randomBytes(BIG_FILE_BYTES)),
    writeFile(join(site.target, 'etc/motd'), MOTD, { mode: 0o644 }),
    writeFile(join(site.target, 'etc/app.conf'), RENDERED, { mode: 0o644 }),
    writeFile(join(site.target, 'etc/lines.conf'), `${lines}opt_main=1\n`, { mode: 0o644 }),
    writeFile(join(site.target, 'data/created'), '', { mode: 0o640 }),
  ]);
  return site;
}

/** Commands that find out what playbooks/ten-tasks.yml finds out, and what their answers begin with. */
export function tenQuestions({ target }: Site): readonly (readonly [string, string])[] {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  return [
    [`stat -c '%F %s %a %U %Y' ${target}/etc/app.conf`, `regular file ${RENDERED.length} 644`],
    ['lsblk -J -b -o NAME,PATH,SIZE,TYPE,FSTYPE,MOUNTPOINT,WWN', '{'],
    ['ls -1 /sys/block', ''],
    [`sha256sum ${target}/etc/motd`, sha256(MOTD)],
    [`sha256sum ${target}/etc/app.conf`, sha256(RENDERED)],
    [`stat -c '%F %a' ${target}/data`, 'directory 755'],
    [`grep -qxF opt_main=1 ${target}/etc/lines.conf && echo present`, 'present'],
    [`test -e ${target}/data/created && echo done`, 'done'],
    [`stat -c %a ${target}/data/created`, '640'],
    ['id', 'uid='],
  ];
}

/** An inventory of the first `count` hosts, which pb, ansible and mitogen read alike. */
export async function writeInventory(site: Site, fleet: Fleet, count: number, name = 'hosts'): Promise<string> {
  const path = join(site.folder, `${name}-${count}.json`);
  const hosts = Object.fromEntries(fleet.addresses.slice(0, count).map((address) => [address, null]));
  const vars = {
    ansible_user: fleet.user,
    ansible_port: fleet.port,
    ansible_ssh_private_key_file: fleet.keyFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHostsFile}`,
    // All hosts are this machine: the last of a thousand logins is answered late. The peers have the same patience.
    ansible_ssh_timeout: 300,
    target: site.target,
    files: site.files,
  };
  await writeFile(path, JSON.stringify({ all: { vars, hosts } }));
  return path;
}
