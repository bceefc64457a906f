/** OpenSSH's own client against lab hosts: the lab speaks to anybody, not to ssh2 alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultWorker, type LabHosts, startHosts } from '../../src/lab/hosts/index.ts';
import { installMissing } from './parts/debian.ts';

const missing = await installMissing({ ssh: 'openssh-client' });
if (missing !== undefined && process.env['PB_REQUIRE_REAL'] === '1') throw new Error(missing);

(missing === undefined ? describe : describe.skip)('the ssh command', () => {
  let dir: string;
  let lab: LabHosts;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pb-lab-ssh-'));
    const hosts = ['worker01', 'worker02'].map((name) => ({ name, world: defaultWorker(name) }));
    lab = await startHosts({ hosts, speed: 1, keyDir: join(dir, 'keys'), signal: new AbortController().signal });
    const blocks = [...lab.hosts.values()].map(({ name, address, port }) => `Host ${name}\n  HostName ${address}\n  Port ${port}\n`);
    const common = `Host *\n  User core\n  IdentityFile ${lab.userKey.file}\n  IdentitiesOnly yes\n  BatchMode yes\n  UserKnownHostsFile ${dir}/known_hosts\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n`;
    await writeFile(join(dir, 'known_hosts'), lab.knownHosts);
    await writeFile(join(dir, 'config'), [...blocks, common].join(''));
  });
  afterAll(async () => {
    await lab?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const ssh = (args: readonly string[], input = '') =>
    execa('ssh', ['-F', join(dir, 'config'), ...args], { input, reject: false, stripFinalNewline: false, timeout: 60_000 });

  test('output, errors and exit code', async () => {
    expect(await ssh(['worker01', 'hostname; echo oops >&2; exit 7'])).toMatchObject({
      exitCode: 7,
      stdout: 'worker01\n',
      stderr: 'oops\n',
    });
  });

  test('input, by a pipeline of the host', async () => {
    expect(await ssh(['worker01', 'sort -r | head -n 1'], 'a\nc\nb\n')).toMatchObject({ exitCode: 0, stdout: 'c\n' });
  });

  test('a script on standard input', async () => {
    expect((await ssh(['worker01', 'sudo', 'sh', '-s', 'one'], 'read x <<E\n$1\nE\necho "$x" $(id -un)\n')).stdout).toBe('one root\n');
  });

  test('a command that a signal ends', async () => {
    const { exitCode, stderr } = await ssh(['worker01', 'kill -TERM $$']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 255, stderr: expect.any(String) });
  });

  test('disks, as the tools show them', async () => {
    const { stdout } = await ssh(['worker01', 'lsblk -J -b -o NAME,SIZE,TYPE']);
    const { blockdevices } = JSON.parse(stdout) as { blockdevices: readonly { name: string; size: number }[] };
    expect(blockdevices.map(({ name, size }) => [name, size])).toEqual([
      ['sda', 120 * 1024 ** 3],
      ['sdb', 100 * 1024 ** 3],
    ]);
    expect((await ssh(['worker01', 'sudo mkfs.ext4 -q -L data /dev/sdb && lsblk -no LABEL /dev/sdb'])).stdout).toBe('data\n');
  });

  test('one host behind another', async () => {
    const { host, port } = { host: lab.hosts.get('worker01')?.address, port: lab.hosts.get('worker01')?.port };
    expect(await ssh(['-J', `core@${host}:${port}`, 'worker02', 'hostname'])).toMatchObject({ exitCode: 0, stdout: 'worker02\n' });
  });

  test('many sessions on one kept connection', async () => {
    const master = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${dir}/control`, '-o', 'ControlPersist=30', 'worker01'];
    await ssh([...master, 'true']);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ssh([...master, `sleep 0.1; echo ${index}`])));
    expect(answers.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, index) => `${index}\n`));
    await ssh(['-O', 'exit', ...master]);
  });

  test('a key nobody knows is not let in', async () => {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'other')]);
    expect(
      await ssh([
        '-i',
        join(dir, 'other'),
        '-o',
        `IdentityFile=${dir}/other`,
        '-F',
        'none',
        '-o',
        'BatchMode=yes',
        '-o',
        'IdentitiesOnly=yes',
        '-o',
        `UserKnownHostsFile=${dir}/known_hosts`,
        '-p',
        String(lab.hosts.get('worker01')?.port),
        'core@127.0.0.1',
        'true',
      ]),
    ).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('Permission denied (publickey,password)') });
  });
});
