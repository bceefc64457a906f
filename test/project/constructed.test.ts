/** `plugin: constructed`: groups and variables as `ansible-inventory --list` (2.19.14) makes them of the same files. */
import { describe, expect, test } from 'vitest';
import { loadInventory } from '../../src/project/index.ts';
import { engine, got, inDirectory, line, varsOf } from './support.ts';

const HOSTS = `all:
  vars: {site: north}
  children:
    web:
      vars: {tier: front}
      hosts:
        web1: {os: {family: RedHat, version: ''}, names: [a, b-c, ''], n: 1, zone: 'eu-1', empty: ''}
        web2.lab: {names: [], n: 20, up: true, zone: null}
    db:
      hosts:
        db1: {n: 5, os: {family: Debian}, up: false, zone: "9"}
`;
const RULES = `compose:
  full: inventory_hostname ~ '.' ~ site
  short: inventory_hostname_short
  seen: from_file
  after: full ~ 'x'
  all_names: names + ['z']
groups:
  big: n > 3
  fronts: "'web' in group_names"
  upper: up
  "odd-name": n == 1
  composed: full is defined
keyed_groups:
  - {key: zone, prefix: zone}
  - {key: names, separator: "", prefix: name_}
  - {key: os, prefix: os, default_value: none}
  - {key: os, prefix: t, trailing_separator: false}
  - {key: tier, parent_group: tiers}
  - {key: tier, parent_group: "{{ site }}_tiers", prefix: x, separator: "-"}
  - {key: empty, default_value: nix, prefix: e}
`;

async function made(rules: string, extraVars: readonly string[] = []) {
  const files = {
    'inv/01-hosts.yml': HOSTS,
    'inv/group_vars/web.yml': 'from_file: found\n',
    'inv/02-made.yml': `plugin: constructed\n${rules}`,
  };
  const loaded = await loadInventory(['inv'], { engine, cwd: inDirectory(files), extraVars });
  return { inventory: got(loaded), diagnostics: loaded.diagnostics.map(line) };
}

test('groups', async () => {
  const { inventory, diagnostics } = await made(RULES);
  expect(diagnostics).toEqual([]);
  expect(Object.fromEntries(inventory.groups)).toEqual({
    all: ['web1', 'web2.lab', 'db1'],
    ungrouped: [],
    web: ['web1', 'web2.lab'],
    db: ['db1'],
    big: ['web2.lab', 'db1'],
    fronts: ['web1', 'web2.lab'],
    upper: ['web2.lab'],
    odd_name: ['web1'],
    composed: ['web1', 'web2.lab', 'db1'],
    zone_eu_1: ['web1'],
    zone_9: ['db1'],
    name_a: ['web1'],
    name_b_c: ['web1'],
    name_: ['web1'],
    os_family_RedHat: ['web1'],
    os_version_none: ['web1'],
    os_family_Debian: ['db1'],
    t_family_RedHat: ['web1'],
    t_version: ['web1'],
    t_family_Debian: ['db1'],
    _front: ['web1', 'web2.lab'],
    tiers: ['web1', 'web2.lab'],
    north_tiers: ['web1', 'web2.lab'],
    x_front: ['web1', 'web2.lab'],
    e_nix: ['web1'],
  });
});

test('variables; those of files beside the inventory only with use_vars_plugins', async () => {
  const plain = (await made(RULES)).inventory;
  expect(varsOf(plain, 'web1')).toMatchObject({ full: 'web1.north', short: 'web1', all_names: ['a', 'b-c', '', 'z'] });
  expect(varsOf(plain, 'web2.lab')).toMatchObject({ full: 'web2.lab.north', short: 'web2' });
  expect(varsOf(plain, 'web1')).not.toHaveProperty('seen');
  // one composed variable does not see another
  expect(varsOf(plain, 'web1')).not.toHaveProperty('after');
  const withFiles = (await made(`use_vars_plugins: true\n${RULES}`)).inventory;
  expect(varsOf(withFiles, 'web2.lab')).toMatchObject({ seen: 'found' });
});

test('use_extra_vars and leading_separator', async () => {
  const { inventory } = await made(`use_extra_vars: true\nleading_separator: false\n${RULES}`, ['site=extra']);
  expect(varsOf(inventory, 'db1')).toMatchObject({ full: 'db1.extra' });
  expect([...inventory.groups.keys()].filter((name) => /front$|tiers/.test(name))).toEqual(['front', 'tiers', 'x_front', 'extra_tiers']);
  expect(varsOf((await made(RULES, ['site=extra'])).inventory, 'db1')).toMatchObject({ full: 'db1.north' });
});

describe('what is wrong', () => {
  test.each([
    [
      'strict: true tells what would be passed over',
      'strict: true\ngroups:\n  upper: up\n',
      [
        "error[constructed] inv/02-made.yml:4:10 cannot decide whether host web1 belongs to group upper: 'up' is undefined (without strict: true such a host is passed over)",
      ],
    ],
    [
      'a value that can name no group',
      'keyed_groups:\n  - key: n\n',
      ['web1', 'web2.lab', 'db1'].map(
        (host, index) =>
          `error[constructed] inv/02-made.yml:3:5 cannot make groups of n for host ${host}: a group is named by a string, a list or a mapping, not ${[1, 20, 5][index]} (without strict: true such a host is passed over)`,
      ),
    ],
    [
      'keys that do not exist',
      'keyed_group: []\ncompose: [a]\nkeyed_groups:\n  - {prefx: a}\n',
      [
        'error[unknown-key] inv/02-made.yml:2:1 unknown key "keyed_group" in a constructed inventory (did you mean keyed_groups?)',
        'error[wrong-type] inv/02-made.yml:3:10 compose must be a mapping of names to expressions, not a list',
        'error[unknown-key] inv/02-made.yml:5:6 unknown key "prefx" in keyed_groups (did you mean prefix?)',
        'error[missing-argument] inv/02-made.yml:5:5 an entry of keyed_groups needs key',
      ],
    ],
    [
      'an expression that cannot be parsed',
      'compose:\n  a: n +\n',
      ['error[expression-syntax] inv/02-made.yml:3:9 Syntax error in template: unexpected end of template, expected an expression'],
    ],
  ])('%s', async (_, rules, expected) => {
    expect((await made(rules)).diagnostics).toEqual(expected);
  });
});
