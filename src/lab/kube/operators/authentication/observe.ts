/** What the operator makes of the list of identity providers: copies to be made, or what is wrong with it. Pure. */
import type { Secret } from '../kinds.ts';
import type { IdentityProvider } from '../openshift-kinds.ts';

export interface Observed {
  /** In the operator's words; nothing of the list is taken over while there is one. */
  readonly errors: readonly string[];
  /** By place in the list: what the copy of the provider's Secret holds. */
  readonly files: readonly (Record<string, string> | undefined)[];
}

/** The key under which a provider's details stand, by type. */
const details: Readonly<Record<string, string>> = {
  BasicAuth: 'basicAuth',
  GitHub: 'github',
  GitLab: 'gitlab',
  Google: 'google',
  HTPasswd: 'htpasswd',
  Keystone: 'keystone',
  LDAP: 'ldap',
  OpenID: 'openID',
  RequestHeader: 'requestHeader',
};

/** Where a provider's details name a Secret, and the key that it has to have. Those of LDAP may name none. */
const kept: Readonly<Record<string, { readonly field: string; readonly key: string }>> = {
  GitHub: { field: 'clientSecret', key: 'clientSecret' },
  GitLab: { field: 'clientSecret', key: 'clientSecret' },
  Google: { field: 'clientSecret', key: 'clientSecret' },
  HTPasswd: { field: 'fileData', key: 'htpasswd' },
  LDAP: { field: 'bindPassword', key: 'bindPassword' },
  OpenID: { field: 'clientSecret', key: 'clientSecret' },
};

/** `secret` looks up one of openshift-config. The content of an htpasswd file is not looked at, and it alone is copied. */
export function observeLogins(providers: readonly IdentityProvider[], secret: (name: string) => Secret | undefined): Observed {
  const errors: string[] = [];
  const files = providers.map((provider, index) => {
    const failed = (why: string): undefined => void errors.push(why);
    const given = provider[details[provider.type] ?? ''] as Record<string, { readonly name?: string } | undefined> | undefined;
    if (!given)
      return failed(
        `failed to apply IDP ${provider.name || index} config: type ${provider.type} was specified, but its configuration is missing`,
      );
    const { field = '', key = '' } = kept[provider.type] ?? {};
    const name = given[field]?.name ?? '';
    if (key === '' || (name === '' && provider.type === 'LDAP')) return undefined;
    const invalid = (why: string): undefined => failed(`error validating secret openshift-config/${name}: ${why}`);
    const found = secret(name);
    if (!found) return invalid(`secret "${name}" not found`);
    const content = found.data?.[key];
    if (!content) return invalid(`missing required key: "${key}"`);
    return provider.type === 'HTPasswd' ? { htpasswd: content } : undefined;
  });
  return { errors, files };
}
