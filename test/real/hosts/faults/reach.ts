/** Hosts that cannot be reached, or not as that user: the others go on, exit code 4. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { newKey } from '../../../transports/ssh-server.ts';
import { errorOf, notices, pb, results, stats } from '../cli.ts';
import { type Fleet, site, type Vars } from '../fleet.ts';

const task = '- name: Note\n  copy: { content: "{{ inventory_hostname }}", dest: /home/core/note }\n';
const LOST = { ok: 0, changed: 0, failed: 0, unreachable: 1 };

export function reach(fleet: Fleet): void {
  /** alpha with these variables beside a healthy beta: alpha is lost with that error and left as it was, beta is served. */
  const lostBesideBeta = async (vars: Vars, host = 'alpha') => {
    const clean = 'rm -f /home/core/note';
    await Promise.all([fleet.onAlpha.root(clean), fleet.onBeta.root(clean)]);
    fleet.setUp({ [host]: vars, beta: {} }, task);
    const ended = await pb(fleet.project, ['run', ...site]);
    expect(stats(ended)).toMatchObject({ [host]: LOST, beta: { ok: 1, changed: 1, failed: 0, unreachable: 0 } });
    expect(ended.exitCode).toBe(4);
    expect(results(ended, 'Note')[host]?.status).toBe('unreachable');
    expect((await fleet.onAlpha.sh('test -e /home/core/note')).code).toBe(1);
    return errorOf(ended, host);
  };

  describe('a host out of reach', () => {
    test('nobody listens on the port', async () => {
      expect(await lostBesideBeta({ ansible_host: '127.0.0.1', ansible_port: 1 }, 'dead')).toMatchObject({
        code: 'unreachable',
        message: 'dead: cannot reach 127.0.0.1 port 1: nothing listens there (connection refused)',
        hint: expect.stringMatching(/sshd.*ansible_port/),
      });
    });

    test('somebody listens who says nothing', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const { port } = server.address() as { port: number };
        expect(await lostBesideBeta({ ansible_host: '127.0.0.1', ansible_port: port, ansible_timeout: 1 }, 'mute')).toMatchObject({
          code: 'unreachable',
          message: expect.stringMatching(/^mute: cannot reach 127\.0\.0\.1 port \d+: no answer/),
          hint: expect.stringContaining('ansible_ssh_timeout'),
        });
      } finally {
        server.close();
      }
    });

    test('the name does not resolve', async () => {
      expect(await lostBesideBeta({ ansible_host: 'no-such-host.invalid' }, 'nameless')).toMatchObject({
        code: 'unreachable',
        message: expect.stringMatching(/the name does not resolve|the name server did not answer/),
      });
    });

    test('its cable is pulled', async () => {
      await fleet.alpha.cutLink();
      fleet.setUp({ alpha: { ansible_timeout: 2 }, beta: {} }, task);
      const ended = await pb(fleet.project, ['run', ...site]);
      await fleet.alpha.restoreLink();
      expect([ended.exitCode, stats(ended)['alpha']]).toMatchObject([4, LOST]);
      expect(errorOf(ended, 'alpha').message).toMatch(/no answer/);
    });
  });

  describe('a login that fails', () => {
    test('a key that is not authorized', async () => {
      fleet.project.write({ 'other-key': newKey().private });
      const error = await lostBesideBeta({ ansible_ssh_private_key_file: join(fleet.project.dir, 'other-key') });
      expect(error).toMatchObject({
        code: 'auth',
        message: expect.stringMatching(
          /^alpha: core@127\.0\.0\.\d+ was not let in \(tried: key .*other-key \(SHA256:.*the server takes: publickey, password/,
        ),
        hint: expect.stringMatching(/ansible_ssh_private_key_file.*authorized_keys/),
      });
    });

    test('a key file that is not there', async () => {
      expect(await lostBesideBeta({ ansible_ssh_private_key_file: '/no/such/key' })).toMatchObject({
        code: 'auth',
        message: expect.stringContaining('cannot read the key file /no/such/key'),
        hint: expect.stringContaining('ansible_ssh_private_key_file'),
      });
    });

    test('a user that is not there', async () => {
      expect(await lostBesideBeta({ ansible_user: 'nobody-here' })).toMatchObject({
        code: 'auth',
        message: expect.stringContaining('nobody-here@'),
        hint: expect.stringContaining('ansible_user (nobody-here)'),
      });
    });

    test('a wrong password, which is never shown', async () => {
      const error = await lostBesideBeta({ ansible_user: 'ops', ansible_ssh_private_key_file: '', ansible_password: 'not-the-password' });
      expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('tried: password') });
      expect(JSON.stringify(error)).not.toContain('not-the-password');
    });

    test('the right password lets in', async () => {
      fleet.setUp(
        { alpha: { ansible_user: 'ops', ansible_ssh_private_key_file: '', ansible_password: 'ops-pw' } },
        '- command: id -un\n  register: who\n- assert: { that: who.stdout == "ops" }\n',
      );
      expect((await pb(fleet.project, ['run', ...site])).exitCode).toBe(0);
    });
  });

  describe('host keys', () => {
    const known = () => join(fleet.project.home, '.ssh', 'known_hosts');
    const fingerprint = async (line: string) => (await execa('ssh-keygen', ['-lf', '-'], { input: line })).stdout.split(' ')[1] ?? '';

    test('one that is unknown is refused, with the line to add', async () => {
      fleet.project.write({ 'home/.ssh/known_hosts': fleet.beta.knownHosts });
      const error = await lostBesideBeta({});
      expect(error).toMatchObject({
        code: 'host-key',
        message: expect.stringMatching(/^alpha: the host key of .* is not known: ssh-ed25519 SHA256:/),
      });
      expect(error.message).toContain(await fingerprint(fleet.alpha.knownHosts));
      expect(error.hint).toContain(fleet.alpha.knownHosts);
      expect(error.hint).toContain('accept-new');
    });

    test('one that has changed is refused, with both fingerprints and the way out', async () => {
      const other = fleet.alpha.knownHosts.replace(/ssh-ed25519 .*/, newKey().public);
      fleet.project.write({ 'home/.ssh/known_hosts': `${fleet.beta.knownHosts}\n${other}\n` });
      const error = await lostBesideBeta({ ansible_host_key_checking: 'accept-new' });
      expect(error.code).toBe('host-key');
      expect(error.message).toContain(`shown ssh-ed25519 ${await fingerprint(fleet.alpha.knownHosts)}`);
      expect(error.message).toContain(`known ssh-ed25519 ${await fingerprint(other)} (${known()}:2)`);
      expect(error.hint).toContain(`ssh-keygen -f ${known()} -R '[${fleet.alpha.address}]:${fleet.alpha.port}'`);
    });

    test('accept-new writes it down, says so, and knows it the next time', async () => {
      fleet.project.write({ 'home/.ssh/known_hosts': '' });
      fleet.setUp({ alpha: { ansible_host_key_checking: 'accept-new' } }, '- ping:\n');
      const first = await pb(fleet.project, ['run', ...site]);
      expect([first.exitCode, notices(first)]).toEqual([0, [expect.stringMatching(/^alpha: recorded the host key of .* SHA256:/)]]);
      expect(readFileSync(known(), 'utf8').trim()).toBe(fleet.alpha.knownHosts);
      fleet.setUp({ alpha: {} }, '- ping:\n');
      const second = await pb(fleet.project, ['run', ...site]);
      expect([second.exitCode, notices(second)]).toEqual([0, []]);
    });

    test('a hashed entry counts', async () => {
      await execa('ssh-keygen', ['-H', '-f', known()]);
      expect(readFileSync(known(), 'utf8')).not.toContain(fleet.alpha.address);
      fleet.setUp({ alpha: {} }, '- ping:\n');
      expect((await pb(fleet.project, ['run', ...site])).exitCode).toBe(0);
    });
  });
}
