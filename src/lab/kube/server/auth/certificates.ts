/**
 * A certificate authority of its own for each server, and what it signs. Node can sign but not write certificates; the two asn1 packages
 * (MIT, 40 ms to import, no polyfill) write them. @peculiar/x509 over them wants reflect-metadata, node-forge knows no elliptic curves,
 * and its RSA keys alone would take longer than the server has to start.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

export interface Credentials {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

export interface Authority extends Credentials {
  /** For TLS clients that name themselves by it. */
  client(subject: Subject): Credentials;
  /** For a server on loopback. */
  server(): Credentials;
}

const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};
const dayMs = 86_400_000;
const validDays = 3650;

export function createAuthority(now: Date): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: 'pb-lab' };
  const issue = (of: Subject, publicKey: KeyObject, extensions: Extension[]): string =>
    certificate({ of, issuer: subject, publicKey, signer: keys.privateKey, extensions, now });
  const basic = new Extension({ extnID: id_ce_basicConstraints, critical: true, extnValue: value(new BasicConstraints({ cA: true })) });
  const leaf = (of: Subject, extensions: Extension[]): Credentials => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { cert: issue(of, own.publicKey, [usage(KeyUsageFlags.digitalSignature), ...extensions]), key: pem(own.privateKey) };
  };
  return {
    cert: issue(subject, keys.publicKey, [basic, usage(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature)]),
    key: pem(keys.privateKey),
    client: (of) => leaf(of, [purpose(oids.clientAuth)]),
    server: () => leaf({ commonName: 'kube-apiserver' }, [purpose(oids.serverAuth), loopback()]),
  };
}

const value = (content: object): OctetString => new OctetString(AsnConvert.serialize(content));
const usage = (flags: number): Extension =>
  new Extension({ extnID: id_ce_keyUsage, critical: true, extnValue: value(new KeyUsage(flags)) });
const purpose = (oid: string): Extension => new Extension({ extnID: id_ce_extKeyUsage, extnValue: value(new ExtendedKeyUsage([oid])) });
const loopback = (): Extension => {
  const names = new SubjectAlternativeName([
    ...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => new GeneralName({ dNSName: name })),
    ...['127.0.0.1', '::1'].map((address) => new GeneralName({ iPAddress: address })),
  ]);
  return new Extension({ extnID: id_ce_subjectAltName, extnValue: value(names) });
};

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Draft {
  readonly of: Subject;
  readonly issuer: Subject;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: Extension[];
  readonly now: Date;
}

function certificate({ of, issuer, publicKey, signer, extensions, now }: Draft): string {
  const serial = randomBytes(16);
  // Positive, and no leading byte that DER (X.690, 8.3.2) forbids.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const algorithm = new AlgorithmIdentifier({ algorithm: oids.ecdsaSha256 });
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: algorithm,
    issuer: nameOf(issuer),
    subject: nameOf(of),
    // A day back, for clients whose clock is behind.
    validity: new Validity({
      notBefore: new Date(now.getTime() - dayMs),
      notAfter: new Date(now.getTime() + validDays * dayMs),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions(extensions),
  });
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(tbs)), signer);
  const whole = new Certificate({ tbsCertificate: tbs, signatureAlgorithm: algorithm, signatureValue: new Uint8Array(signature).buffer });
  const base64 = Buffer.from(AsnConvert.serialize(whole))
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function nameOf({ commonName, organization }: Subject): Name {
  const part = (type: string, text: string): RelativeDistinguishedName =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) })]);
  return new Name([...(organization ? [part(oids.organization, organization)] : []), part(oids.commonName, commonName)]);
}
