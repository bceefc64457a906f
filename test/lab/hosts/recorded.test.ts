/** The lab's programs against what real tools answered to the very same words: see record.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../../src/lab/hosts/world/bytes.ts';
import { type LabWorld, labWorld, output } from './lab-world.ts';
import { AFTERWARDS, FILES, PLAIN, SITUATIONS } from './questions.ts';
import type { Answer } from './record.ts';
import { recordedWorld } from './recorded-world.ts';

const recorded = (name: string): readonly Answer[] =>
  (JSON.parse(readFileSync(join(import.meta.dirname, 'recorded', `${name}.case.json`), 'utf8')) as { answers: readonly Answer[] }).answers;

/** What cannot be the same twice, or says only how new a tool is. */
const settled = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, 'UUID')
    .replace(/[A-Za-z0-9]{6}(?:-[A-Za-z0-9]{4}){5}-[A-Za-z0-9]{6}/g, 'LVM-UUID')
    .replace(/mke2fs [\d.]+ \(.*\)/, 'mke2fs VERSION')
    // Progress is shown by going back over it.
    .replace(/: [ \d/\x08]*done *\n/g, ': done\n');

const word = (text: string, D: string): string => `'${text.replaceAll('$D', D).replaceAll('${D}', D).replaceAll("'", `'\\''`)}'`;
const line = (argv: readonly string[], D = ''): string => argv.map((one) => word(one, D)).join(' ');
const titled = <T extends { readonly argv: readonly string[] }>(answers: readonly T[]) =>
  answers.map((answer) => ({ title: answer.argv.join(' ').slice(0, 90), ...answer }));

describe.each(SITUATIONS)('$name', (situation) => {
  const D = situation.locked ? '/dev/sdb' : '/dev/sda';
  const start = recordedWorld(situation.name);
  let here: LabWorld;
  beforeAll(async () => {
    here = await labWorld(start, 600);
  });
  afterAll(() => here?.close());

  const run = (argv: readonly string[]) => output(here, `export LC_ALL=C; exec sudo sh -c ${word(`exec ${line(argv, D)} </dev/null`, '')}`);

  test.each(titled(recorded(situation.name)))('$title', async ({ argv, code, stdout, stderr, afterwards }) => {
    here.host.set({ ...start, trees: here.host.world().trees });
    const answer = await run(argv);
    expect({ code: answer.code, stdout: settled(answer.stdout), stderr: settled(answer.stderr) }).toEqual({
      code,
      stdout: settled(stdout),
      stderr: settled(stderr),
    });
    if (afterwards !== undefined) expect(settled((await run(AFTERWARDS)).stdout)).toBe(settled(afterwards));
  });
});

describe('files, text and shell', () => {
  let here: LabWorld;
  beforeAll(async () => {
    here = await labWorld(recordedWorld('plain'), 1);
  });
  afterAll(() => here?.close());
  const answers = recorded('plain');

  test('nothing was asked that was not recorded', () => {
    expect(answers.map(({ argv }) => argv)).toEqual(PLAIN);
  });

  test.each(titled(answers))('$title', async ({ argv, code, stdout, stderr }) => {
    const answer = await output(
      here,
      fromUtf8(`LC_ALL=C; export LC_ALL; umask 022; rm -rf /tmp/rec; mkdir /tmp/rec; cd /tmp/rec; ${FILES}; exec ${line(argv)} </dev/null`),
    );
    expect(answer).toEqual({ code, stdout, stderr });
  });
});
