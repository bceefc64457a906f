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

/** `secret` looks up one of openshift-config. The content of an htpasswd file is not looked at. */
export function observeLogins(providers: readonly IdentityProvider[], secret: (name: string) => Secret | undefined): Observed {
  const errors: string[] = [];
  const files = providers.map((provider, index) => {
    const failed = (why: string): undefined => void errors.push(why);
    if (!provider[details[provider.type] ?? ''])
      return failed(
        `failed to apply IDP ${provider.name || index} config: type ${provider.type} was specified, but its configuration is missing`,
      );
    if (provider.type !== 'HTPasswd') return undefined;
    const name = provider.htpasswd?.fileData?.name ?? '';
    const invalid = (why: string): undefined => failed(`error validating secret openshift-config/${name}: ${why}`);
    const found = secret(name);
    if (!found) return invalid(`secret "${name}" not found`);
    const content = found.data?.['htpasswd'];
    return content ? { htpasswd: content } : invalid('missing required key: "htpasswd"');
  });
  return { errors, files };
}
