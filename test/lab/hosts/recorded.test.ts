/** The lab's programs against what real tools answered to the very same words: see record.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { World } from '../../../src/lab/hosts/index.ts';
import { type LabWorld, labWorld, output, type Said } from './lab-world.ts';
import { ALL } from './questions/all.ts';
import type { Question, Situation } from './questions/question.ts';
import type { Answer } from './record.ts';
import { recordedWorld } from './recorded-world.ts';
import { settled } from './settled.ts';

const recorded = ({ name }: Situation): readonly Answer[] =>
  (parse(readFileSync(join(import.meta.dirname, 'recorded', `${name}.case.yaml`), 'utf8')) as { answers: readonly Answer[] }).answers;

const D = { data: '/dev/sda', locked: '/dev/sdb' } as const;
const word = (text: string, disk: string): string => `'${text.replaceAll('$D', disk).replaceAll(`\${D}`, disk).replaceAll("'", `'\\''`)}'`;

/** A command line for the login shell of core. */
function line({ argv }: Question, { as, disk, before, byShell }: Situation): string {
  const asked = `exec ${argv.map((one) => word(one, disk ? D[disk] : '')).join(' ')} </dev/null`;
  const script = `LC_ALL=C; export LC_ALL; umask 022\n${byShell ? `{ ${before}; } >/dev/null 2>&1 </dev/null\n` : ''}${asked}`;
  return as === 'root' ? `sudo sh -c ${word(script, '')}` : script;
}

const said = ({ code = 0, stdout = '', stderr = '' }: Partial<Said>, { probe }: Question): Said =>
  settled({ code, stdout, stderr }, probe?.name);

describe.each(ALL)('$name', (situation) => {
  const { looks, acts, afterwards } = situation;
  const answers = recorded(situation);
  let here: LabWorld;
  let start: World;
  beforeAll(async () => {
    here = await labWorld(recordedWorld(situation.name), situation.as === 'root' ? 600 : 1);
    start = here.host.world();
  });
  afterAll(() => here?.close());

  test('what is asked is what was recorded', () => {
    const asked = [...looks, ...acts].map(({ argv, probe }) => (probe ? { probe: probe.name, args: probe.args } : { argv }));
    expect(answers.map(({ argv, probe, args }) => (probe ? { probe, args } : { argv }))).toEqual(asked);
  });

  const cases = [...looks, ...acts].map((question, index) => ({
    title: question.probe ? `${question.probe.name} ${JSON.stringify(question.probe.args)}` : question.argv.join(' ').slice(0, 90),
    question,
    answer: answers[index],
  }));
  test.each(cases)('$title', async ({ question, answer = {} }) => {
    here.host.set(start);
    expect(said(await output(here, line(question, situation)), question)).toEqual(said(answer, question));
    if (answer.afterwards === undefined || !afterwards) return;
    const left = await output(here, line(afterwards, { ...situation, before: ':' }));
    expect(said({ stdout: left.stdout }, afterwards)).toEqual(said({ stdout: answer.afterwards }, afterwards));
  });
});
