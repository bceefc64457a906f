/** Python's regular expressions in JavaScript's spelling, with the errors of the expression language. */
import * as core from '../../core/python-regex.ts';
import { fail } from '../value/undef.ts';

export type { RegexOptions, Translated } from '../../core/python-regex.ts';

/** Throws where JavaScript has nothing that means the same. */
export function translate(source: string, options: core.RegexOptions): core.Translated {
  try {
    return core.translate(source, options);
  } catch (error) {
    if (error instanceof core.PatternError) return fail(error.message);
    throw error;
  }
}
