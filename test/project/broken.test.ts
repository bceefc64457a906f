/** Faulty projects: each case file holds the files and every diagnostic they give, with its place. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Selection } from '../../src/plan/index.ts';
import { everything, type Files, line } from './support.ts';

interface Case {
  readonly files: Files;
  readonly selection?: Selection;
  readonly extraVars?: readonly string[];
  readonly expect: readonly string[];
}

const folder = path.join(import.meta.dirname, 'broken');

describe('what is wrong is told with its place', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.case.yaml'))) {
    test(file.replace('.case.yaml', '').replaceAll('-', ' '), async () => {
      const { files, expect: expected, ...more } = parse(readFileSync(path.join(folder, file), 'utf8')) as Case;
      const { diagnostics } = await everything(files, more);
      expect(diagnostics.map(line)).toEqual(expected);
    });
  }
});
