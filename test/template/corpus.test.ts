/** The expression language against real Ansible. `PB_TEMPLATE_CORPUS` names another corpus file. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Case, corpusScope, difference, outcome, readCorpus } from './corpus.ts';

process.env['PB_TEST_ENV'] = 'envval';
const own = new URL('corpus.json', import.meta.url);

/** Runs cases against the variables of a corpus; gives what differs. */
async function run(cases: readonly Case[], path: string | URL): Promise<{ readonly failed: readonly string[]; readonly quirks: number }> {
  const corpus = readCorpus(path);
  const failed: string[] = [];
  let quirks = 0;
  for (const of of cases) {
    const wrong = difference(of, await outcome(of, corpusScope(corpus)));
    if (wrong === undefined) continue;
    if (of.quirk === undefined) failed.push(`${of.id} ${JSON.stringify(of.src)}: ${wrong}`);
    else quirks += 1;
  }
  return { failed, quirks };
}

test('the corpus', async () => {
  const path = process.env['PB_TEMPLATE_CORPUS'] ?? own;
  const { cases } = readCorpus(path);
  const { failed, quirks } = await run(cases, path);
  const wrong = failed.length + quirks;
  console.log(`template corpus: ${cases.length - wrong} passed, ${wrong} failed`);
  expect(failed).toEqual([]);
});

test.each(['measured.case.json', 'documented.case.json'])('%s', async (name) => {
  const { cases } = JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as { readonly cases: readonly Case[] };
  expect(cases.length).toBeGreaterThan(5);
  expect((await run(cases, own)).failed).toEqual([]);
});
