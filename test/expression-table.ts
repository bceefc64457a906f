/** The tables of docs/expressions.md: every filter, test and lookup with a case that the suite holds it to. */
import { readdirSync, readFileSync } from 'node:fs';
import { ioLookups } from '../src/cli/lookups/index.ts';
import type { Plugin } from '../src/template/eval/plugin.ts';
import { filters } from '../src/template/filters/index.ts';
import { lookupNames } from '../src/template/lookups/registry.ts';
import { tests } from '../src/template/tests/index.ts';
import type { Case } from './template/corpus.ts';

const CASES: readonly Case[] = ['corpus.json', 'measured.case.json', 'documented.case.json'].flatMap(
  (name) => (JSON.parse(readFileSync(new URL(`template/${name}`, import.meta.url), 'utf8')) as { cases: readonly Case[] }).cases,
);
const MOST = 110;

export interface Row {
  readonly names: readonly string[];
  readonly parameters: string;
  /** The shortest case with an answer that is short too; undefined where there is none. */
  readonly example: Case | undefined;
}

const ESCAPED = /[.*+?^${}()|[\]\\]/g;
const PREFIX = '(?:[a-z]+\\.[a-z]+\\.)?';
const through = (names: string): string => `(?:map|select|reject|selectattr|rejectattr)\\([^)]*["']${PREFIX}${names}["']`;

const example = (pattern: RegExp): Case | undefined =>
  CASES.filter(({ src, expect, quirk }) => typeof src === 'string' && pattern.test(src) && expect.ok !== undefined && quirk === undefined)
    .map((one) => ({ one, size: JSON.stringify([one.src, one.expect.ok]).length }))
    .sort((a, b) => a.size - b.size)[0]?.one;

const either = (names: readonly string[]): string => `(?:${names.map((name) => name.replaceAll(ESCAPED, '\\$&')).join('|')})`;
const signature = ({ params }: Plugin): string =>
  params
    .slice(1)
    .map(({ name }) => name)
    .join(', ');
const unique = (table: ReadonlyMap<string, Plugin>): readonly Plugin[] =>
  [...new Set(table.values())].sort((a, b) => ((a.names[0] ?? '') < (b.names[0] ?? '') ? -1 : 1));

export const filterRows = (): readonly Row[] =>
  unique(filters).map((plugin) => {
    const names = either(plugin.names);
    const pattern = new RegExp(`\\|\\s*${PREFIX}${names}(?![\\w.])|${through(names)}`);
    return { names: plugin.names, parameters: signature(plugin), example: example(pattern) };
  });

export const testRows = (): readonly Row[] =>
  unique(tests).map((plugin) => {
    const names = either(plugin.names);
    const pattern = new RegExp(`\\bis\\s+(?:not\\s+)?${PREFIX}${names}(?!\\w)|${through(names)}`);
    return { names: plugin.names, parameters: signature(plugin), example: example(pattern) };
  });

/** Those that look beyond their arguments have their cases among the playbooks of test/e2e/language. */
export const lookupRows = (): readonly Row[] =>
  [...lookupNames(), ...Object.keys(ioLookups({ render: () => '', opened: (stored) => stored, onSecret: () => undefined }))]
    .sort()
    .map((name) => {
      const called = new RegExp(`\\b(?:lookup|query|q)\\(\\s*["']${PREFIX}${name}["']`);
      return { names: [name], parameters: '', example: example(called) ?? playbook(called) };
    });

const PLAYBOOKS = new URL('e2e/language/cases/', import.meta.url);

/** Where a playbook whose results are compared with Ansible's uses it. */
function playbook(called: RegExp): Case | undefined {
  const found = readdirSync(PLAYBOOKS).find((name) => called.test(readFileSync(new URL(`${name}/playbook.yml`, PLAYBOOKS), 'utf8')));
  return found === undefined
    ? undefined
    : { id: found, group: 'playbook', mode: 'file', src: `see test/e2e/language/cases/${found}`, expect: {} };
}

export function expressionTables(): string {
  const part = (title: string, rows: readonly Row[]): string =>
    `## ${title}\n\n| name | parameters | example | gives |\n|---|---|---|---|\n${rows.map(line).join('\n')}\n`;
  const head = `# Filters, tests and lookups

Made from the code by \`npm run docs\`; do not edit.

The examples are cases of the suite in \`test/template/\`, with the answer that ansible-core gave; their variables are in \`corpus.json\` there.
Names may be written in full (\`ansible.builtin.combine\`).
`;
  return [head, part('Filters', filterRows()), part('Tests', testRows()), part('Lookups', lookupRows())].join('\n');
}

function line({ names, parameters, example: one }: Row): string {
  if (one?.group === 'playbook') return `| ${names.map(code).join(', ')} | ${parameters} | ${one.src} | |`;
  const answer = one && JSON.stringify(one.expect.ok);
  const short = one && answer && String(one.src).length <= MOST && answer.length <= MOST ? [code(String(one.src)), code(answer)] : ['', ''];
  return `| ${names.map(code).join(', ')} | ${parameters} | ${short.join(' | ')} |`;
}

const code = (text: string): string => (text.includes('`') ? '' : `\`${text.replaceAll('|', '\\|').replaceAll('\n', '⏎')}\``);
