/** One file of variables, read while a run is under way (include_vars). */
import { PbError } from '../../core/diagnostic.ts';
import type { Vars } from '../../core/value.ts';
import { contextOf, type LoadOptions } from '../context.ts';
import { problems } from '../problems.ts';
import { readVarsFile } from './file.ts';

/** Throws PbError 'args' with the first thing that is wrong in it. */
export async function readVars(path: string, options: LoadOptions): Promise<Vars> {
  const found = problems();
  const layer = await readVarsFile(contextOf(found, options), path, { precedence: 'include_vars' });
  const wrong = found.list.find((item) => item.severity === 'error');
  if (wrong) throw new PbError('args', wrong.summary, { at: wrong.at, hint: wrong.hint });
  return layer?.vars ?? {};
}
