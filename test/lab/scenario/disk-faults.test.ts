/** F09 to F15 of the fault catalogue, and F23 and F24 of mirroring: what the tools of the host say under the shipped scenario. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { hostFaults } from '../../../src/lab/scenario/active-faults.ts';
import { type InventoryHost, shapeAll } from '../../../src/lab/scenario/shape.ts';
import type { Scenario } from '../../../src/lab/scenario/types.ts';
import { worldOf } from '../../../src/lab/scenario/world.ts';
import { labWorld } from '../hosts/lab-world.ts';

const workers: readonly InventoryHost[] = ['w1', 'w2', 'w3'].map((name) => ({ name, groups: ['workers'] }));
const patterns: { readonly [pattern: string]: readonly string[] } = {
  workers: ['w1', 'w2', 'w3'],
  'workers[0]': ['w1'],
  'workers[-1]': ['w3'],
};

/** What a host of the scenario answers to a command line. */
async function asked(fault: string, host: string, line: string): Promise<string> {
  const [file = ''] = readdirSync('scenarios').filter((name) => name.startsWith(fault));
  const scenario = parse(readFileSync(`scenarios/${file}`, 'utf8')) as Scenario;
  const shaped = shapeAll(workers, scenario, (pattern) => patterns[pattern] ?? []).find(({ name }) => name === host);
  if (!shaped) throw new Error(`${host} is not in the fleet`);
  const here = await labWorld(worldOf(shaped, { address: '192.0.2.10', now: 1_800_000_000 }));
  try {
    return (await here.far.sh(line)).stdout.toString();
  } finally {
    await here.close();
  }
}

it.each([
  ['F09', 'w3', 'lsblk -dno NAME', 'sda\n'],
  ['F10', 'w3', 'findmnt -no SOURCE /srv/data', '/dev/sdb1\n'],
  ['F11', 'w3', 'lsblk -nro NAME,TYPE /dev/sdb', 'sdb disk\nvg_data-lv_data lvm\n'],
  ['F12', 'w3', 'lsblk -bdno SIZE /dev/sdb', '100000000000\n'],
  ['F13', 'w1', 'lsblk -dno WWN /dev/sdb', '0x6000c29a1b2c3d4e\n'],
  ['F13', 'w3', 'lsblk -dno WWN /dev/sdb', '0x6000c29a1b2c3d4e\n'],
  ['F14', 'w1', 'lsblk -dnro NAME,SIZE /dev/sdb /dev/sdc', 'sdb 100G\nsdc 20G\n'],
  ['F14', 'w3', 'lsblk -dnro NAME,SIZE /dev/sdb /dev/sdc', 'sdb 20G\nsdc 100G\n'],
  ['F15', 'w3', 'lsblk -dno RO /dev/sdb', ' 1\n'],
])('%s on %s: %s', async (fault, host, line, says) => {
  expect((await asked(fault, host, line)).replace(/^ +/gm, ' ')).toBe(says);
});

it('F23 and F24: the mirror’s tool, which the lab does not have, fails as it does', async () => {
  const here = await labWorld();
  const says = async (stderr: string): Promise<unknown> => {
    here.host.fault(hostFaults([{ fault: 'lying_tool', hosts: 'bastion', tool: 'oc-mirror', code: 1, stderr }]));
    const { code, stdout } = await here.far.sh('oc-mirror --v2 -c imageset.yaml docker://mirror.example.com:8443 2>&1');
    return [code, stdout.toString()];
  };
  expect(await says('some errors occurred during the mirroring: 3 of 412 images\n')).toEqual([
    1,
    'some errors occurred during the mirroring: 3 of 412 images\n',
  ]);
  expect(await says('write /var/mirror/blobs: no space left on device\n')).toEqual([
    1,
    'write /var/mirror/blobs: no space left on device\n',
  ]);
  await here.close();
});
