/** `vault` and `unvault`: text encrypted in the format of ansible-vault 1.1 and 1.2 (AES-256 in counter mode, HMAC-SHA256). */
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { plugin } from '../eval/plugin.ts';
import { fail } from '../value/undef.ts';
import { soft, text } from './args.ts';

const ITERATIONS = 10_000;
const BLOCK = 16;

function keys(secret: string, salt: Buffer): { readonly cipher: Buffer; readonly hmac: Buffer; readonly iv: Buffer } {
  const all = pbkdf2Sync(secret, salt, ITERATIONS, 80, 'sha256');
  return { cipher: all.subarray(0, 32), hmac: all.subarray(32, 64), iv: all.subarray(64, 80) };
}

export function encrypt(plain: string, secret: string, salt: Buffer, id: string): string {
  const { cipher, hmac, iv } = keys(secret, salt);
  const data = Buffer.from(plain);
  const size = BLOCK - (data.length % BLOCK);
  const machine = createCipheriv('aes-256-ctr', cipher, iv);
  const sealed = Buffer.concat([machine.update(data), machine.update(Buffer.alloc(size, size)), machine.final()]);
  const seal = createHmac('sha256', hmac).update(sealed).digest();
  const body = Buffer.from([salt, seal, sealed].map((part) => part.toString('hex')).join('\n')).toString('hex');
  const header = id === '' || id === 'default' ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${id}`;
  return `${[header, ...(body.match(/.{1,80}/g) ?? [])].join('\n')}\n`;
}

export function decrypt(vaulted: string, secret: string): string {
  const [header = '', ...lines] = vaulted.trim().split('\n');
  if (!/^\$ANSIBLE_VAULT;1\.[12];AES256(;|$)/.test(header.trim())) return fail('the text is not vaulted, or in a format that is not known');
  const parts = Buffer.from(lines.map((line) => line.trim()).join(''), 'hex')
    .toString()
    .split('\n');
  const [salt, seal, sealed] = parts.map((part) => Buffer.from(part, 'hex'));
  if (!salt || !seal || !sealed) return fail('the vaulted text is damaged');
  const { cipher, hmac, iv } = keys(secret, salt);
  const expected = createHmac('sha256', hmac).update(sealed).digest();
  if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return fail('the vaulted text does not belong to this secret');
  const machine = createDecipheriv('aes-256-ctr', cipher, iv);
  const data = Buffer.concat([machine.update(sealed), machine.final()]);
  return data.subarray(0, data.length - (data.at(-1) ?? 0)).toString();
}

export const vaultFilters = [
  plugin('vault', "value, secret, salt=None, vault_id='filter_default', wrap_object=False, vaultid=None", (_, value, secret, salt, id) =>
    encrypt(soft(value), text(secret), salt === null ? randomBytes(32) : Buffer.from(text(salt)), text(id)),
  ),
  plugin('unvault', "value, secret, vault_id='filter_default', vaultid=None", (_, value, secret) => {
    const plain = text(value);
    return plain.startsWith('$ANSIBLE_VAULT;') ? decrypt(plain, text(secret)) : plain;
  }),
];
