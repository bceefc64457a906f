/** Lab hosts as hosts: who is let in, jump hosts, sudo, faults, power, and many of them at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Become } from '../../../src/core/inventory.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { HostName } from '../../../src/core/value.ts';
import { defaultMaster, defaultWorker, type LabHosts, startHosts, type User } from '../../../src/lab/hosts/index.ts';
import { maybeFind } from '../../../src/lab/hosts/world/files.ts';
import { createTransports, type Transports } from '../../../src/transports/index.ts';
import { failure } from '../../transports/failure.ts';
import { raw } from '../../transports/raw-probe.ts';
import { type LabWorld, labWorld, output } from './lab-world.ts';

const person = (name: string, uid: number, more: Pick<User, 'sudo'> & { readonly password?: string }): User => ({
  ...{ name, uid, gid: uid, gecos: '', home: `/var/home/${name}`, shell: '/bin/bash' },
  ...more,
});
const people: readonly User[] = [
  person('core', 1000, { sudo: 'nopasswd' }),
  person('ops', 1001, { sudo: 'password', password: 'open sesame' }),
  person('plain', 1002, { sudo: 'none', password: 'secret' }),
];

describe('one host', () => {
  let here: LabWorld;
  beforeAll(async () => {
    here = await labWorld(defaultWorker('worker01', { users: people }));
  });
  afterAll(() => here?.close());
  afterEach(() => here.host.heal());

  const root = (password?: string): Become => ({ method: 'sudo', user: 'root', ...(password ? { password: Secret.of(password) } : {}) });
  const whoIs = async (connection: Awaited<ReturnType<LabWorld['connectAs']>>) => (await connection.reader.ask(raw, ['id', '-un'])).stdout;
  const fresh = (): Transports => createTransports({ home: here.home, sshConfigFile: '', env: {}, signal: new AbortController().signal });

  test.each([
    ['core', undefined, 'root\n'],
    ['ops', 'open sesame', 'root\n'],
  ])('%s becomes root', async (user, password, who) => {
    const transports = fresh();
    const connection = await transports.connect(
      'worker01' as HostName,
      here.endpoint({ user }),
      root(password),
      new AbortController().signal,
    );
    expect(await whoIs(connection)).toBe(who);
    await transports.close();
  });

  test.each([
    ['ops', undefined, /asks for a password and none was given/],
    ['ops', 'wrong', /did not accept the password \(Sorry, try again/],
    ['plain', 'secret', /does not allow it \(plain is not in the sudoers/],
  ])('%s with the password %s does not', async (user, password, says) => {
    const transports = fresh();
    const connecting = transports.connect('worker01' as HostName, here.endpoint({ user }), root(password), new AbortController().signal);
    expect(await failure(connecting)).toMatchObject({ code: 'become', message: expect.stringMatching(says) });
    await transports.close();
  });

  test('a user that sudo does not know, and one that is nobody', async () => {
    const transports = fresh();
    const signal = new AbortController().signal;
    const become: Become = { method: 'sudo', user: 'no-such-user' };
    expect(await failure(transports.connect('worker01' as HostName, here.endpoint(), become, signal))).toMatchObject({
      code: 'become',
      message: expect.stringContaining('no such user'),
    });
    expect(await failure(transports.connect('worker01' as HostName, here.endpoint({ user: 'nobody' }), undefined, signal))).toMatchObject({
      code: 'auth',
    });
    await transports.close();
  });

  test('a password opens the door as well, and a wrong one does not', async () => {
    const login = (password: string) => {
      const { keyFile: _, ...endpoint } = here.endpoint({ user: 'plain', password: Secret.of(password) });
      return fresh().connect('worker01' as HostName, endpoint, undefined, new AbortController().signal);
    };
    expect(await whoIs(await login('secret'))).toBe('plain\n');
    expect(await failure(login('guess'))).toMatchObject({ code: 'auth' });
  });

  test('files belong to somebody: what root keeps to itself, core cannot read', async () => {
    expect(await output(here, 'cat /var/roothome/x')).toMatchObject({ code: 1, stderr: 'cat: /var/roothome/x: Permission denied\n' });
    expect(await output(here, 'echo x >/etc/new')).toMatchObject({ code: 1, stderr: 'bash: line 1: /etc/new: Permission denied\n' });
    expect(await output(here, 'head -c 1 /dev/sdb')).toMatchObject({
      code: 1,
      stderr: "head: cannot open '/dev/sdb' for reading: Permission denied\n",
    });
  });

  test('a script that only computes keeps nobody waiting', async () => {
    const is = (path: string): boolean => {
      const kernel = { processes: () => [], pid: 1, now: 1 };
      return maybeFind({ world: here.host.world(), kernel, who: { uid: 0, gid: 0, groups: [0] }, cwd: '/' }, path) !== undefined;
    };
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const loops = 'i=0; while [ $i -lt 200 ]; do j=0; while [ $j -lt 100 ]; do j=$((j + 1)); done; i=$((i + 1)); done';
    const running = output(here, `: >/tmp/begun; ${loops}; : >/tmp/done`);
    while (!is('/tmp/begun')) await turn();
    expect(is('/tmp/done')).toBe(false);
    await running;
    expect(is('/tmp/done')).toBe(true);
  });

  test('a lie, once it is told, is what every asker hears', async () => {
    here.host.fault({ lie: ([program]) => (program === 'lsblk' ? { code: 0, stdout: '{"blockdevices": []}' } : undefined) });
    expect((await output(here, 'lsblk -J')).stdout).toBe('{"blockdevices": []}');
    here.host.heal();
    expect((await output(here, 'lsblk -J')).stdout).toContain('sdb');
  });

  test('a login that is refused, and a link that is cut', async () => {
    const transports = fresh();
    const signal = new AbortController().signal;
    here.host.fault({ refuseLogin: true });
    expect(await failure(transports.connect('worker01' as HostName, here.endpoint(), undefined, signal))).toMatchObject({ code: 'auth' });
    here.host.heal();
    const connection = await transports.connect('worker01' as HostName, here.endpoint(), undefined, signal);
    here.host.fault({ link: 'down' });
    expect(await failure(connection.reader.ask(raw, ['id', '-un']))).toMatchObject({ code: 'unreachable' });
    here.host.heal();
    expect(await whoIs(connection)).toBe('core\n');
    await transports.close();
  });

  test('a link that hangs: bytes come once it is well again', async () => {
    const transports = fresh();
    const connection = await transports.connect('worker01' as HostName, here.endpoint(), undefined, new AbortController().signal);
    await whoIs(connection);
    here.host.fault({ link: 'hang' });
    let answered = false;
    const asking = whoIs(connection).then((who) => {
      answered = true;
      return who;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    here.host.heal();
    expect(await asking).toBe('core\n');
    await transports.close();
  });
});

describe('a lab', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'pb-lab-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  const start = (names: readonly string[], speed = 600): Promise<LabHosts> =>
    startHosts({
      hosts: names.map((name) => ({ name, world: defaultWorker(name) })),
      speed,
      keyDir: join(dir, 'keys'),
      signal: new AbortController().signal,
    });

  test('one host behind another', async () => {
    const lab = await startHosts({
      hosts: [
        { name: 'bastion', world: defaultMaster('bastion') },
        { name: 'worker01', world: defaultWorker('worker01') },
      ],
      ...{ speed: 1, keyDir: join(dir, 'keys'), signal: new AbortController().signal },
    });
    const [bastion, worker] = ['bastion', 'worker01'].map((name) => lab.hosts.get(name));
    const known = join(dir, 'known_hosts');
    writeFileSync(known, lab.knownHosts);
    const transports = createTransports({ home: dir, sshConfigFile: '', env: {}, signal: new AbortController().signal });
    const common = {
      via: 'ssh',
      user: 'core',
      keyFile: lab.userKey.file,
      hostKeys: 'strict',
      knownHosts: [known],
      connectTimeoutMs: 20_000,
    } as const;
    const endpoint = {
      ...common,
      address: worker?.address ?? '',
      port: worker?.port ?? 0,
      jump: [`core@${bastion?.address}:${bastion?.port}`],
    };
    const connection = await transports.connect('worker01' as HostName, endpoint, undefined, new AbortController().signal);
    expect((await connection.reader.ask(raw, ['hostname'])).stdout).toBe('worker01\n');
    await transports.close();
    await lab.close();
  });

  test('keys stay the same from one start to the next', async () => {
    const first = await start(['worker01']);
    await first.close();
    const second = await start(['worker01']);
    expect([second.hosts.get('worker01')?.hostKey, second.userKey.public]).toEqual([
      first.hosts.get('worker01')?.hostKey,
      first.userKey.public,
    ]);
    await second.close();
  });

  test('what is on the disks outlives a power cut; what runs, and what was mounted by hand, does not', async () => {
    const here = await labWorld(undefined, 600);
    await here.far.sh(
      'sudo mkfs.ext4 -q /dev/sdb; sudo mkdir -p /mnt/x; sudo mount /dev/sdb /mnt/x; echo kept | sudo tee /mnt/x/file; echo y >/tmp/y',
    );
    const before = here.host.world();
    await here.host.reboot(60_000);
    const transports = createTransports({ home: here.home, sshConfigFile: '', env: {}, signal: new AbortController().signal });
    const connection = await transports.connect(
      'worker01' as HostName,
      here.endpoint(),
      { method: 'sudo', user: 'root' },
      new AbortController().signal,
    );
    const say = async (...argv: [string, ...string[]]) => (await connection.reader.ask(raw, argv)).stdout;
    expect(await say('findmnt', '-no', 'TARGET', '/dev/sdb')).toBe('');
    expect(await say('sh', '-c', 'mount /dev/sdb /mnt/x && cat /mnt/x/file')).toBe('kept\n');
    expect(await say('cat', '/proc/sys/kernel/random/boot_id')).not.toBe(`${before.bootId}\n`);
    await transports.close();
    await here.close();
  });

  test('300 hosts in one process, in little memory', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `node${String(index).padStart(3, '0')}`);
    const before = process.memoryUsage().heapUsed;
    const lab = await start(names);
    expect(lab.hosts.size).toBe(300);
    expect(new Set([...lab.hosts.values()].map(({ port }) => port)).size).toBe(300);
    expect((process.memoryUsage().heapUsed - before) / 300).toBeLessThan(400_000);
    await lab.close();
  });
});
