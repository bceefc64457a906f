/** Inventories: values as `ansible-inventory --list` (2.19) gives them for the same files. */
import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/core/inventory.ts';
import type { HostName } from '../../src/core/value.ts';
import { matchHosts } from '../../src/project/index.ts';
import { got, inventoryOf, line, varsOf } from './support.ts';

const FLEET = {
  'hosts.yml': `all:
  vars: {v_all: 1, who: all}
  hosts:
    loner: {x: 1}
  children:
    prod:
      vars: {who: prod}
      children:
        web:
          hosts:
            web[1:3]: {n: 0644, t: yes}
          vars: {who: web}
        db:
          hosts:
            db1.lab:2222:
            web1:
          vars: {who: db, ansible_group_priority: 10}
    zeta:
      hosts: web2
      vars: {who: zeta, deep: 1}
`,
  'group_vars/all/a.yml': 'from_file: all\n',
  'group_vars/all/b.yml': 'from_file: all2\n',
  'group_vars/web.yml': 'who: gv_web\n',
  'host_vars/web3.json': '{"who": "hv"}',
  'group_vars/zeta': 'who: zz\ndeep: 2\n',
};

const fleet = async (): Promise<Inventory> => got(await inventoryOf(FLEET, ['hosts.yml']));
const members = (inventory: Inventory) => Object.fromEntries(inventory.groups);

describe('YAML', () => {
  test('variables of groups, their files and their hosts win in the order of precedence', async () => {
    const inventory = await fleet();
    expect(varsOf(inventory, 'loner')).toEqual({ v_all: 1, who: 'all', from_file: 'all2', x: 1 });
    expect(varsOf(inventory, 'db1.lab')).toMatchObject({ ansible_port: 2222, who: 'db' });
    expect(varsOf(inventory, 'web1')).toMatchObject({ n: 420, t: true, who: 'gv_web' });
    expect(varsOf(inventory, 'web2')).toMatchObject({ deep: 2, who: 'gv_web' });
    expect(varsOf(inventory, 'web3')).toMatchObject({ who: 'hv', from_file: 'all2' });
  });

  test('groups hold the hosts of their children in the order they are listed', async () => {
    expect(members(await fleet())).toEqual({
      all: ['loner', 'web2', 'web1', 'web3', 'db1.lab'],
      ungrouped: ['loner'],
      prod: ['web1', 'web2', 'web3', 'db1.lab'],
      web: ['web1', 'web2', 'web3'],
      db: ['db1.lab', 'web1'],
      zeta: ['web2'],
    });
  });

  test('a host knows its groups by depth, priority and name', async () => {
    expect((await fleet()).hosts.get('web1' as HostName)?.groups).toEqual(['prod', 'web', 'db']);
  });

  test('every variable knows its place', async () => {
    const layers = (await fleet()).hosts.get('web3' as HostName)?.layers ?? [];
    expect(layers.find((layer) => layer.precedence === 'inventory host vars')?.at?.['t']).toEqual({
      file: 'hosts.yml',
      line: 11,
      column: 33,
      length: 1,
    });
  });
});

describe('INI', () => {
  const text = `; a comment
bare ansible_host=1.2.3.4 x="a b" # trailing
[web]
web[01:03] n=5 mode=0644 on=yes yes=True list="['a', 1]"
[pg]
db-[a:e:2]:2222
[db:children]
pg
[web:vars]
k = {'a': 1}
z = foo # bar
n = 7 # number
tpl = {{ k }}
`;
  test('hosts, ranges, ports and Python literals', async () => {
    const inventory = got(await inventoryOf({ 'hosts.ini': text }, ['hosts.ini']));
    expect(members(inventory)).toEqual({
      all: ['bare', 'web01', 'web02', 'web03', 'db-a', 'db-c', 'db-e'],
      ungrouped: ['bare'],
      web: ['web01', 'web02', 'web03'],
      pg: ['db-a', 'db-c', 'db-e'],
      db: ['db-a', 'db-c', 'db-e'],
    });
    expect(varsOf(inventory, 'bare')).toEqual({ ansible_host: '1.2.3.4', x: 'a b' });
    expect(varsOf(inventory, 'web02')).toEqual({
      n: 5,
      mode: '0644',
      on: 'yes',
      yes: true,
      list: ['a', 1],
      k: { a: 1 },
      z: 'foo # bar',
      tpl: { a: 1 },
    });
    expect(varsOf(inventory, 'db-c')).toEqual({ ansible_port: 2222 });
  });
});

