import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CLUSTER_OPERATOR, DEPLOYMENT, SECRET } from '../../../src/lab/kube/operators/kinds.ts';
import { type IdentityProvider, OAUTH } from '../../../src/lab/kube/operators/openshift-kinds.ts';
import { conditionOf } from '../../../src/lab/kube/operators/toolkit/conditions.ts';
import { partOrSkip } from '../parts/require.ts';
import { failuresOf, type Ran, resultsOf, told } from './pb.ts';
import { type Site, siteOn } from './site.ts';
import { changes, unknowns } from './streams.ts';

const suite = await partOrSkip('kube');

const users = [
  { name: 'admin', password: 'correct horse' },
  { name: 'user1', password: 'battery staple' },
];
const settings = {
  ...{ idp_users: users, idp_groups: { admins: ['admin'] }, timeout_login: 120 },
  idp_roles: [
    { role: 'cluster-admin', groups: ['admins'] },
    { role: 'registry-editor', namespace: 'default', users: ['user1'] },
  ],
};
const corp = {
  ...{ name: 'corp', mappingMethod: 'claim', type: 'OpenID' },
  openID: { clientID: 'ocp', clientSecret: { name: 'corp' }, issuer: 'https://login.example.com', claims: {} },
};

suite('users in an htpasswd file, on a real API server', () => {
  let site: Site;
  beforeAll(async () => {
    site = await siteOn(undefined, { speed: 60, settings });
    await site.cluster.client.create(SECRET, {
      metadata: { name: 'corp', namespace: 'openshift-config' },
      data: { clientSecret: Buffer.from('of corp').toString('base64') },
    });
    await site.cluster.client.mergePatch(OAUTH, { name: 'cluster' }, { spec: { identityProviders: [corp] } });
    await vi.waitFor(
      async () => {
        const servers = await site.cluster.client.get(DEPLOYMENT, { name: 'oauth-openshift', namespace: 'openshift-authentication' });
        expect(servers?.status).toMatchObject({
          availableReplicas: 3,
          updatedReplicas: 3,
          observedGeneration: servers?.metadata.generation,
        });
        const operator = await site.cluster.client.get(CLUSTER_OPERATOR, { name: 'authentication' });
        for (const [type, status] of [
          ['Available', 'True'],
          ['Progressing', 'False'],
        ] as const)
          expect(conditionOf(operator?.status?.conditions, type)).toMatchObject({ status });
      },
      { timeout: 60_000, interval: 250 },
    );
  });
  afterAll(() => site?.close());

  const pb = (command: string, ...more: readonly string[]): Promise<Ran> =>
    site.pb([command, 'playbooks/oauth-htpasswd.yml', ...site.job.slice(1), '--output', 'json', ...more]);
  const good = (ran: Ran): void => expect(ran.exitCode, JSON.stringify(failuresOf(ran)) + ran.stderr).toBe(0);
  const providers = async (): Promise<readonly IdentityProvider[]> =>
    (await site.cluster.client.get(OAUTH, { name: 'cluster' }))?.spec?.identityProviders ?? [];

  it('the run does what check said; the other provider stays; no password or hash is printed', async () => {
    const check = await pb('check');
    good(check);
    expect(await site.existing('groups.user.openshift.io')).toEqual([]);
    const run = await pb('run');
    good(run);
    const [announced, made] = [changes(check.events), changes(run.events)];
    expect([...made.keys()].sort()).toEqual([...announced.keys()].sort());
    expect(announced.size).toBe(5);
    expect((await providers()).map(({ name }) => name)).toEqual(['corp', 'htpasswd_provider']);
    const secret = await site.cluster.client.get(SECRET, { name: 'htpass-secret', namespace: 'openshift-config' });
    const file = Buffer.from(secret?.data?.['htpasswd'] ?? '', 'base64').toString();
    expect(file).toMatch(/^admin:\$2y\$10\$.{53}\nuser1:\$2y\$10\$.{53}\n$/);
    for (const text of ['correct horse', 'battery staple', '$2y$10$', secret?.data?.['htpasswd'] ?? ''])
      expect(check.stdout + run.stdout, text).not.toContain(text);
    const may = ['auth', 'can-i', 'delete', 'nodes', '--as=admin'];
    expect((await site.cluster.kube.kubectl([...may, '--as-group=admins'])).stdout.trim()).toBe('yes');
    expect((await site.cluster.kube.kubectl(may)).stdout.trim()).toBe('no');
  });

  it('a second run and verify change nothing', async () => {
    for (const more of [[], ['--tags', 'verify']]) {
      const again = await pb('run', ...more);
      good(again);
      expect(changes(again.events).size).toBe(0);
      expect(unknowns(again.events).size).toBe(0);
    }
  });

  it('whoever may not do it is told before anything is touched, with the commands that would allow it', async () => {
    const { kube } = site.cluster;
    const { stdout } = await kube.kubectl(['create', 'token', 'default', '-n', 'default']);
    const task = {
      k8s_can_i: { access: [{ api_version: 'config.openshift.io/v1', kind: 'OAuth', verbs: ['patch'] }], api_key: stdout.trim() },
    };
    const ran = await site.pb([
      'run',
      ...(await site.playbook([{ hosts: 'localhost', gather_facts: false, tasks: [task] }])),
      '--output',
      'json',
    ]);
    expect(ran.exitCode).toBe(2);
    expect(told(Object.values(failuresOf(ran))[0])).toMatch(
      /user system:serviceaccount:default:default may not patch oauths\.config\.openshift\.io.*oc create clusterrole pb-operator --verb=patch --resource=oauths\.config\.openshift\.io && oc adm policy add-cluster-role-to-user pb-operator system:serviceaccount:default:default/,
    );
    const about = { access: [{ resource: 'nodes', verbs: ['delete', 'get'] }], required: false };
    const tasks = [{ name: 'Ask', k8s_can_i: { ...about, user: 'admin', groups: ['admins'] } }];
    const asked = await site.pb([
      'run',
      ...(await site.playbook([{ hosts: 'localhost', gather_facts: false, tasks }])),
      '--output',
      'json',
    ]);
    expect(resultsOf(asked, 'Ask')['localhost']).toMatchObject({ status: 'ok', output: { allowed: true, who: 'admin' } });
  });

  it('rollback takes back the provider, users, groups and bindings, and only those', async () => {
    good(await pb('run', '--tags', 'rollback'));
    expect((await providers()).map(({ name }) => name)).toEqual(['corp']);
    expect(await site.existing('groups.user.openshift.io')).toEqual([]);
    const bindings = await site.existing('clusterrolebindings,rolebindings');
    expect(bindings.filter((name) => name.includes('htpasswd'))).toEqual([]);
    const again = await pb('run', '--tags', 'rollback');
    good(again);
    expect(changes(again.events).size).toBe(0);
  });
});
