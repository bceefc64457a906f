/** Whether a host is the one it claims to be. Never a prompt: known, recorded as new, or refused with the remedy. */
import { PbError } from '../../core/diagnostic.ts';
import { fingerprint, type KnownHosts, type KnownKey, keyType, knownName } from './known-hosts.ts';
import type { Target } from './target.ts';

export type Verdict = { readonly is: 'known' } | { readonly is: 'new' } | { readonly is: 'refused'; readonly error: PbError };

/** Keys this host may show: the one of the inventory where it gives one, else those of the known_hosts files. */
export function expectedKeys(target: Target, known: KnownHosts): KnownKey[] {
  if (target.hostKey) return [{ ...target.hostKey, revoked: false, file: 'ansible_host_key', line: 0 }];
  const name = target.hostKeyAlias ?? target.address;
  const exact = known.find(target.knownHosts, [knownName(name, target.port)]);
  // As OpenSSH does: a host on another port may be known by its bare name.
  return exact.some((key) => !key.revoked) ? exact : [...exact, ...known.find(target.knownHosts, [name.toLowerCase()])];
}

/** Algorithms in the order in which to ask for them: what is known of the host comes first, or it would show a key nobody can compare. */
export function hostKeyAlgorithms(expected: readonly KnownKey[]): string[] {
  const types = new Set(expected.filter((key) => !key.revoked).map((key) => key.type));
  const ofType = (algorithm: string) => (algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm);
  return [...ALGORITHMS].sort((a, b) => Number(types.has(ofType(b))) - Number(types.has(ofType(a))));
}

const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;

export function judge(key: Buffer, expected: readonly KnownKey[], target: Target): Verdict {
  const same = expected.filter((known) => known.key.equals(key));
  const revoked = same.find((known) => known.revoked);
  if (revoked) return refused(revokedError(target, revoked));
  if (same.length > 0 || target.hostKeys === 'off') return { is: 'known' };
  const others = expected.filter((known) => !known.revoked);
  if (others.length > 0) return refused(changedError(target, key, others));
  return target.hostKeys === 'accept-new' ? { is: 'new' } : refused(unknownError(target, key));
}

const refused = (error: PbError): Verdict => ({ is: 'refused', error });

export const knownHostsLine = (target: Target, key: Buffer): string =>
  `${knownName(target.hostKeyAlias ?? target.address, target.port)} ${keyType(key)} ${key.toString('base64')}`;

const where = (known: KnownKey): string => (known.line === 0 ? known.file : `${known.file}:${known.line}`);

function unknownError(target: Target, key: Buffer): PbError {
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  return new PbError('host-key', `${target.name}: the host key of ${target.address} port ${target.port} is not known: ${shown}`, {
    hint: `compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then add to ${target.knownHosts[0] ?? '~/.ssh/known_hosts'}: ${knownHostsLine(target, key)} – or set ansible_host_key_checking=accept-new to record first keys as they come`,
    details: { fingerprint: fingerprint(key), line: knownHostsLine(target, key) },
  });
}

function changedError(target: Target, key: Buffer, expected: readonly KnownKey[]): PbError {
  const sameType = expected.find((known) => known.type === keyType(key)) ?? expected[0];
  if (!sameType) return unknownError(target, key);
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  const was = `${sameType.type} ${fingerprint(sameType.key)} (${where(sameType)})`;
  const remedy =
    sameType.line === 0
      ? 'correct ansible_host_key'
      : `ssh-keygen -f ${sameType.file} -R '${knownName(target.hostKeyAlias ?? target.address, target.port)}', then add the new key`;
  return new PbError(
    'host-key',
    `${target.name}: the host key of ${target.address} port ${target.port} is not the known one: shown ${shown}, known ${was}`,
    {
      hint: `somebody may be in between, or the host was installed anew; if it was: ${remedy}`,
      details: { fingerprint: fingerprint(key), known: expected.map((one) => ({ fingerprint: fingerprint(one.key), at: where(one) })) },
    },
  );
}

const revokedError = (target: Target, revoked: KnownKey): PbError =>
  new PbError('host-key', `${target.name}: the host shows a revoked key: ${revoked.type} ${fingerprint(revoked.key)} (${where(revoked)})`, {
    hint: 'give the host a new key, or remove the @revoked line if it is wrong',
    details: { fingerprint: fingerprint(revoked.key) },
  });
