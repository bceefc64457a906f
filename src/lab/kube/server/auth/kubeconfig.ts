import { stringify } from 'yaml';
import type { Credentials } from './certificates.ts';

export type Credential = { readonly token: string } | Credentials;

export interface Access {
  readonly url: string;
  readonly caPem: string;
  readonly name: string;
  readonly credential: Credential;
}

/** The text of a kubeconfig file with one context. */
export function kubeconfigText({ url, caPem, name, credential }: Access): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const user =
    'token' in credential
      ? { token: credential.token }
      : { 'client-certificate-data': base64(credential.cert), 'client-key-data': base64(credential.key) };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: url, 'certificate-authority-data': base64(caPem) } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: 'lab', user: name } }],
    'current-context': name,
  });
}
