/** A diagnostic as the user reads it. */
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { renderDiagnostic } from '../../src/report/diagnostic.ts';

const problem: Diagnostic = {
  severity: 'error',
  code: 'unknown-key',
  summary: 'unknown key "tsks" in this play',
  hint: 'did you mean tasks?',
  at: { file: 'site.yml', line: 12, column: 3, length: 4 },
};
const render = (diagnostic: Diagnostic, text: string | undefined): string => renderDiagnostic(diagnostic, () => text);

test('with its line and a caret', () => {
  expect(render(problem, '  tsks: []')).toBe(`error[unknown-key]: unknown key "tsks" in this play
 --> site.yml:12:3
   |
12 |   tsks: []
   |   ^^^^
help: did you mean tasks?`);
});

test('without the line, the place', () => {
  const { hint: _, ...rest } = problem;
  expect(render(rest, undefined)).toBe('error[unknown-key]: unknown key "tsks" in this play\n --> site.yml:12:3');
});

test('without a place', () => expect(render({ severity: 'warning', code: 'x', summary: 's' }, 'text')).toBe('warning[x]: s'));

test('the caret stands under its character after tabs', () => {
  expect(
    render({ severity: 'error', code: 'x', summary: 's', at: { file: 'f', line: 1, column: 3 } }, '\t\tx')
      .split('\n')
      .at(-1),
  ).toBe('  | \t\t^');
});

test('a long line is cut round the place, and underlined no further than it goes', () => {
  const text = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
  const lines = render({ severity: 'error', code: 'x', summary: 's', at: { file: 'f', line: 1, column: 301, length: 4 } }, text).split(
    '\n',
  );
  const column = lines[4]?.indexOf('^') ?? 0;
  expect(lines[3]?.slice(column, column + 4)).toBe('HERE');
  expect(lines[3]?.length).toBeLessThan(180);
  expect(
    render({ severity: 'error', code: 'x', summary: 's', at: { file: 'f', line: 1, column: 2, length: 99 } }, 'abc')
      .split('\n')
      .at(-1),
  ).toBe('  |  ^^');
});