describe('sources', () => {
  test('a directory: files in order, later ones win, ignored endings and vars folders passed over', async () => {
    const files = {
      'inv/10-first.yml': 'web:\n  hosts:\n    a: {x: 1, y: 1}\n',
      'inv/20-second.ini': '[web]\na x=2\nb\n',
      'inv/README.md': '# not an inventory\n',
      'inv/.hidden': 'nonsense: [',
      'inv/group_vars/web.yml': 'z: 3\n',
    };
    const loaded = await inventoryOf(files, ['inv']);
    expect(loaded.diagnostics).toEqual([]);
    expect(varsOf(got(loaded), 'a')).toEqual({ x: 2, y: 1, z: 3 });
    expect(members(got(loaded))['web']).toEqual(['a', 'b']);
  });

  test('a list on the command line', async () => {
    const inventory = got(await inventoryOf({}, ['n1,n[2:3]:2200,']));
    expect(members(inventory)).toEqual({ all: ['n1', 'n2', 'n3'], ungrouped: ['n1', 'n2', 'n3'] });
    expect(varsOf(inventory, 'n3')).toEqual({ ansible_port: 2200 });
  });

  test('a script with _meta', async () => {
    const answer = { web: { hosts: ['a', 'b'], vars: { x: 1 } }, top: { children: ['web'] }, _meta: { hostvars: { a: { y: 2 } } } };
    const inventory = got(await inventoryOf({ 'inv.sh': `#!/bin/sh\ncat <<'E'\n${JSON.stringify(answer)}\nE\n` }, ['inv.sh']));
    expect(members(inventory)['top']).toEqual(['a', 'b']);
    expect(varsOf(inventory, 'a')).toEqual({ x: 1, y: 2 });
  });

  test('a script without _meta is asked for each host', async () => {
    const script = '#!/bin/sh\nif [ "$1" = --host ]; then echo "{\\"me\\": \\"$2\\"}"; else echo \'{"web": ["a", "b"]}\'; fi\n';
    expect(varsOf(got(await inventoryOf({ inv: script }, ['inv'])), 'b')).toEqual({ me: 'b' });
  });

  test('a script that fails says so', async () => {
    const { diagnostics } = await inventoryOf({ inv: '#!/bin/sh\necho no token >&2\nexit 3\n' }, ['inv']);
    expect(diagnostics.map(line)).toEqual(['error[inventory-script] inv:1:1 inv --list failed: no token']);
  });

  test('a missing source says how to give a list', async () => {
    const { diagnostics } = await inventoryOf({}, ['n1']);
    expect(diagnostics.map(line)).toEqual([
      'error[file-unreadable] - there is no inventory n1 (for a list of hosts end it with a comma: -i n1,)',
    ]);
  });

  test('localhost is there by name, with the variables of all, and in no group', async () => {
    const inventory = got(await inventoryOf({ 'h.yml': 'all:\n  vars: {v: 1}\n  hosts:\n    a:\n' }, ['h.yml']));
    expect(varsOf(inventory, 'localhost')).toEqual({ v: 1, ansible_connection: 'local' });
    expect(members(inventory)['all']).toEqual(['a']);
  });
});

describe('host patterns, as ansible --list-hosts answers', () => {
  test.each([
    ['web:!web1', ['web2', 'web3']],
    ['web[0]', ['web1']],
    ['web[0:1]', ['web1', 'web2']],
    ['web[0-1]', ['web1', 'web2']],
    ['web[1:]', ['web2', 'web3']],
    ['web[-1]', ['web3']],
    ['db[0]', ['db1.lab']],
    ['~web[12]$', ['web1', 'web2']],
    ['web*:&db', ['web1']],
    ['prod:&web', ['web1', 'web2', 'web3']],
    ['!web1', ['loner', 'web2', 'web3', 'db1.lab']],
    ['all:!prod', ['loner']],
    ['we?2,loner', ['web2', 'loner']],
    ['localhost', ['localhost']],
    ['127.0.0.1', ['localhost']],
  ])('%s', async (pattern, hosts) => {
    expect(matchHosts(await fleet(), [pattern])).toEqual({ hosts, unknown: [] });
  });

  test('a name nobody has is told with the nearest one', async () => {
    expect(matchHosts(await fleet(), ['wbe,loner'])).toEqual({
      hosts: ['loner'],
      unknown: [{ pattern: 'wbe', hint: 'did you mean web?' }],
    });
  });
});
