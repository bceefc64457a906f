/** Writing vaults: the very bytes of ansible-vault, and everything that is written can be read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askTwice } from '../../src/cli/vault/secrets.ts';
import { open, seal, unwrap } from '../../src/core/vault.ts';
import { openVault } from '../../src/project/vault/decrypt.ts';

const salt = Buffer.from('saltsaltsaltsaltsaltsaltsaltsalt');

/** a: 1, bin: x – with the password "secret1". */
const RECORDED = `$ANSIBLE_VAULT;1.1;AES256
37333631366337343733363136633734373336313663373437333631366337343733363136633734
3733363136633734373336313663373437333631366337340a366535663661663332336263643835
33653766326330326338646564633163316630356635626466643037656230623066386335376639
3633326462376530360a373738613038623362616135313134383162363231363762353535656366
3830
`;

test('the same bytes as ansible-vault 2.19.14 with the same salt (ANSIBLE_VAULT_ENCRYPT_SALT)', () => {
  expect(seal(Buffer.from('a: 1\nbin: x\n'), { password: 'secret1', salt })).toBe(RECORDED);
  expect(seal(Buffer.from('a: 1\nbin: x\n'), { password: 'secret1', salt, label: 'prod' })).toBe(
    RECORDED.replace('1.1;AES256', '1.2;AES256;prod'),
  );
});

test('whatever is sealed opens again, with its label, and with no other password', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ minLength: 1 }),
      fc.stringMatching(/^[a-z]{1,8}$/),
      (plain, password, label) => {
        const text = seal(plain, { password, label });
        const answer = openVault(text, [
          { id: 'wrong', password: `${password}x` },
          { id: label, password },
        ]);
        expect(answer).toEqual({ bytes: Buffer.from(plain), by: { id: label, password }, ...(label === 'default' ? {} : { label }) });
      },
    ),
    { numRuns: 40 },
  );
});

test('one changed digit is noticed', () => {
  const whole = seal(Buffer.from('secret'), { password: 'x', salt });
  const sealed = unwrap(whole);
  if ('why' in sealed) throw new Error(sealed.why);
  expect(open({ ...sealed, data: sealed.data.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) }, 'x')).toBeUndefined();
  expect(unwrap(whole.replace(/\d\n$/, '\n'))).toEqual({ why: 'is a damaged vault' });
});

test('a new password is asked for twice', async () => {
  const asked: string[] = [];
  const answers = ['one', 'one', 'one', 'two'];
  const ask = askTwice(async (question) => {
    asked.push(question);
    return answers[asked.length - 1] ?? '';
  });
  expect(await ask('prod')).toBe('one');
  await expect(ask(undefined)).rejects.toThrow('the two passwords are not the same');
  expect(asked).toEqual([
    'New vault password (prod): ',
    'Confirm new vault password (prod): ',
    'New vault password: ',
    'Confirm new vault password: ',
  ]);
});
