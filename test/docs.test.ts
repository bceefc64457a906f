import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

function* sources(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.ts')) yield readFileSync(join(entry.parentPath, entry.name), 'utf8');
  }
}

it('docs/diagnostics.md lists every code that loading can give', () => {
  const documented = new Set(
    [...readFileSync(join(root, 'docs/diagnostics.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, code]) => code),
  );
  const given = ['src/project', 'src/plan'].flatMap((folder) =>
    [...sources(join(root, folder))].flatMap((text) =>
      [...text.matchAll(/problems\.(?:error|warning)\(\s*'([a-z0-9-]+)'/g)].map(([, code]) => code),
    ),
  );
  expect(given.length).toBeGreaterThan(40);
  expect([...new Set(given)].filter((code) => !documented.has(code))).toEqual([]);
});
