/** The arguments of a connection on the wire: identities, impersonation, proxies. */
import { afterEach, describe, expect, test } from 'vitest';
import { type ClusterTarget, clusterTarget } from '../../../src/core/cluster.ts';
import { Redactor } from '../../../src/core/secret.ts';
import { createClusters } from '../../../src/transports/kube/index.ts';
import { startConnectProxy } from './connect-proxy.ts';
import { type Fixture, json, startFixture } from './server.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'c' };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'web' } };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function fixture(): Promise<Fixture> {
  const started = await startFixture([json(object)]);
  ends.push(() => started.close());
  return started;
}

async function startProxy(userAndPassword?: string) {
  const started = await startConnectProxy(userAndPassword);
  ends.push(() => started.close());
  return started;
}

/** Reads one object over a connection of its own. */
async function ask(target: ClusterTarget, env: { readonly [name: string]: string } = {}) {
  const redactor = new Redactor();
  const end = new AbortController();
  const clusters = createClusters({ env, signal: end.signal, redactor, patienceMs: 20_000, pauseMs: 5 });
  ends.push(() => clusters.close());
  const { reader } = await clusters.cluster(target, end.signal);
  expect(await reader.get(ref)).toEqual(object);
  return redactor;
}

describe('who asks', () => {
  test('a user with a password', async () => {
    const { address, asked } = await fixture();
    const redactor = await ask({ host: address, username: 'ada', password: 'engine-No-1' });
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:engine-No-1').toString('base64')}`);
    expect(redactor.text('it is engine-No-1')).not.toContain('engine-No-1');
  });

  test('the user of a kubeconfig given in full', async () => {
    const { address, asked } = await fixture();
    const redactor = await ask({
      kubeconfig: {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'lab', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'lab', user: { token: 'token-of-the-mapping' } }],
        contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      },
    });
    expect(asked[0]?.headers.authorization).toBe('Bearer token-of-the-mapping');
    expect(redactor.text('token-of-the-mapping')).not.toContain('token-of-the-mapping');
  });

  test('one acting for another', async () => {
    const { address, asked } = await fixture();
    await ask({ host: address, api_key: 'secret-token', impersonate_user: 'ada', impersonate_groups: ['ops', 'dev'] });
    expect(asked[0]?.headers).toMatchObject({ 'impersonate-user': 'ada', 'impersonate-group': 'ops, dev' });
  });

  test('what the environment says, below what the task says', async () => {
    const { address, asked } = await fixture();
    const env = { K8S_AUTH_HOST: 'http://127.0.0.1:1', K8S_AUTH_API_KEY: 'env-token', K8S_AUTH_IMPERSONATE_GROUPS: 'ops' };
    await ask({ host: address, impersonate_user: 'ada' }, env);
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer env-token', 'impersonate-user': 'ada', 'impersonate-group': 'ops' });
  });
});

test('a password without a user is none of the cluster\u2019s', () => {
  expect(clusterTarget({ host: 'lab', password: 'of someone else' }, {})).toEqual({ host: 'lab' });
});

describe('a proxy', () => {
  test('is gone through, with headers that only it sees', async () => {
    const { address, asked } = await fixture();
    const proxy = await startProxy('squid:ink-of-a-squid');
    const redactor = await ask({
      host: address,
      api_key: 'secret-token',
      proxy: proxy.url,
      proxy_headers: { proxy_basic_auth: 'squid:ink-of-a-squid', user_agent: 'lab/1' },
    });
    expect(proxy.asked[0]).toMatchObject({ target: address.replace('http://', ''), headers: { 'user-agent': 'lab/1' } });
    expect(proxy.asked[0]?.headers['authorization']).toBeUndefined();
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer secret-token', 'user-agent': 'pb' });
    expect(redactor.text('ink-of-a-squid')).not.toContain('ink-of-a-squid');
  });

  test('that wants a password says so', async () => {
    const { address } = await fixture();
    const { url } = await startProxy('squid:ink');
    await expect(ask({ host: address, api_key: 'secret-token', proxy: url })).rejects.toMatchObject({
      message: `the proxy does not let pb through to ${address}: it answers 407`,
      hint: expect.stringContaining('proxy_basic_auth'),
    });
  });

  test.each(['127.0.0.1', 'lab.example,127.0.0.0/8', '*'])('is passed by for no_proxy %s', async (no_proxy) => {
    const { address } = await fixture();
    const { url, asked } = await startProxy();
    await ask({ host: address, api_key: 'secret-token' }, { K8S_AUTH_PROXY: url, K8S_AUTH_NO_PROXY: no_proxy });
    expect(asked).toEqual([]);
  });
});
