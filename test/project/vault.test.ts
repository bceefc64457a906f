/** Vaults made by ansible-vault 2.19.14. */
import { describe, expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import { byPrecedence } from '../../src/core/precedence.ts';
import { resolveNow } from '../../src/core/resolve.ts';
import { type HostName, Template } from '../../src/core/value.ts';
import { layerScope } from '../../src/project/vars/scope.ts';
import { everything, line } from './support.ts';

/** password: hunter22, n: 5, t: "{{ password }}x" – with the password "secret1". */
const WHOLE = `$ANSIBLE_VAULT;1.1;AES256
33666131646533316134383262333339306561626464366339636263303031333562313464636633
6439396231653333373162336634313835613663393834300a313139613365636434373539303761
37653865363330666239666534333031353265643766336465333263316535616466323431306262
3366623663393365620a623962363335376463336531363132646566336539383333303930613762
66323961303435666230306436343337656365613539396366306139663566383636356262653336
6532613935666338326165623036653961613833613839363365
`;
/** The same, vault id prod, password "other". */
const LABELLED = `$ANSIBLE_VAULT;1.2;AES256;prod
38623936323930313566383162343766613539366165333335326131643338323365623132643138
6262353662303732313232373365393233386364386330640a656133663538343238303930393066
34386234393166633963666565383234376230353431303433343465623438353464656534643665
3866313137333933660a616563353831383932663634623763633437666132373466323832613935
64376365303261336431386561303463393234343062393462333666366438633564373931363530
3533343666623032323262393864383338396365316336633561
`;
/** s: "hunter22 {{ 1 + 1 }}", password "secret1". */
const INLINE = `s: !vault |
          $ANSIBLE_VAULT;1.1;AES256
          30376439386130353230323639616138326161653233656665646334393438323661373932396264
          3834343866663332373035323035626534613565306130310a313861373432666261353366343861
          35343663393662643435623239383238326262333765336533656636323162396439653966343832
          6263663265316663620a356531623639343165646139623437656238356235306633316361393661
          39303435643539373365626366333235333437653935373861616430656666313534
`;

const site = { 'site.yml': '- hosts: all\n' };
const RIGHT = [{ id: 'default', password: 'secret1' }];

async function open(content: string, vault: readonly { id: string; password: string }[]) {
  const secrets: string[] = [];
  const { inventory, diagnostics } = await everything(
    { ...site, 'inv/h.ini': 'h\n', 'inv/group_vars/all.yml': content },
    { sources: ['inv'], vault, onSecret: (value) => secrets.push(value) },
  );
  const scope = layerScope(byPrecedence(inventory.hosts.get('h' as HostName)?.layers ?? []));
  return { scope, secrets, diagnostics: diagnostics.map(line) };
}

describe('whole files', () => {
  test('are decrypted while loading; their strings are secrets', async () => {
    const { scope, secrets, diagnostics } = await open(WHOLE, RIGHT);
    expect(diagnostics).toEqual([]);
    expect(resolveNow(scope.get('t') ?? null, scope)).toBe('hunter22x');
    expect(scope.get('n')).toBe(5);
    expect(secrets).toEqual(['hunter22']);
  });
  test('with a vault id, whatever the order of the passwords', async () => {
    const { scope } = await open(LABELLED, [...RIGHT, { id: 'prod', password: 'other' }]);
    expect(scope.get('password')).toBe('hunter22');
  });
  test('no password, or a wrong one', async () => {
    expect((await open(WHOLE, [])).diagnostics).toEqual([
      'error[vault] inv/group_vars/all.yml:1:1 inv/group_vars/all.yml is encrypted and no vault password was given (give one with --vault-password-file or --ask-vault-pass)',
    ]);
    expect((await open(LABELLED, RIGHT)).diagnostics).toEqual([
      'error[vault] inv/group_vars/all.yml:1:1 inv/group_vars/all.yml could not be decrypted (vault id prod): no password fits (tried the vault ids default)',
    ]);
  });
});

describe('!vault values', () => {
  test('are opened when used, are secrets from then on, and may be templates', async () => {
    const { scope, secrets } = await open(INLINE, RIGHT);
    expect(secrets).toEqual([]);
    expect(resolveNow(scope.get('s') ?? null, scope)).toBe('hunter22 2');
    expect(secrets).toContain('hunter22 {{ 1 + 1 }}');
  });
  test('a wrong password matters only when the value is used, and is told at its place', async () => {
    const { scope, diagnostics } = await open(INLINE, [{ id: 'default', password: 'wrong' }]);
    expect(diagnostics).toEqual([]);
    const value = scope.get('s');
    expect(value).toBeInstanceOf(Template);
    const error = (() => {
      try {
        return resolveNow(value ?? null, scope);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(PbError);
    expect(error).toMatchObject({
      message: 'this value could not be decrypted: no password fits',
      at: { file: 'inv/group_vars/all.yml', line: 1 },
    });
  });
});
