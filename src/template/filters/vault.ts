/** `vault` and `unvault`: text encrypted in the format of ansible-vault 1.1 and 1.2 (AES-256 in counter mode, HMAC-SHA256). */
import { isVault, open, seal, unwrap } from '../../core/vault.ts';
import { plugin } from '../eval/plugin.ts';
import { fail } from '../value/undef.ts';
import { text } from './args.ts';

/** Throws what templates report for a text that is no vault, is damaged, or has another secret. */
function decrypt(vaulted: string, secret: string): string {
  const sealed = unwrap(vaulted);
  if ('why' in sealed)
    return fail(
      sealed.why === 'is a damaged vault' ? 'the vaulted text is damaged' : 'the text is not vaulted, or in a format that is not known',
    );
  return open(sealed, secret)?.toString() ?? fail('the vaulted text does not belong to this secret');
}

export const vaultFilters = [
  plugin('vault', "value, secret, salt=None, vault_id='filter_default', wrap_object=False, vaultid=None", (_, value, secret, salt, id) =>
    seal(Buffer.from(text(value)), {
      password: text(secret),
      label: text(id),
      ...(salt === null ? {} : { salt: Buffer.from(text(salt)) }),
    }),
  ),
  plugin('unvault', "value, secret, vault_id='filter_default', vaultid=None", (_, value, secret) => {
    const plain = text(value);
    return isVault(plain) ? decrypt(plain, text(secret)) : plain;
  }),
];
