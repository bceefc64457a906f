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

const playbooks = readdirSync(join(root, 'playbooks')).filter((name) => name.endsWith('.yml'));

it.each(playbooks)('playbooks/%s begins with what can be read aloud before a change window', (name) => {
  const text = readFileSync(join(root, 'playbooks', name), 'utf8');
  const head = text.slice(0, text.search(/^[^#]/m));
  for (const part of ['What it does, in this order:', 'What is destructive:', 'What restarts:', 'Settings:'])
    expect(head).toContain(`\n# ${part}`);
  const at = `playbooks/${name} -i inventory`;
  for (const way of [`Check:     pb check ${at}`, `Run:       pb run   ${at}`]) expect(head).toContain(`\n# ${way}\n`);
  // Every way there is is told of, and no other.
  const told = [...head.matchAll(/^# [A-Z][a-z ]+: +pb run +(\S+ -i inventory) --tags (\w+)/gm)];
  for (const [, where] of told) expect(where).toBe(at);
  const tags = [...text.matchAll(/^ {2}tags: \[(?:never, )?(\w+)\]$/gm)].map(([, tag]) => tag);
  expect(new Set(told.map(([, , tag]) => tag))).toEqual(new Set(tags));
  if (!head.includes('Reads only.\n')) expect(tags).toEqual(expect.arrayContaining(['verify', 'rollback']));
});

it('docs/procedures.md has a row for each, whose settings there are', () => {
  const rows = [...readFileSync(join(root, 'docs/procedures.md'), 'utf8').matchAll(/^\| `(\S+\.yml)` \|.*$/gm)];
  expect(rows.map(([, name]) => name).sort()).toEqual(playbooks);
  const inventory = [...texts(join(root, 'inventory'))].join('\n');
  for (const [row] of rows) {
    const [, , , settings = ''] = row.split('|');
    const named = [...settings.matchAll(/`(\w+)(…?)`/g)];
    expect(named.length, row).toBeGreaterThan(0);
    for (const [, start, more] of named) expect(inventory).toMatch(new RegExp(`\\b${start}${more ? '' : ':'}`));
  }
});

function* texts(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield readFileSync(join(entry.parentPath, entry.name), 'utf8');
}
