/** Ansible's vault, formats 1.1 and 1.2 (AES256): PBKDF2-SHA256, AES-256-CTR with PKCS7 padding, HMAC-SHA256 over the ciphertext. */
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** As Ansible: the strength of its own files, which all readers agree on. */
const ITERATIONS = 10_000;
const BLOCK = 16;
/** Hexadecimal digits a line. */
const WIDTH = 80;

/** A vault taken apart, not yet opened. */
export interface Sealed {
  /** The vault id of format 1.2. */
  readonly label?: string;
  readonly salt: Uint8Array;
  readonly mac: Uint8Array;
  readonly data: Uint8Array;
}

export const isVault = (text: string): boolean => text.startsWith('$ANSIBLE_VAULT;');

function keysOf(password: string, salt: Uint8Array) {
  const all = pbkdf2Sync(password, salt, ITERATIONS, 80, 'sha256');
  return { cipher: all.subarray(0, 32), mac: all.subarray(32, 64), iv: all.subarray(64, 80) };
}

/** The envelope, byte for byte as ansible-vault writes it with this salt; a label other than "default" makes it format 1.2. */
export function seal(plain: Uint8Array, by: { readonly password: string; readonly label?: string; readonly salt?: Uint8Array }): string {
  const { password, label = 'default', salt = randomBytes(32) } = by;
  const keys = keysOf(password, salt);
  const size = BLOCK - (plain.length % BLOCK);
  const machine = createCipheriv('aes-256-ctr', keys.cipher, keys.iv);
  const data = Buffer.concat([machine.update(plain), machine.update(Buffer.alloc(size, size)), machine.final()]);
  const mac = createHmac('sha256', keys.mac).update(data).digest();
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const body = hex(Buffer.from([salt, mac, data].map(hex).join('\n')));
  const header = label === '' || label === 'default' ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${label}`;
  return `${[header, ...(body.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [])].join('\n')}\n`;
}

/** `why` continues a sentence: "<file> …". */
export function unwrap(envelope: string): Sealed | { readonly why: string } {
  const [header = '', ...body] = envelope.trim().split(/\r?\n/);
  const [magic, version, cipher, label] = header.trim().split(';');
  if (magic !== '$ANSIBLE_VAULT' || !['1.1', '1.2'].includes(version ?? '') || cipher !== 'AES256')
    return { why: `is not a vault this program can read: ${header.slice(0, 60)}` };
  const inner = hexBytes(body.map((line) => line.trim()).join(''));
  const [salt, mac, data] = (inner?.toString('latin1') ?? '').split('\n').map(hexBytes);
  if (!salt?.length || mac?.length !== 32 || !data?.length || data.length % BLOCK !== 0) return { why: 'is a damaged vault' };
  return { salt, mac, data, ...(label && version === '1.2' ? { label } : {}) };
}

/** Undefined where a character is missing or is no digit: Buffer.from would read up to it and say nothing. */
const hexBytes = (text: string): Buffer | undefined => (/^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined);

/** The contents; undefined where the password does not fit. */
export function open(sealed: Sealed, password: string): Buffer | undefined {
  const keys = keysOf(password, sealed.salt);
  const mac = createHmac('sha256', keys.mac).update(sealed.data).digest();
  if (!timingSafeEqual(mac, sealed.mac)) return undefined;
  const machine = createDecipheriv('aes-256-ctr', keys.cipher, keys.iv);
  const padded = Buffer.concat([machine.update(sealed.data), machine.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}
