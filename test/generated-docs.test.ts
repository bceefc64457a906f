/** docs/keywords.md and docs/modules.md are made from the code: `npm run docs` writes them anew. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keywordTable, moduleTable } from '../src/cli/doc-tables.ts';
import { modules } from '../src/modules/index.ts';

const docs = (name: string): string => join(import.meta.dirname, '..', 'docs', name);

it('docs/keywords.md', async () => {
  await expect(keywordTable()).toMatchFileSnapshot(docs('keywords.md'));
});

it('docs/modules.md', async () => {
  await expect(moduleTable(modules)).toMatchFileSnapshot(docs('modules.md'));
});
