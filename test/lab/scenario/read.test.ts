import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { merged } from '../../../src/cli/scenario/load.ts';
import { readScenario } from '../../../src/cli/scenario/read.ts';
import { chosenFaults, shipped } from '../../../src/cli/scenario/shipped.ts';
import { scenarioSchema } from '../../../src/lab/scenario/schema.ts';

async function read(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'pb-scenario-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 's.yml'), text);
  const { value, diagnostics } = await readScenario(join(folder, 's.yml'));
  return { value, told: diagnostics.map(({ summary, hint, at }) => `${at?.line}:${at?.column} ${summary}${hint ? ` — ${hint}` : ''}`) };
}

it('every shipped scenario is without fault, and says what should come of it', async () => {
  const all = await Promise.all((await shipped()).map(async ({ path }) => ({ path, ...(await readScenario(path)) })));
  expect(all.length).toBeGreaterThan(20);
  expect(all.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  expect(all.filter(({ value }) => value?.expect === undefined).map(({ path }) => path)).toEqual([]);
});

it('the schema that editors complete from is the one that is checked', async () => {
  await expect(`${JSON.stringify(scenarioSchema, null, 2)}\n`).toMatchFileSnapshot('../../../schemas/scenario.schema.json');
});

it('mistakes are told all at once, with place and the nearest word', async () => {
  const { value, told } = await read(`nam: x
hosts:
  workers:
    disks:
      sdb: { sise: 1GiB, size: huge, read_only: yes please }
faults:
  - F61
  - { fault: unreachabel, hosts: w }
  - { fault: unreachable }
  - { fault: api_error, status: 404, at: task Make }
  - slow_disk
expect: { exit: 3 }
`);
  expect(value).toBeUndefined();
  expect(told).toEqual([
    '1:1 there is no "nam" here — did you mean name?',
    '5:14 there is no "sise" here — did you mean size?',
    '5:32 "huge" is not understood — 100GiB, or 100GB as vendors count',
    '5:49 this must be true or false, not a string — the kernel has it read-only',
    '7:5 there is no fault F61 — did you mean F01?',
    '8:14 there is no fault unreachabel — did you mean unreachable?',
    '9:5 "hosts" is missing — host pattern: worker03, workers, workers[0]',
    '10:33 this must be one of 409, 410, 429, 500, 503, 504, not 404 — HTTP status',
    '10:42 "task Make" is not understood — start, or task "NAME": when that task begins',
    '11:5 slow_disk needs hosts, disk, ms',
    '12:17 this must be one of 0, 1, 2, 4, not 3 — exit code of the run',
    '1:1 "name" is missing — one line, as the verdict table shows it',
  ]);
});

it('an empty file and YAML that is none', async () => {
  expect((await read('')).told).toEqual(['1:1 the scenario is empty — it needs at least name:']);
  expect((await read('name: [')).told).toHaveLength(1);
  await expect(readScenario('/nowhere/s.yml')).rejects.toThrow(/cannot read the scenario/);
});

it('short faults are written out and paths made whole', async () => {
  const { value } = await read('name: x\nplaybook: ../p.yml\nfaults: [F16]\ncluster: { manifests: [o.yml] }\n');
  expect(value?.faults).toEqual([{ fault: 'F16' }]);
  expect(isAbsolute(value?.playbook ?? '')).toBe(true);
  expect(isAbsolute(value?.cluster?.manifests?.[0] ?? '')).toBe(true);
});

it('several scenarios are one: disks side by side, lists in order', () => {
  const one = { name: 'a', hosts: { w: { disks: { sdb: { size: '1GiB' } } } }, faults: [{ fault: 'F16' as const }], vars: { x: 1 } };
  const two = { name: 'b', hosts: { w: { disks: { sdc: { size: '2GiB' } } } }, faults: [{ fault: 'F36' as const }], vars: { y: 2 } };
  expect(merged([one, two])).toMatchObject({
    ...{ name: 'b', vars: { x: 1, y: 2 }, faults: [{ fault: 'F16' }, { fault: 'F36' }] },
    hosts: { w: { disks: { sdb: { size: '1GiB' }, sdc: { size: '2GiB' } } } },
  });
});

it('registries of several scenarios are one: images and faults of all, of settings the last', () => {
  const one = { name: 'a', registry: { images: [{ name: 'quay.io/a:v1' }], room: 1 } };
  const two = { name: 'b', registry: { faults: [{ image: 'quay.io/', status: 404 }], room: 2 } };
  expect(merged([one, two]).registry).toEqual({
    images: [{ name: 'quay.io/a:v1' }],
    faults: [{ image: 'quay.io/', status: 404 }],
    room: 2,
  });
  expect(merged([{ name: 'a' }]).registry).toBeUndefined();
});

it('--faults: all, by name, by seed, by path; an unknown name is told with the nearest', async () => {
  const all = await chosenFaults('all', []);
  expect(all.length).toBeGreaterThan(15);
  expect(await chosenFaults('f08, F15,./mine.yml', [])).toEqual([
    expect.stringMatching(/F08-.*yml$/),
    expect.stringMatching(/F15-.*yml$/),
    './mine.yml',
  ]);
  const random = await chosenFaults('random:7', []);
  expect(random).toHaveLength(3);
  expect(await chosenFaults('random:7', [])).toEqual(random);
  expect(all).toEqual(expect.arrayContaining([...random]));
  await expect(chosenFaults('F99', [])).rejects.toThrow(/there is no fault F99/);
  const ofOne = await chosenFaults('all', ['site/registry-block-rwo.yml']);
  expect(ofOne.length).toBeGreaterThan(5);
  expect(ofOne.filter((path) => !path.includes('-registry-block-rwo-'))).toEqual([]);
  expect(await chosenFaults('F38', [])).toEqual(expect.arrayContaining([expect.stringMatching(/F38-/)]));
  expect(await chosenFaults('F07', ['baremetal-local.yml'])).toEqual([expect.stringMatching(/F07-default-class/)]);
});
