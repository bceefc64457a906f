/** docs/keywords.md, docs/modules.md and docs/expressions.md are made from the code: `npm run docs` writes them anew. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keywordTable, moduleTable } from '../src/cli/doc-tables.ts';
import { modules } from '../src/modules/index.ts';
import { expressionTables, filterRows, lookupRows, testRows } from './expression-table.ts';

const docs = (name: string): string => join(import.meta.dirname, '..', 'docs', name);

it('docs/keywords.md', async () => {
  await expect(keywordTable()).toMatchFileSnapshot(docs('keywords.md'));
});

it('docs/modules.md', async () => {
  await expect(moduleTable(modules)).toMatchFileSnapshot(docs('modules.md'));
});

it('docs/expressions.md', async () => {
  await expect(expressionTables()).toMatchFileSnapshot(docs('expressions.md'));
});

it('every filter and test has a case, and every lookup that asks nobody', () => {
  const bare = [...filterRows(), ...testRows()].filter(({ example }) => example === undefined).map(({ names }) => names[0]);
  expect(bare).toEqual([]);
  expect(
    lookupRows()
      .filter(({ example }) => example === undefined)
      .map(({ names }) => names[0]),
  ).toEqual([]);
});

it('every keyword is in a playbook of a case', () => {
  const cases = ['e2e/language/cases', 'engine/language', 'project/broken'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
  );
  const keywords = [...keywordTable().matchAll(/^\| `(\w+)`/gm)].map(([, keyword]) => keyword);
  expect(keywords.length).toBeGreaterThan(70);
  expect(keywords.filter((keyword) => !cases.some((text) => new RegExp(`(^|[\\s{,'])${keyword}:`, 'm').test(text)))).toEqual([]);
});
