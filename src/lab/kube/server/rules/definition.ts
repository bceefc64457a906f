/** Rules in a definition that are none: each is compiled with the types of its schema. */
import { type Cause, invalidValue, notSupported, required } from '../http/status.ts';
import { type Dict, dict, text } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { rulesOf, usesOld } from './check.ts';
import { compile } from './types.ts';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
/** How Go prints a rule. */
const shown = (rule: Dict): Dict => ({
  ...{ Rule: text(rule['rule']), Message: text(rule['message']), MessageExpression: text(rule['messageExpression']) },
  ...{ Reason: rule['reason'] ?? null, FieldPath: text(rule['fieldPath']), OptionalOldSelf: rule['optionalOldSelf'] ?? null },
});

/** Of one schema, not of those inside it. */
export const ruleTextCauses = (schema: Dict, field: string, isRoot: boolean): Cause[] =>
  rulesOf(schema as Schema).flatMap((one, index) =>
    oneRule(schema as Schema, dict(one), { field: `${field}.x-kubernetes-validations[${index}]`, isRoot }),
  );

function oneRule(schema: Schema, rule: Dict, { field, isRoot }: { readonly field: string; readonly isRoot: boolean }): Cause[] {
  const source = text(rule['rule']);
  if (source.trim() === '') return [required(`${field}.rule`, 'rule is not specified')];
  const [message, path, expression] = [text(rule['message']), text(rule['fieldPath']), text(rule['messageExpression'])];
  const optionalOldSelf = rule['optionalOldSelf'] === true;
  const causes: Cause[] = [];
  if (message.includes('\n')) causes.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'));
  if (rule['reason'] !== undefined && !reasons.includes(text(rule['reason']))) {
    causes.push(notSupported(`${field}.reason`, rule['reason'], reasons));
  }
  if (path !== '' && !leads(schema, path)) causes.push(invalidValue(`${field}.fieldPath`, path, 'must be a valid path'));
  if (optionalOldSelf && !usesOld(source)) {
    causes.push(invalidValue(`${field}.optionalOldSelf`, true, 'may not be set if oldSelf is not used in rule'));
  }
  const given = goJson(shown(rule));
  const refuse = (part: string, why: string): void =>
    void causes.push({ ...invalidValue(`${field}.${part}`, '', ''), message: `Invalid value: ${given}: ${why}` });
  const compiled = compile(schema, { rule: source, optionalOldSelf }, isRoot);
  if (compiled.error !== undefined) refuse('rule', `compilation failed: ERROR: <input>: ${compiled.error}`);
  else if (compiled.type !== 'bool' && compiled.type !== 'dyn') refuse('rule', 'cel expression must evaluate to a bool');
  if (expression === '') return causes;
  const words = compile(schema, { rule: expression, optionalOldSelf }, isRoot);
  if (words.error !== undefined) refuse('messageExpression', `messageExpression compilation failed: ERROR: <input>: ${words.error}`);
  else if (words.type !== 'string' && words.type !== 'dyn') refuse('messageExpression', 'messageExpression must evaluate to a string');
  return causes;
}

/** Go's encoder writes signs that HTML knows as escapes. */
const goJson = (value: Dict): string => JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

/** Whether `.a.b` or `.a['b.c']` names a field of the schema. */
function leads(schema: Schema, path: string): boolean {
  const names = [...path.matchAll(/\.([\w$-]+)|\['([^']+)'\]/g)].map(([, plain, quoted]) => plain ?? quoted ?? '');
  let here: Schema | undefined = schema;
  for (const name of names) {
    const extra: Schema | boolean | undefined = here?.additionalProperties;
    here = Object.hasOwn(here?.properties ?? {}, name) ? here?.properties?.[name] : typeof extra === 'object' ? extra : undefined;
    if (!here) return false;
  }
  return names.length > 0;
}
