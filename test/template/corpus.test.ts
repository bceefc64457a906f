/** The expression language against real Ansible. `PB_TEMPLATE_CORPUS` names another corpus file. */
import { expect, test } from 'vitest';
import { corpusScope, difference, outcome, readCorpus } from './corpus.ts';

test('the corpus', async () => {
  process.env['PB_TEST_ENV'] = 'envval';
  const corpus = readCorpus(process.env['PB_TEMPLATE_CORPUS'] ?? new URL('corpus.json', import.meta.url));
  const failed: string[] = [];
  let passed = 0;
  for (const of of corpus.cases) {
    const wrong = difference(of, await outcome(of, corpusScope(corpus)));
    if (wrong === undefined) passed += 1;
    else failed.push(`${of.id}${of.quirk === undefined ? '' : ' (quirk)'} ${JSON.stringify(of.src)}: ${wrong}`);
  }
  console.log(`template corpus: ${passed} passed, ${failed.length} failed`);
  const serious = failed.filter((line) => !/^\S+ \(quirk\)/.test(line));
  expect(serious).toEqual([]);
});
