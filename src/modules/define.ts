/** How a module is written: one object, its arguments as a TypeBox schema that gives the type, the JSON Schema, the docs and the checks. */
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Change, Resource } from '../core/change.ts';
import type { Decision, Module, Target } from '../core/module.ts';
import type { Bound, Json } from '../core/value.ts';

export { Type };

/** Only fixes inference; adds nothing at run time. */
export const defineModule = <P extends TObject, S, O extends Json, T extends Target>(
  module: Omit<Module<Static<P>, S, O, T>, 'args'> & { readonly args: P },
): Module<Static<P>, S, O, T> => module as unknown as Module<Static<P>, S, O, T>;

/** The object schema of a module's arguments: closed, so that a mistyped name is an error. */
export const args = <P extends { [name: string]: TSchema }>(properties: P) => Type.Object(properties, { additionalProperties: false });

// Argument kinds. `description` is the documentation; `default` is filled in before `read`.
export const text = (description: string, more: object = {}) => Type.String({ description, ...more });
export const flag = (description: string, fallback: boolean) => Type.Boolean({ description, default: fallback });
export const integer = (description: string, more: object = {}) => Type.Integer({ description, ...more });
export const number = (description: string, more: object = {}) => Type.Number({ description, ...more });
export const oneOf = <const L extends readonly string[]>(values: L, description: string, more: object = {}) =>
  Type.Unsafe<L[number]>({ type: 'string', enum: [...values], description, ...more });
export const listOf = <I extends TSchema>(items: I, description: string, more: object = {}) => Type.Array(items, { description, ...more });
/** Any JSON value: manifests, patches, data. */
export const json = <T = Json>(description: string, more: object = {}) => Type.Unsafe<T>({ description, ...more });
export const optional = <I extends TSchema>(schema: I) => Type.Optional(schema);
/** "0644" or "u=rw,g=r": a number would have lost its leading zero, so it is refused with the remedy. */
export const mode = (description: string) => Type.Unsafe<string>({ type: 'string', 'x-pb': 'mode', description });
/** A bare expression, handed over bound to the task's variables. */
export const expression = (description: string) => Type.Unsafe<Bound>({ 'x-pb': 'expression', description });
/** One expression or a list of them. */
export const expressions = (description: string) => Type.Unsafe<readonly Bound[]>({ 'x-pb': 'expressions', description });

// Decisions.
export const ok = <O extends Json>(
  output: O,
  more: { facts?: { readonly [name: string]: Json }; gathered?: { readonly [name: string]: Json } } = {},
): Decision<O> => ({
  is: 'ok',
  output,
  ...more,
});
export const change = (what: Change): Decision<never> => ({ is: 'change', change: what });
export const failed = (why: string, more: Omit<Extract<Decision, { is: 'failed' }>, 'is' | 'why'> = {}): Decision<never> =>
  ({ is: 'failed', why, ...more }) as Decision<never>;
export const refused = (why: string, override?: string): Decision<never> => ({ is: 'refused', why, ...(override ? { override } : {}) });
/** A prerequisite does not exist; `afterwards` is what would be changed once it did. */
export const absent = (what: Resource, why: string, afterwards?: Change): Decision<never> => ({
  is: 'absent',
  what,
  why,
  ...(afterwards ? { then: afterwards } : {}),
});
