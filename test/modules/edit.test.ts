/** Editing texts: the rules of lineinfile, blockinfile and find that a case file would say in too many words. */
import { describe, expect, test } from 'vitest';
import { type BlockArgs, withBlock } from '../../src/modules/files/block.ts';
import { fnmatch } from '../../src/modules/files/fnmatch.ts';
import { type LineArgs, withLine, withoutLine } from '../../src/modules/files/lines.ts';
import { expand, PatternError, pattern } from '../../src/modules/files/pattern.ts';

const plain: LineArgs = { backrefs: false, firstmatch: false };

describe('a line', () => {
  const cases: readonly [string, Partial<LineArgs> & { line: string }, string, string | undefined][] = [
    ['the last match is replaced', { regexp: '^a', line: 'x' }, 'a1\na2\nb\n', 'a1\nx\nb\n'],
    ['the first with firstmatch', { regexp: '^a', line: 'x', firstmatch: true }, 'a1\na2\n', 'x\na2\n'],
    ['$ stands before the line end', { regexp: 'a$', line: 'x' }, 'ba\n', 'x\n'],
    ['no match, but the line is there', { regexp: '^#', line: 'x' }, 'x\ny\n', undefined],
    ['no match: added at the end', { regexp: '^z', line: 'x' }, 'a\n', 'a\nx\n'],
    ['after a last line without an end', { line: 'x' }, 'a', 'a\nx\n'],
    ['insertafter the last match', { line: 'x', insertafter: '^a' }, 'a1\na2\nb\n', 'a1\na2\nx\nb\n'],
    ['insertbefore the first match', { line: 'x', insertbefore: '^a', firstmatch: true }, 'b\na1\na2\n', 'b\nx\na1\na2\n'],
    ['insertafter finds nothing', { line: 'x', insertafter: '^q' }, 'a\n', 'a\nx\n'],
    ['BOF', { line: 'x', insertbefore: 'BOF' }, 'a\n', 'x\na\n'],
    ['backrefs without a match leave the file alone', { regexp: '^z', line: '\\1', backrefs: true }, 'a\n', undefined],
    ['backrefs', { regexp: '(\\w+)=(?P<v>\\d+)', line: '\\g<v>=\\1', backrefs: true }, 'k=12\n', '12=k\n'],
    ['a line ended by CR LF counts as the line', { line: 'x' }, 'x\r\ny\r\n', 'x\ny\r\n'],
    ['search_string is no pattern', { search_string: 'a.c', line: 'x' }, 'abc\na.c\n', 'abc\nx\n'],
  ];
  test.each(cases)('%s', (_, given, before, after) => {
    expect(withLine(before, { ...plain, ...given })?.text).toBe(after);
  });

  test('removed wherever it is', () => {
    expect(withoutLine('a\nb\na', { ...plain, line: 'a' })).toEqual({ text: 'b\n', found: 2 });
    expect(withoutLine('a1\nb\n', { ...plain, regexp: '^a', line: 'b' })).toEqual({ text: 'b\n', found: 1 });
  });
});

describe('a block', () => {
  const base: BlockArgs = {
    block: 'x',
    marker: '# {mark}',
    marker_begin: 'B',
    marker_end: 'E',
    state: 'present',
    append_newline: false,
    prepend_newline: false,
  };
  const cases: readonly [string, Partial<BlockArgs>, string, string][] = [
    ['at the end', {}, 'a', 'a\n# B\nx\n# E\n'],
    ['in place of another', { block: 'y\nz' }, 'a\n# B\nx\n# E\nb\n', 'a\n# B\ny\nz\n# E\nb\n'],
    ['markers the wrong way round', {}, '# E\nx\n# B\nb\n', '# B\nx\n# E\nb\n'],
    ['insertbefore BOF', { insertbefore: 'BOF' }, 'a\n', '# B\nx\n# E\na\n'],
    ['insertafter a match over lines', { insertafter: '(?m)a\\nb$' }, 'a\nb\nc\n', 'a\nb\n# B\nx\n# E\nc\n'],
    ['empty lines around', { append_newline: true, prepend_newline: true, insertafter: 'a' }, 'a\nb\n', 'a\n\n# B\nx\n# E\n\nb\n'],
    ['an empty block goes away', { block: '' }, 'a\n# B\nx\n# E\n', 'a\n'],
    ['nothing to take away', { state: 'absent' }, 'a', 'a'],
  ];
  test.each(cases)('%s', (_, given, before, after) => {
    const made = withBlock(before, { ...base, ...given });
    expect(made).toBe(after);
    expect(withBlock(made, { ...base, ...given }), 'again').toBe(made);
  });
});

test.each([
  ['*.log', 'a.log', true],
  ['*.log', 'alog', false],
  ['?', 'ab', false],
  ['[!a]x', 'bx', true],
  ['[!a]x', 'ax', false],
  ['[]x]', ']', true],
  ['a[b', 'a[b', true],
  ['a+(b)', 'a+(b)', true],
])('%s on %s', (source, name, fits) => {
  expect(fnmatch(source)(name)).toBe(fits);
});

test('a pattern that would take for ever is stopped, and says so', () => {
  expect(() => pattern('^(a+)+$').search(`${'a'.repeat(40)}!`)).toThrow(PatternError);
});

test('a group that does not exist is an error', () => {
  const match = pattern('(a)').search('a');
  if (!match) throw new Error('no match');
  expect(expand('\\1\\n', match)).toBe('a\n');
  expect(() => expand('\\2', match)).toThrow('no group 2');
});
