/** A chain of certificates and the authorities it may lead to, as Go's programs see it: the registry and its operator. Pure. */
import { X509Certificate } from 'node:crypto';

export interface Chain {
  readonly leaf: X509Certificate;
  /** From the server's certificate up, as far as it could be followed. */
  readonly links: readonly X509Certificate[];
  /** The one of the bundle that it ends in; undefined where it ends in none. */
  readonly anchor: X509Certificate | undefined;
}

/** Of text with certificates in PEM form; what is no certificate is left out. */
export const certificatesIn = (text: string): readonly X509Certificate[] =>
  (text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).flatMap((pem) => {
    try {
      return [new X509Certificate(pem)];
    } catch {
      return [];
    }
  });

/** `sent`: not empty, the server's own first. */
export function follow(sent: readonly X509Certificate[], bundle: readonly X509Certificate[]): Chain {
  const [leaf] = sent as readonly [X509Certificate];
  const links: X509Certificate[] = [leaf];
  for (let at = leaf; links.length < 12; ) {
    const anchor = bundle.find((one) => one.fingerprint256 === at.fingerprint256) ?? bundle.find((one) => signs(one, at));
    if (anchor) return { leaf, links: anchor.fingerprint256 === at.fingerprint256 ? links : [...links, anchor], anchor };
    const next = isSelfSigned(at) ? undefined : sent.find((one) => one !== at && signs(one, at));
    if (!next || links.includes(next)) break;
    links.push(next);
    at = next;
  }
  return { leaf, links, anchor: undefined };
}

const signs = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

export const isSelfSigned = (one: X509Certificate): boolean => signs(one, one);

/** "CN=ingress-operator@1700000000, O=Example" */
export const named = (text: string): string => text.split('\n').reverse().join(', ');

/** Names and addresses it is for. */
export const namesOf = ({ subjectAltName }: X509Certificate): readonly string[] =>
  (subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '');

const DAY = 86_400_000;
/** Whole days, negative once it is over. */
export const daysLeft = ({ validTo }: X509Certificate, now: number): number => Math.floor((Date.parse(validTo) - now) / DAY);
