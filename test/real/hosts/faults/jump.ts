/** One host through another, and several side by side. */
import { beforeAll, describe, expect, test } from 'vitest';
import { errorOf, pb, results, start, stats } from '../cli.ts';
import { type Fleet, site } from '../fleet.ts';

/** On alpha, leads to beta's sshd. */
const INNER = 2222;

export function jump(fleet: Fleet): void {
  describe('a jump host', () => {
    beforeAll(() => fleet.onAlpha.lead(INNER, fleet.beta));
    const task = '- command: hostname\n  register: name\n- assert: { that: name.stdout == "beta" }\n';
    const behind = () => ({ ansible_host: '127.0.0.1', ansible_port: INNER });
    const alsoKnown = () => {
      const key = fleet.beta.knownHosts.replace(/^\S+/, `[127.0.0.1]:${INNER}`);
      fleet.project.write({ 'home/.ssh/known_hosts': `${fleet.alpha.knownHosts}\n${key}\n` });
    };

    test.each(['-J', '-o ProxyJump='])('given as %s in ansible_ssh_common_args', async (flag) => {
      alsoKnown();
      const bastion = `core@${fleet.alpha.address}:${fleet.alpha.port}`;
      fleet.setUp({ beta: { ...behind(), ansible_ssh_common_args: `${flag}${flag === '-J' ? ' ' : ''}${bastion}` } }, task);
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, stats(ended)['beta']]).toMatchObject([0, { ok: 2, failed: 0, unreachable: 0 }]);
    });

    test('given in ~/.ssh/config, with everything else there too', async () => {
      alsoKnown();
      const { address, port, keyFile } = fleet.alpha;
      const common = `  User core\n  IdentityFile ${keyFile}\n`;
      const config = `Host bastion\n  HostName ${address}\n  Port ${port}\n${common}Host inner-*\n  HostName 127.0.0.1\n  Port ${INNER}\n  ProxyJump bastion\n${common}`;
      fleet.project.write({ 'home/.ssh/config': config });
      fleet.setUp({ 'inner-beta': {} }, task);
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, stats(ended)['inner-beta']]).toMatchObject([0, { ok: 2 }]);
    });

    test('that cannot be reached is named', async () => {
      fleet.setUp({ beta: { ...behind(), ansible_ssh_common_args: '-J core@127.0.0.1:1' } }, task);
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, errorOf(ended, 'beta')]).toMatchObject([
        4,
        {
          code: 'unreachable',
          message: 'beta (jump host 127.0.0.1): cannot reach 127.0.0.1 port 1: nothing listens there (connection refused)',
        },
      ]);
    });

    test('behind which nobody listens is told from one that is down', async () => {
      const bastion = `core@${fleet.alpha.address}:${fleet.alpha.port}`;
      fleet.setUp({ beta: { ...behind(), ansible_port: 3, ansible_ssh_common_args: `-J ${bastion}` } }, task);
      const ended = await pb(fleet.project, ['run', ...site]);
      expect([ended.exitCode, errorOf(ended, 'beta')]).toMatchObject([
        4,
        {
          code: 'unreachable',
          message: expect.stringMatching(/^beta: cannot reach 127\.0\.0\.1 port 3: the jump host could not connect to it: .*refused/i),
        },
      ]);
    });
  });

  describe('three hosts, one of them slow', () => {
    const slow = `
- name: Slow on alpha
  shell: "until [ -e /tmp/go ]; do sleep 0.2; done"
  when: inventory_hostname == 'alpha'
- name: Quick
  command: id -un`;
    const hosts = () => ({
      alpha: {},
      beta: {},
      gamma: {
        ansible_host: fleet.beta.address,
        ansible_port: fleet.beta.port,
        ansible_user: 'plain',
        ansible_ssh_private_key_file: fleet.beta.keyFile,
      },
    });

    test('linear: they work side by side and take the next task together', async () => {
      fleet.setUp(
        hosts(),
        `- name: Quick first\n  shell: "[ $(hostname) = beta ] || until [ -e /tmp/go ]; do sleep 0.2; done"\n- name: Next\n  ping:\n`,
      );
      const run = start(fleet.project, ['run', ...site]);
      await Promise.all(['beta', 'gamma'].map((host) => run.event((event) => event.type === 'host.end' && event.where.host === host)));
      await fleet.onAlpha.sh('touch /tmp/go');
      const ended = await run.ended;
      await fleet.onAlpha.sh('rm /tmp/go');
      expect([ended.exitCode, Object.keys(results(ended, 'Quick first'))]).toEqual([0, [expect.any(String), expect.any(String), 'alpha']]);
      const order = ended.events.flatMap((event) => (event.type === 'task.end' || event.type === 'task.start' ? [event.type] : []));
      expect(order).toEqual(['task.start', 'task.end', 'task.start', 'task.end']);
    });

    test('free: the quick ones are through before the slow one', async () => {
      fleet.setUp(hosts(), slow);
      fleet.project.write({ 'site.yml': `- name: Free\n  hosts: all\n  strategy: free\n  tasks:${slow.replaceAll('\n', '\n    ')}\n` });
      const run = start(fleet.project, ['run', ...site]);
      const through = (host: string) =>
        run.event((event) => event.type === 'host.end' && event.where.host === host && event.result.status === 'changed');
      await Promise.all(['beta', 'gamma'].map(through));
      await fleet.onAlpha.sh('touch /tmp/go');
      const ended = await run.ended;
      await fleet.onAlpha.sh('rm /tmp/go');
      expect([ended.exitCode, stats(ended)]).toMatchObject([
        0,
        { alpha: { changed: 2 }, beta: { changed: 1, skipped: 1 }, gamma: { changed: 1 } },
      ]);
    });
  });
}
