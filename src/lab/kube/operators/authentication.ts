/** The authentication operator: identity providers of OAuth/cluster, brought to the OAuth server's pods. */

import { loginConditions } from './authentication/conditions.ts';
import { observeLogins } from './authentication/observe.ts';
import { cliConfig, copyName, loginNamespace, oauthServer, serverName, settingsNamespace } from './authentication/resources.ts';
import type { Context } from './context.ts';
import { delays } from './delays.ts';
import { CLUSTER_OPERATOR, CONFIG_MAP, DEPLOYMENT, NODE, SECRET, SERVICE_ACCOUNT } from './kinds.ts';
import { type IdentityProvider, OAUTH } from './openshift-kinds.ts';
import { withConditions } from './toolkit/conditions.ts';
import { type Again, on } from './toolkit/controller.ts';
import { same } from './toolkit/objects.ts';

export function startAuthentication(context: Context): void {
  const { client, clock } = context;
  const oauths = context.cache(OAUTH);
  const secrets = context.cache(SECRET);
  const deployments = context.cache(DEPLOYMENT);
  const nodes = context.cache(NODE);
  const mine = (name: string) => (object: { metadata: { namespace?: string } }) => (object.metadata.namespace === name ? ['cluster'] : []);

  context.controller(
    'authentication',
    [
      ...[on(oauths), on(secrets, mine(settingsNamespace)), on(deployments, mine(loginNamespace)), on(secrets, mine(loginNamespace))],
      { attach: (add) => add('cluster') },
    ],
    async (): Promise<Again | undefined> => {
      const providers = oauths.get('cluster')?.spec?.identityProviders ?? [];
      const { errors, files } = observeLogins(providers, (name) => secrets.get(name, settingsNamespace));
      // What is wrong keeps the old configuration in use as a whole.
      const served = deployments.get(serverName, loginNamespace) !== undefined;
      const waiting = errors.length === 0 ? await apply(providers, files) : served ? undefined : await apply([], []);
      return report(errors, waiting);
    },
  );

  /** `files` are contents of the copies, in the order of the providers; undefined for a provider without one. */
  const apply = async (
    providers: readonly IdentityProvider[],
    files: readonly (Record<string, string> | undefined)[],
  ): Promise<Again | undefined> => {
    const text = JSON.stringify({ providers, files });
    const exists = deployments.get(serverName, loginNamespace) !== undefined;
    if (text !== applied && exists) {
      const soon = applied === undefined ? undefined : context.wait(`login/${text}`, 'loginConfig');
      if (soon) return soon;
    }
    clock.forget('login/');
    applied = text;
    await client.ensure(SERVICE_ACCOUNT, { metadata: { name: serverName, namespace: loginNamespace } });
    const config = cliConfig(providers);
    if (!(await client.ensure(CONFIG_MAP, config)))
      await client.edit(CONFIG_MAP, config.metadata, (live) => {
        live.data = config.data ?? {};
      });
    await copy(files);
    const masters = nodes.all().filter((node) => node.metadata.labels?.['node-role.kubernetes.io/master'] !== undefined).length;
    const wanted = oauthServer(text, masters);
    if (!(await client.ensure(DEPLOYMENT, wanted)))
      await client.edit(DEPLOYMENT, wanted.metadata, (live) => {
        const hash = wanted.spec.template.metadata.annotations;
        if (!same(live.spec.template.metadata.annotations, hash)) live.spec.template = wanted.spec.template;
        live.spec.replicas = masters;
      });
    return undefined;
  };
  let applied: string | undefined;

  const copy = async (files: readonly (Record<string, string> | undefined)[]): Promise<void> => {
    for (const [index, data] of files.entries()) {
      if (!data) continue;
      const metadata = { name: copyName(index), namespace: loginNamespace };
      if (!(await client.ensure(SECRET, { metadata, type: 'Opaque', data })))
        await client.edit(SECRET, metadata, (live) => {
          live.data = data;
        });
    }
    const kept = new Set(files.flatMap((data, index) => (data ? [copyName(index)] : [])));
    for (const { metadata } of secrets.all(loginNamespace))
      if (/^v4-0-config-user-idp-\d+-file-data$/.test(metadata.name) && !kept.has(metadata.name)) await client.delete(SECRET, metadata);
  };

  const report = async (errors: readonly string[], waiting: Again | undefined): Promise<Again | undefined> => {
    if (errors.length === 0) clock.forget('login-error');
    const patience = errors.length > 0 ? clock.left('login-error', delays.loginInertia) : 0;
    // As it is now: what this very look has changed counts already.
    const server = await client.get(DEPLOYMENT, { name: serverName, namespace: loginNamespace });
    const conditions = loginConditions({ errors: patience > 0 ? [] : errors, server });
    await client.editStatus(CLUSTER_OPERATOR, { name: 'authentication' }, (live) => {
      live.status = { ...live.status, conditions: withConditions(live.status?.conditions, conditions) };
    });
    return waiting ?? (patience > 0 ? { again: patience } : undefined);
  };
}
