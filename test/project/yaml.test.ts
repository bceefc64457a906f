/** YAML files: what they come to, and that no file can bring the loader down. */
import { describe, expect, test } from 'vitest';
import { Template, type Value } from '../../src/core/value.ts';
import { contextOf } from '../../src/project/context.ts';
import { problems as collect } from '../../src/project/problems.ts';
import type { YamlNode } from '../../src/project/yaml/node.ts';
import { parseYaml } from '../../src/project/yaml/parse.ts';
import { toValue } from '../../src/project/yaml/value.ts';
import { engine, everything, line } from './support.ts';

function read(text: string): { values: readonly Value[]; nodes: readonly YamlNode[]; diagnostics: readonly string[] } {
  const problems = collect();
  const nodes = parseYaml({ file: 'f.yml', text }, problems);
  const context = contextOf(problems, { engine });
  return { values: nodes.map((node) => toValue(context, node)), nodes, diagnostics: problems.list.map(line) };
}

describe('values', () => {
  test('anchors and merge keys', () => {
    const { values } = read('base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3\nb:\n  <<: [{x: 9}, *b]\n');
    expect(values).toEqual([{ base: { x: 1, y: 2 }, a: { x: 1, y: 3 }, b: { x: 9, y: 2 } }]);
  });
  test('several documents', () => expect(read('---\na: 1\n---\nb: 2\n').values).toEqual([{ a: 1 }, { b: 2 }]));
  test('tags', () => expect(read('a: !!str 5\nb: !!int "5"\nc: !!float 5\nd: ! 5\n').values).toEqual([{ a: '5', b: 5, c: 5, d: '5' }]));
  test('quoted text is text', () =>
    expect(read('a: "yes"\nb: \'0644\'\nc: "null"\n').values).toEqual([{ a: 'yes', b: '0644', c: 'null' }]));
  test('tabs before further lines of quoted text are blanks, elsewhere they are mistakes', () => {
    expect(read('a: "x\n\ty"\nb: \'x\n \t\ty\n\tz\'\nc: 1\n')).toMatchObject({ values: [{ a: 'x y', b: 'x y z', c: 1 }], diagnostics: [] });
    expect(read('a: "x\n\ty\n').diagnostics).toEqual([expect.stringMatching(/missing closing/)]);
    expect(read('a:\n\tb: 1\n').diagnostics).toEqual([expect.stringMatching(/tabs?/i)]);
  });
  test('__proto__ is a key like any other', () => {
    const [value] = read('__proto__: {polluted: true}\n').values;
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
  });
  test('!unsafe reaches everything below it', () => {
    const [value] = read('a: !unsafe ["{{ x }}"]\nb: ["{{ x }}"]\n').values;
    expect(value).toMatchObject({ a: ['{{ x }}'] });
    expect((value as { b: readonly Value[] }).b[0]).toBeInstanceOf(Template);
  });
  test('a number beyond 2^53 is warned of', () => {
    expect(read('a: 9007199254740993\n').diagnostics).toEqual([
      'warning[number-too-large] f.yml:1:4 9007199254740993 is larger than numbers are exact (2^53) (quote it: "9007199254740993")',
    ]);
  });
});

describe('places', () => {
  test('text begins inside its quotes or on the first line of its block', () => {
    const [node] = read('a: "x"\nb: |\n    first\n    second\nc: y\n').nodes;
    const places =
      node?.kind === 'map'
        ? node.entries.map(({ value }) =>
            value.kind === 'scalar' ? [value.at.line, value.at.column, value.textAt.line, value.textAt.column] : [],
          )
        : [];
    expect(places).toEqual([
      [1, 4, 1, 5],
      [2, 4, 3, 5],
      [5, 4, 5, 4],
    ]);
  });
});

describe('hostile files', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(', ')}]`).join('\n')}\n`;
  test('aliases that blow up', () =>
    expect(read(bomb).diagnostics).toEqual(['error[yaml-alias-bomb] f.yml:7:7 aliases blow this up to more than 2000000 values']));
  test.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', `a: ${'{a: '.repeat(10_000)}`],
    ['dashes', '- '.repeat(10_000)],
  ])('deep %s', (_, text) => {
    expect(read(text).diagnostics).toEqual([
      expect.stringMatching(/^error\[yaml-too-deep\] f\.yml:1:\d+ nested more than 200 levels deep$/),
    ]);
  });
  test('bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('- hosts: all\n  name: ä'), Buffer.from([0xff, 0x0a])]);
    const { diagnostics } = await everything({ 'site.yml': bytes });
    expect(diagnostics.map(line)).toEqual(['error[invalid-utf8] site.yml:2:10 site.yml is not UTF-8 text (save the file in UTF-8)']);
  });
  test('a byte order mark and Windows line ends are read over', async () => {
    const { diagnostics, plan } = await everything({ 'site.yml': '\uFEFF- hosts: all\r\n  tasks:\r\n    - ping:\r\n' });
    expect(diagnostics).toEqual([]);
    expect(plan.plays).toHaveLength(1);
  });
  test('a file of 17 MB', async () => {
    const { diagnostics } = await everything({ 'site.yml': `# ${'x'.repeat(17 * 1024 * 1024)}\n` });
    expect(diagnostics[0]?.code).toBe('file-too-large');
  });
  test('control characters and half a document', () => {
    for (const text of [
      '\u0000',
      'a: "\u0007',
      '%',
      '---\n%YAML 9.9\n',
      '? \n? ',
      '- - - -\n - ',
      '!<',
      '&',
      '*',
      '"',
      "'",
      '|',
      'a: !',
      '{',
      '}',
      '<<: 1',
      '@',
      '`',
      '\t',
      ': : :',
    ])
      expect(() => read(text)).not.toThrow();
  });
});
