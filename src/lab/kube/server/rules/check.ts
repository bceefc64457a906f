/** The rules of a custom resource, on an object and what it was before. */
import { Optional } from '@marcbachmann/cel-js';
import { type Cause, invalidValue } from '../http/status.ts';
import { at, dict, dicts, isDict, type Obj, same, text } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { oldChild } from './correlate.ts';
import { evaluate, type Scope } from './environment.ts';
import { ruleValue, typeWord, withRoot } from './values.ts';

export const rulesOf = (schema: Schema) => dicts(schema['x-kubernetes-validations']);
export const usesOld = (rule: string): boolean => /\boldSelf\b/.test(rule.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ''));

const withRules = new WeakMap<Schema, boolean>();
/** Whether there is a rule anywhere in a schema: most have none, and need no walk. */
export function hasRules(schema: Schema): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const { items, additionalProperties, properties } = schema;
  const parts = [
    ...Object.values(properties ?? {}),
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  const found = rulesOf(schema).length > 0 || parts.some(hasRules);
  withRules.set(schema, found);
  return found;
}

export interface Findings {
  readonly causes: readonly Cause[];
  /** What breaks a rule as it did before, and may stay. */
  readonly tolerated: readonly Cause[];
}

/** What breaks a rule. `live` is the object before, which transition rules look at. */
export function ruleFindings(schema: Schema, object: Obj, live: Obj | undefined): Findings {
  if (!hasRules(schema)) return { causes: [], tolerated: [] };
  const found = findingsAt({ schema: withRoot(schema), rules: schema }, { value: object, old: live, path: '' });
  const of = (tolerated: boolean): Cause[] => found.filter((one) => one.tolerated === tolerated).map(({ cause }) => cause);
  return { causes: of(false), tolerated: of(true) };
}

interface Finding {
  readonly cause: Cause;
  readonly tolerated: boolean;
}

interface Place {
  readonly value: unknown;
  readonly old: unknown;
  readonly path: string;
}

function findingsAt({ schema, rules }: { readonly schema: Schema; readonly rules: Schema }, place: Place): Finding[] {
  const { value, old, path } = place;
  if (value === undefined || value === null || !hasRules(rules)) return [];
  const causes = rulesOf(rules).flatMap((rule) => finding(schema, dict(rule), place));
  const inside = (part: Schema, one: unknown, [was, name]: readonly [unknown, string]): Finding[] => {
    const whole = part['x-kubernetes-embedded-resource'] ? withRoot(part) : part;
    return findingsAt({ schema: whole, rules: part }, { value: one, old: was, path: name });
  };
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) causes.push(...value.flatMap((one, index) => inside(items, one, [oldChild(schema, old, one), `${path}[${index}]`])));
    return causes;
  }
  if (!isDict(value)) return causes;
  for (const [name, one] of Object.entries(value)) {
    const declared = Object.hasOwn(rules.properties ?? {}, name) ? rules.properties?.[name] : undefined;
    const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    if (declared) causes.push(...inside(declared, one, [at(old, name), path ? `${path}.${name}` : name]));
    else if (extra) causes.push(...inside(extra, one, [at(old, name), `${path}[${name}]`]));
  }
  return causes;
}

type Rule = Readonly<Record<string, unknown>>;

function finding(schema: Schema, rule: Rule, { value, old, path }: Place): Finding[] {
  const source = text(rule['rule']);
  const looksBack = usesOld(source);
  const isOptional = rule['optionalOldSelf'] === true;
  if (looksBack && old === undefined && !isOptional) return [];
  const scope: Scope = { self: ruleValue(schema, value), ...(looksBack ? { oldSelf: oldValue(schema, old, isOptional) } : {}) };
  // What was there before stays, even where the rule came later.
  const tolerated = !looksBack && old !== undefined && same(value, old);
  try {
    if (evaluate(source, scope) === true) return [];
  } catch (error) {
    const why = `${complaint(error)} evaluating rule: ${text(rule['message']) || source.trim()}`;
    return [{ cause: invalidValue(path || '<nil>', typeWord(schema, value), why), tolerated }];
  }
  const field = `${path}${text(rule['fieldPath'])}`.replace(/^\./, '') || '<nil>';
  return [{ cause: broken(field, { reason: text(rule['reason']), value, words: words(rule, scope) }), tolerated }];
}

function oldValue(schema: Schema, old: unknown, isOptional: boolean): unknown {
  if (!isOptional) return ruleValue(schema, old);
  return old === undefined ? Optional.none() : Optional.of(ruleValue(schema, old));
}

function words(rule: Rule, scope: Scope): string {
  const otherwise = text(rule['message']) || `failed rule: ${text(rule['rule']).trim()}`;
  const expression = text(rule['messageExpression']);
  if (!expression) return otherwise;
  try {
    const made = text(evaluate(expression, scope)).trim();
    return made === '' || made.includes('\n') ? otherwise : made;
  } catch {
    return otherwise;
  }
}

/** Objects and lists are not quoted; what the reason's own sentence leaves no room for is not said. */
function broken(
  field: string,
  { reason, value, words: why }: { readonly reason: string; readonly value: unknown; readonly words: string },
): Cause {
  const isScalar = typeof value !== 'object';
  const quoted = isScalar ? `: ${JSON.stringify(value)}` : '';
  const messages: { readonly [reason: string]: string } = {
    FieldValueForbidden: `Forbidden: ${why}`,
    FieldValueRequired: `Required value: ${why}`,
    FieldValueDuplicate: `Duplicate value${quoted}`,
  };
  return { reason: reason || 'FieldValueInvalid', message: messages[reason] ?? `Invalid value${quoted}: ${why}`, field };
}

/** A failure in the words of Google's CEL. */
function complaint(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  const index = /index out of bounds, index (-?\d+)/.exec(message)?.[1];
  if (index !== undefined) return `index out of bounds: ${index}`;
  return message.replace(/^No such key: /, 'no such key: ');
}
