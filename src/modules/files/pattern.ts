/** Python's `re` for modules: searching and replacing with patterns that cannot hang the run. */
import vm from 'node:vm';
import { PatternError, type RegexOptions, translate } from '../../core/python-regex.ts';

export { PatternError };

/** ms that one look with a pattern that backtracks may take. */
const PATIENCE = 1000;

export interface Pattern {
  /** The first match anywhere; with `indices` of its groups. */
  search(text: string): RegExpExecArray | null;
  all(text: string): readonly RegExpExecArray[];
}

/** Throws PatternError. */
export function pattern(source: string, options: RegexOptions = {}): Pattern {
  const { source: js, flags, risky } = translate(source, options);
  const regex = compiled(source, js, `${flags}dg`);
  const search = (text: string): RegExpExecArray | null => {
    regex.lastIndex = 0;
    return regex.exec(text);
  };
  const safely = <T>(task: () => T): T => (risky ? watched(task, source) : task());
  return { search: (text) => safely(() => search(text)), all: (text) => safely(() => [...text.matchAll(regex)]) };
}

function compiled(source: string, js: string, flags: string): RegExp {
  try {
    return new RegExp(js, flags);
  } catch (error) {
    throw new PatternError(`"${source}" is no regular expression: ${(error as Error).message}`);
  }
}

/** V8 interrupts a regular expression only inside a context with a time limit. */
function watched<T>(task: () => T, source: string): T {
  try {
    return vm.runInNewContext('task()', { task }, { timeout: PATIENCE }) as T;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new PatternError(`"${source}" took more than ${PATIENCE} ms: repetitions inside repetitions do`);
  }
}

/** What is wrong with the first of these patterns that is none; undefined where all are well. */
export function patternProblem(sources: { readonly [argument: string]: string | undefined }): string | undefined {
  for (const [argument, source] of Object.entries(sources)) {
    try {
      if (source !== undefined) pattern(source);
    } catch (error) {
      if (error instanceof PatternError) return `${argument}: ${error.message}`;
      throw error;
    }
  }
  return undefined;
}

const REFERENCE = /\\(?:g<(\w+)>|(\d{1,2})|([\s\S]))/g;
const PLAIN: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', a: '\x07', f: '\f', v: '\v', b: '\b', '\\': '\\' };

/** Python's replacement text: \1, \g<1>, \g<name>, \n. Throws PatternError for a group the pattern does not have. */
export function expand(template: string, match: RegExpExecArray): string {
  return template.replace(REFERENCE, (whole, name?: string, index?: string, letter?: string) => {
    const reference = name ?? index;
    if (reference === undefined) return PLAIN[letter ?? ''] ?? whole;
    const number = Number(reference);
    const known = Number.isInteger(number) ? number < match.length : Object.hasOwn(match.groups ?? {}, reference);
    if (!known) throw new PatternError(`the pattern has no group ${reference}`);
    return (Number.isInteger(number) ? match[number] : match.groups?.[reference]) ?? '';
  });
}
