/** `pb check` on a real host: it changes nothing, and says what the run then does; the second run does nothing. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { partOrSkip } from '../parts/require.ts';
import { changes, type Ended, errorOf, pb, results, stats } from './cli.ts';
import { fleet, site } from './fleet.ts';

const suite = await partOrSkip('vm');

/** Every module that touches a host, with what depends on what an earlier task makes. */
const tasks = `
- ping:
- name: Directory
  file: { path: /srv/app/conf, state: directory, mode: "0750", owner: core }
- name: Copy into it
  copy: { content: "host={{ inventory_hostname }}\\n", dest: /srv/app/conf/plain.conf, mode: "0640" }
- name: Copy a tree
  copy: { src: tree/, dest: /srv/app/tree/, mode: "0644", directory_mode: "0755" }
- name: Copy a large file
  copy: { src: large.bin, dest: /srv/app/large.bin, mode: "0600" }
- name: Template over what is there
  template: { src: motd.j2, dest: /etc/motd, mode: "0644", backup: true }
  notify: Reload
- name: Copy on the host
  copy: { src: /etc/hosts, dest: /srv/app/hosts, remote_src: true, mode: "0644" }
- name: Link
  file: { src: conf/plain.conf, dest: /srv/app/current, state: link }
- name: Attributes
  file: { path: /etc/issue, mode: "0600" }
- name: Remove
  file: { path: /etc/issue.net, state: absent }
- name: Command that is done once
  command: touch /srv/app/initialised
  args: { creates: /srv/app/initialised }
- name: Shell that is done once
  shell: "wc -c </srv/app/conf/plain.conf >/srv/app/size"
  args: { creates: /srv/app/size }
- name: Look at a file
  stat: { path: /etc/os-release }
  register: release
- name: Read a file
  slurp: { src: /etc/hostname }
  register: hostname
- name: What was read
  assert: { that: [release.stat.exists, "(hostname.content | b64decode | trim) == inventory_hostname"] }
- name: Wait for sshd
  wait_for: { port: 22, timeout: 20 }
- name: Disks
  disk_probe: {}
- name: Several
  file: { path: "/srv/app/{{ item }}", state: directory, mode: "0700" }
  loop: [one, two, three]
- set_fact: { answer: 42 }
- debug: { var: answer }`;

const handlers = `
- name: Reload
  command: touch /run/reloaded
  args: { creates: /run/reloaded }`;

suite('a real host', () => {
  const hosts = fleet({
    alpha: { name: 'alpha', address: '127.0.0.51', disks: [{ kind: 'scsi', sizeMiB: 16, serial: 'S1' }] },
    beta: { name: 'beta', address: '127.0.0.52' },
  });

  /** Every name on the host's own file systems with its kind, mode, owner, size, inode and times. sshd keeps its own books on logins, udev on disks that were opened. */
  const manifest = async () => {
    const list = `find / /run /tmp -xdev \\( -path /run/sudo -o -path /run/udev \\) -prune -o -printf '%p %y %m %U:%G %s %i %T@ %C@ %l\\n' | grep -vE '^/(var/log/(lastlog|wtmp|btmp)|run/(utmp|motd.dynamic)|tmp|run) '; mount; cat /proc/swaps`;
    const [alpha, beta, image] = await Promise.all([
      hosts.onAlpha.root(list),
      hosts.onBeta.root(list),
      readFile(hosts.alpha.diskImages[0] ?? ''),
    ]);
    return { alpha: alpha.split('\n'), beta: beta.split('\n'), image: createHash('sha256').update(image).digest('hex') };
  };
  const announced = (ended: Ended) =>
    changes(ended)
      .map(({ where, change }) => JSON.stringify({ where, change }))
      .sort();

  test('check changes nothing; the run does what was announced; the second run does nothing', async () => {
    hosts.setUp({ alpha: { ansible_become: true }, beta: { ansible_become: true } }, tasks, handlers);
    hosts.project.write({
      'files/tree/a': 'a\n',
      'files/tree/below/b': 'b\n',
      'files/large.bin': 'x'.repeat(300_000),
      'templates/motd.j2': 'Welcome to {{ inventory_hostname }}\n{% for n in [1, 2] %}\nline {{ n }}\n{% endfor %}\n',
    });

    const before = await manifest();
    const checked = await pb(hosts.project, ['check', ...site]);
    expect([checked.exitCode, checked.stderr]).toEqual([0, '']);
    expect(await manifest()).toEqual(before);

    const ran = await pb(hosts.project, ['run', ...site]);
    expect(ran.exitCode).toBe(0);
    expect(announced(checked)).toEqual(announced(ran));
    for (const host of ['alpha', 'beta']) {
      expect(stats(checked)[host]).toEqual(stats(ran)[host]);
      expect(stats(ran)[host]).toMatchObject({ failed: 0, unreachable: 0, unknown: 0 });
    }
    expect((await hosts.onBeta.root('cat /srv/app/current /etc/motd /srv/app/size; ls /run/reloaded')).split('\n')).toEqual([
      ...['host=beta', 'Welcome to beta', 'line 1', 'line 2', '10', '/run/reloaded', ''],
    ]);

    const settled = await manifest();
    const again = await pb(hosts.project, ['run', ...site]);
    expect([again.exitCode, changes(again)]).toEqual([0, []]);
    expect(stats(again)).toMatchObject({ alpha: { changed: 0 }, beta: { changed: 0 } });
    expect(await manifest()).toEqual(settled);
  });

  test('what a command does is announced as unknown, and it does not run', async () => {
    hosts.setUp(
      { alpha: {} },
      '- name: Do\n  command: touch /tmp/done\n  register: done\n- name: Then\n  debug: { msg: "{{ done.stdout }}" }\n',
    );
    const checked = await pb(hosts.project, ['check', ...site]);
    expect([checked.exitCode, results(checked, 'Do')['alpha'], results(checked, 'Then')['alpha']]).toMatchObject([
      0,
      { status: 'unknown', change: { summary: 'run touch /tmp/done' } },
      { status: 'unknown' },
    ]);
    expect((await hosts.onAlpha.sh('test -e /tmp/done')).code).toBe(1);
  });

  test('what would fail fails in check too', async () => {
    hosts.setUp({ alpha: {} }, '- name: Nowhere\n  copy: { content: x, dest: /no/such/place/file }\n');
    const checked = await pb(hosts.project, ['check', ...site]);
    const ran = await pb(hosts.project, ['run', ...site]);
    expect([checked.exitCode, ran.exitCode]).toEqual([2, 2]);
    expect(errorOf(checked, 'alpha').message).toBe(errorOf(ran, 'alpha').message);
  });
});
