import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER_OPERATOR, CONFIG_MAP, DEPLOYMENT, NAMESPACE, SECRET } from '../../../../src/lab/kube/operators/kinds.ts';
import { type IdentityProvider, OAUTH, ROUTE } from '../../../../src/lab/kube/operators/openshift-kinds.ts';
import { conditionOf } from '../../../../src/lab/kube/operators/toolkit/conditions.ts';
import { eventually, historyOf, type Stage, type StartStage } from './stage.ts';

const namespace = 'openshift-authentication';
const settings = 'openshift-config';
const htpasswd = (name: string, secret: string): IdentityProvider => ({
  ...{ name, mappingMethod: 'claim', type: 'HTPasswd', htpasswd: { fileData: { name: secret } } },
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function loginsLife(where: string, start: StartStage): void {
  describe(`the authentication operator, ${where}`, () => {
    let lab: Stage;
    beforeAll(async () => {
      lab = await start();
    });
    afterAll(() => lab?.stop());
    const condition = async (type: string) =>
      conditionOf((await lab.client.get(CLUSTER_OPERATOR, { name: 'authentication' }))?.status?.conditions, type);
    const server = () => lab.client.get(DEPLOYMENT, { name: 'oauth-openshift', namespace });
    const hash = async () => (await server())?.spec.template.metadata.annotations?.['operator.openshift.io/rvs-hash'];
    const providers = (identityProviders: IdentityProvider[]) =>
      lab.client.mergePatch(OAUTH, { name: 'cluster' }, { spec: { identityProviders } });
    const copy = async (index: number) =>
      (await lab.client.get(SECRET, { name: `v4-0-config-user-idp-${index}-file-data`, namespace }))?.data?.['htpasswd'];
    const known = async () => {
      const map = await lab.client.get(CONFIG_MAP, { name: 'v4-0-config-system-cliconfig', namespace });
      return map?.data?.['v4-0-config-system-cliconfig'] ?? '';
    };
    const isSettled = () =>
      eventually(async () => {
        const { metadata, status } = (await server()) ?? {};
        expect(status).toMatchObject({ availableReplicas: 3, updatedReplicas: 3, replicas: 3, observedGeneration: metadata?.generation });
        for (const [type, status] of [
          ['Available', 'True'],
          ['Progressing', 'False'],
          ['Degraded', 'False'],
        ] as const)
          expect(await condition(type)).toMatchObject({ status, reason: 'AsExpected' });
      });

    it('runs a server on every master', isSettled);

    it('is degraded by a Secret that is missing, and keeps what it had (F32)', async () => {
      const before = await hash();
      await providers([htpasswd('htpasswd_provider', 'htpass-secret')]);
      await eventually(async () => {
        expect(await condition('Degraded')).toMatchObject({
          ...{ status: 'True', reason: 'OAuthServerConfigObservation_Error' },
          message:
            'OAuthServerConfigObservationDegraded: error validating secret openshift-config/htpass-secret: secret "htpass-secret" not found',
        });
      });
      expect(await hash()).toBe(before);
      expect(await copy(0)).toBeUndefined();
      expect(await condition('Available')).toMatchObject({ status: 'True' });
      await lab.client.create(SECRET, { metadata: { name: 'htpass-secret', namespace: settings }, data: { users: base64('u') } });
      await eventually(async () => {
        expect((await condition('Degraded'))?.message).toMatch(
          /error validating secret openshift-config\/htpass-secret: missing required key: "htpasswd"$/,
        );
      });
    });

    it('brings the users to its servers, whose roll-out shows', async () => {
      const before = await hash();
      const seen = await historyOf(lab.client, CLUSTER_OPERATOR, 'authentication');
      await lab.client.mergePatch(SECRET, { name: 'htpass-secret', namespace: settings }, { data: { htpasswd: base64('user1:x') } });
      await eventually(async () => expect(await hash()).not.toBe(before));
      await isSettled();
      const progress = seen.map(({ status }) => conditionOf(status?.conditions, 'Progressing')).filter((one) => one?.status === 'True');
      expect(new Set(progress.map((one) => one?.reason))).toEqual(new Set(['OAuthServerDeployment_PodsUpdating']));
      expect(progress[0]?.message).toMatch(
        /^OAuthServerDeploymentProgressing: deployment\/oauth-openshift\.openshift-authentication: \d\/3 pods have been updated to the latest generation and \d\/3 pods are available$/,
      );
      expect(await copy(0)).toBe(base64('user1:x'));
      expect(await known()).toContain('htpasswd_provider');
    });

    it('takes over a changed file', async () => {
      await lab.client.mergePatch(SECRET, { name: 'htpass-secret', namespace: settings }, { data: { htpasswd: base64('user2:y') } });
      await eventually(async () => expect(await copy(0)).toBe(base64('user2:y')));
      await isSettled();
    });

    it('names a provider without its configuration', async () => {
      await providers([htpasswd('htpasswd_provider', 'htpass-secret'), { name: 'half', type: 'HTPasswd' }]);
      await eventually(async () => {
        expect((await condition('Degraded'))?.message).toBe(
          'OAuthServerConfigObservationDegraded: failed to apply IDP half config: type HTPasswd was specified, but its configuration is missing',
        );
      });
      expect(await known()).not.toContain('half');
    });

    it('knows nobody else when the list is written anew (F33)', async () => {
      await lab.client.create(SECRET, { metadata: { name: 'second', namespace: settings }, data: { htpasswd: base64('user3:z') } });
      await providers([htpasswd('htpasswd_provider', 'htpass-secret'), htpasswd('second', 'second')]);
      await eventually(async () => expect(await copy(1)).toBe(base64('user3:z')));
      await providers([htpasswd('second', 'second')]);
      await eventually(async () => {
        expect(await copy(0)).toBe(base64('user3:z'));
        expect(await copy(1)).toBeUndefined();
        expect(await known()).not.toContain('htpasswd_provider');
      });
      await isSettled();
    });
  });

  describe(`the router, ${where}`, () => {
    let lab: Stage;
    beforeAll(async () => {
      lab = await start();
    });
    afterAll(() => lab?.stop());
    const route = (namespace: string, name: string, host?: string) =>
      lab.client.create(ROUTE, {
        metadata: { name, namespace },
        spec: { ...(host ? { host } : {}), to: { kind: 'Service', name: 's', weight: 100 } },
      });
    const admitted = async (namespace: string, name: string) => {
      const [ingress] = (await lab.client.get(ROUTE, { name, namespace }))?.status?.ingress ?? [];
      return { host: ingress?.host, condition: conditionOf(ingress?.conditions, 'Admitted') };
    };

    it('gives a route its host and lets it in; of two with one host the older', async () => {
      for (const name of ['one', 'two']) await lab.client.create(NAMESPACE, { metadata: { name } });
      await route('one', 'shop');
      const host = 'shop-one.apps.lab.example.com';
      await eventually(async () => expect(await admitted('one', 'shop')).toMatchObject({ host, condition: { status: 'True' } }));
      // Ages count in whole seconds.
      const { creationTimestamp } = (await lab.client.get(ROUTE, { name: 'shop', namespace: 'one' }))?.metadata ?? {};
      await eventually(async () => expect(new Date().toISOString().slice(0, 19)).not.toBe(creationTimestamp?.slice(0, 19)));
      await route('two', 'thief', host);
      await eventually(async () => {
        expect(await admitted('two', 'thief')).toMatchObject({
          condition: { status: 'False', reason: 'HostAlreadyClaimed', message: `route shop already exposes ${host} and is older` },
        });
      });
      await lab.client.delete(ROUTE, { name: 'shop', namespace: 'one' });
      await eventually(async () => expect(await admitted('two', 'thief')).toMatchObject({ condition: { status: 'True' } }));
    });
  });
}
