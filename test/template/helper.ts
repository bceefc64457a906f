/** A scope over plain variables, and short ways to evaluate. */
import { PbError } from '../../src/core/diagnostic.ts';
import type { Resolved, Scope, Value } from '../../src/core/value.ts';
import { createEngine, type TemplateEngine } from '../../src/template/index.ts';

export const at = { file: 'site.yml', line: 10, column: 5 };

export const scope = (vars: { readonly [name: string]: Value }): Scope => ({
  get: (name) => (Object.hasOwn(vars, name) ? vars[name] : undefined),
  names: () => Object.keys(vars),
});

const shared = createEngine();

export const evaluate = (source: string, vars: { readonly [name: string]: Value } = {}, engine: TemplateEngine = shared): Resolved =>
  engine.template(source, at).eval(scope(vars));

export const when = (source: string, vars: { readonly [name: string]: Value } = {}, engine: TemplateEngine = shared) =>
  engine.expression(source, at).holds(scope(vars));

export const file = (text: string, vars: { readonly [name: string]: Value } = {}, engine: TemplateEngine = shared): Resolved =>
  engine.file(text, { file: 'x.j2' }).render(scope(vars));

/** The error of `run`, which must be one for users. */
export function failure(run: () => unknown): PbError {
  try {
    run();
  } catch (error) {
    if (error instanceof PbError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
