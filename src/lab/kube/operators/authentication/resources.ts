/** What the authentication operator creates in openshift-authentication. Pure. */
import type { ConfigMap, Deployment } from '../kinds.ts';
import type { IdentityProvider } from '../openshift-kinds.ts';
import { fnv1a } from '../toolkit/hash.ts';

export const settingsNamespace = 'openshift-config';
export const loginNamespace = 'openshift-authentication';
export const serverName = 'oauth-openshift';

export const copyName = (index: number): string => `v4-0-config-user-idp-${index}-file-data`;

const cliConfigName = 'v4-0-config-system-cliconfig';

export function cliConfig(providers: readonly IdentityProvider[]): ConfigMap {
  const identityProviders = providers.map(({ name, mappingMethod, type }, index) => ({
    ...{ name, challenge: true, login: true, mappingMethod: mappingMethod ?? 'claim' },
    provider: {
      ...{ apiVersion: 'osin.config.openshift.io/v1', kind: `${type}${type === 'HTPasswd' ? 'Password' : ''}IdentityProvider` },
      ...(type === 'HTPasswd' ? { file: `/var/config/user/idp/${index}/secret/${copyName(index)}/htpasswd` } : {}),
    },
  }));
  const config = { apiVersion: 'osin.config.openshift.io/v1', kind: 'OsinServerConfig', oauthConfig: { identityProviders } };
  return { metadata: { name: cliConfigName, namespace: loginNamespace }, data: { [cliConfigName]: JSON.stringify(config) } };
}

/** `config` is all that the pods depend on: a change of it rolls them out. */
export function oauthServer(config: string, replicas: number): Deployment {
  const labels = { app: serverName };
  const hash = fnv1a(config).toString(16).padStart(8, '0').repeat(8);
  return {
    metadata: { name: serverName, namespace: loginNamespace, labels: { ...labels } },
    spec: {
      replicas,
      selector: { matchLabels: { ...labels } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      template: {
        metadata: { labels: { ...labels }, annotations: { 'operator.openshift.io/rvs-hash': hash } },
        spec: {
          serviceAccountName: serverName,
          nodeSelector: { 'node-role.kubernetes.io/master': '' },
          tolerations: [
            { key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' },
            { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
          ],
          containers: [
            {
              name: serverName,
              image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev:oauth-server',
              ports: [{ name: 'https', containerPort: 6443, protocol: 'TCP' }],
              lifecycle: { preStop: { exec: { command: ['sleep', '25'] } } },
              readinessProbe: { httpGet: { path: '/healthz', port: 6443, scheme: 'HTTPS' }, initialDelaySeconds: 10 },
            },
          ],
        },
      },
    },
  };
}
