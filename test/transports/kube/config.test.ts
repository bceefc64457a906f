/** Which cluster is meant: as kubectl chooses, then what the task says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ClusterTarget } from '../../../src/core/cluster.ts';
import { loadConfig } from '../../../src/transports/kube/config.ts';
import { fence } from '../../../src/transports/kube/fence.ts';

const dir = mkdtempSync(join(tmpdir(), 'pb-kube-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, config: object): string {
  const path = join(dir, name);
  writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...config }));
  return path;
}
const entry = (name: string, server: string, token: string) => ({
  clusters: [{ name, cluster: { server, 'certificate-authority': 'ca.crt' } }],
  users: [{ name, user: { token } }],
  contexts: [{ name, context: { cluster: name, user: name } }],
});
const first = file('first', { ...entry('lab', 'https://lab:6443', 'lab-token'), 'current-context': 'lab' });
const second = file('second', {
  clusters: [...entry('lab', 'https://other:6443', 'x').clusters, ...entry('prod', 'https://prod:6443', 'x').clusters],
  users: entry('prod', '', 'prod-token').users,
  contexts: entry('prod', '', '').contexts,
  'current-context': 'prod',
});

async function chosen(target: ClusterTarget, env: { readonly [name: string]: string } = {}) {
  const config = await loadConfig(target, { HOME: '/nonexistent', ...env });
  return { cluster: config.getCurrentCluster(), user: config.getCurrentUser() };
}
const lists = `${join(dir, 'missing')}:${first}:${second}`;

describe('a kubeconfig', () => {
  test('of KUBECONFIG: files that are missing are passed over, the first to name something wins', async () => {
    const { cluster, user } = await chosen({}, { KUBECONFIG: lists });
    expect(cluster).toMatchObject({ server: 'https://lab:6443', caFile: join(dir, 'ca.crt') });
    expect(user?.token).toBe('lab-token');
  });

  test('with another context', async () => {
    const { cluster, user } = await chosen({ context: 'prod' }, { KUBECONFIG: lists });
    expect([cluster?.server, user?.token]).toEqual(['https://prod:6443', 'prod-token']);
  });

  test('at home, where nothing is said', async () => {
    mkdirSync(join(dir, '.kube'));
    file('.kube/config', { ...entry('home', 'https://home:6443', 't') });
    expect((await chosen({}, { HOME: dir })).cluster?.server).toBe('https://home:6443');
  });

  test('of the task goes before the environment', async () => {
    const only = file('only', { ...entry('only', 'https://only:6443', 't') });
    expect((await chosen({ kubeconfig: only }, { KUBECONFIG: first })).cluster?.server).toBe('https://only:6443');
  });

  test.each<[string, ClusterTarget, RegExp, RegExp]>([
    ['is not there', { kubeconfig: '/none/at/all' }, /there is no kubeconfig at \/none\/at\/all/, /KUBECONFIG/],
    ['has no such context', { kubeconfig: first, context: 'lav' }, /there is no context lav/, /did you mean lab\?/],
    ['was not given at all', {}, /no cluster is configured/, /oc login/],
  ])('that %s', async (_, target, message, hint) => {
    await expect(chosen(target)).rejects.toMatchObject({
      code: 'kube',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('that cannot be read says where', async () => {
    writeFileSync(join(dir, 'broken'), 'clusters: [');
    await expect(chosen({ kubeconfig: join(dir, 'broken') })).rejects.toMatchObject({
      code: 'kube',
      message: expect.stringContaining(join(dir, 'broken')),
    });
  });
});

describe('arguments of the task', () => {
  const pem = join(dir, 'some.pem');
  writeFileSync(pem, '');

  test('host and api_key need no kubeconfig; the token is the whole identity', async () => {
    const { cluster, user } = await chosen({ host: 'api.lab:6443', api_key: 'given', ca_cert: pem });
    expect(cluster).toMatchObject({ server: 'https://api.lab:6443', caFile: pem, skipTLSVerify: false });
    expect(user).toEqual({ name: 'user', token: 'given' });
  });

  test('a client certificate takes the place of the kubeconfig\u2019s user; its key may be in the same file', async () => {
    expect((await chosen({ kubeconfig: first, client_cert: pem })).user).toEqual({ name: 'user', certFile: pem, keyFile: pem });
    const key = join(dir, 'key.pem');
    writeFileSync(key, '');
    expect((await chosen({ host: 'lab', client_cert: pem, client_key: key })).user).toMatchObject({ certFile: pem, keyFile: key });
  });

  test.each<[string, ClusterTarget, string]>([
    ['a file that is not there', { host: 'lab', client_cert: '/none.pem' }, 'client_cert: there is no file /none.pem'],
    ['a key alone', { kubeconfig: first, client_key: pem }, 'client_key is given without client_cert'],
    ['groups of nobody', { kubeconfig: first, impersonate_groups: ['ops'] }, 'impersonate_groups is given without impersonate_user'],
    ['a proxy that is no URL', { kubeconfig: first, proxy: 'http://a b' }, 'proxy is no URL'],
    ['no such context', { kubeconfig: { contexts: [] }, context: 'lab' }, 'there is no context lab in kubeconfig:'],
  ])('%s', async (_, target, message) => {
    await expect(chosen(target)).rejects.toMatchObject({ code: 'kube', message });
  });

  test.each([
    ['api.lab.example', 'lab.example', false],
    ['api.lab.example', '.lab.example', false],
    ['api.prelab.example', 'lab.example', true],
    ['10.1.2.3', '192.168.0.0/16, 10.0.0.0/8', false],
    ['[fd00::1]', 'fd00::/8', false],
    ['11.1.2.3', '10.0.0.0/8', true],
  ])('a proxy and %s with no_proxy %s', async (host, no_proxy, used) => {
    const { cluster } = await chosen({ host, api_key: 'given', proxy: 'proxy:3128', no_proxy });
    expect(cluster?.proxyUrl).toBe(used ? 'http://proxy:3128' : undefined);
  });

  test('replace parts of the kubeconfig', async () => {
    const { cluster, user } = await chosen({ kubeconfig: first, api_key: 'given', validate_certs: false });
    expect(cluster).toMatchObject({ server: 'https://lab:6443', skipTLSVerify: true });
    expect(user?.token).toBe('given');
  });
});

describe('the fence lets pass', () => {
  test.each([
    ['GET', '/api/v1/pods', undefined],
    ['PATCH', '/api/v1/namespaces/web/configmaps/c', 'All'],
    ['POST', '/api/v1/namespaces', 'All'],
    ['GET', '/api/v1/namespaces/web/configmaps/executive', undefined],
  ] as const)('%s %s with dryRun %s', (method, path, dryRun) => {
    expect(() => fence({ method, path, ...(dryRun ? { query: { dryRun } } : {}) })).not.toThrow();
  });

  test.each([
    ['POST', '/api/v1/namespaces', undefined],
    ['PATCH', '/api/v1/namespaces/web', 'None'],
    ['PUT', '/api/v1/namespaces/web', undefined],
    ['DELETE', '/api/v1/namespaces/web', undefined],
    ['GET', '/api/v1/namespaces/web/pods/p/exec', undefined],
    ['GET', '/api/v1/namespaces/web/services/s/proxy/x', undefined],
  ] as const)('never %s %s with dryRun %s', (method, path, dryRun) => {
    expect(() => fence({ method, path, ...(dryRun ? { query: { dryRun } } : {}) })).toThrow('which would change the cluster');
  });
});
